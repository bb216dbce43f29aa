"""The headline table: it opens the tables of the workflow and the published ones, and gathers all claims."""

from pathlib import Path

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.study import channel_facts
from neural_imaging.tables import (
    bd_rates,
    claims,
    fingerprints_table,
    headline,
    headline_codecs,
    headline_fingerprints,
    pages,
    profiles,
    rate_table,
    robustness_table,
    scale,
    summaries,
    tables,
    typeset,
)
from neural_imaging.tables.headline_sides import NoSide, Side
from neural_imaging.tables.published import PUBLISHED

_PUBLISHED = {
    "rate_distortion": rate_table.PUBLISHED,
    "channelwise_coding": headline_codecs.PUBLISHED_RATIOS,
    "codec_runtime": headline_codecs.PUBLISHED_TIMES,
}


def tabulate(
    *,
    configuration,
    paper,
    published,
    pipeline,
    codec,
    output,
    short=None,
    lines=None,
    study=None,
    robustness=None,
    fingerprints=None,
    **compared,
):
    """Write and print the table of claims (see `table`), from programs' options.

    `pipeline` and `codec` are lists of NAME=CSV. `short` is an HTML to write with the claims and verdicts alone, and
    `lines` a text to write with the foremost of them.
    """
    experiments = {
        axis: [_named(f"--{axis}", text) for text in texts]
        for axis, texts in (("pipeline", pipeline), ("codec", codec))
    }
    compared = [compared[name] for name in ("bd_rates", "profiles", "channelwise", "runtime")]
    if len({part is None for part in (study, *compared)}) > 1:
        raise UserError("--study, --bd-rates, --profiles, --channelwise and --runtime are given together")
    whole = table(configuration, paper, published, experiments, study, compared, robustness, fingerprints)
    below = claims.unmeasured(whole)
    print(typeset.write(whole, output, claims.cells, group=1, widths=claims.WIDTHS, below=below), end="")
    if short:
        files.write_text(short, pages.items(claims.sentences(whole)))
    if lines:
        files.write_text(lines, "".join(f"{claim}{rest}\n" for claim, rest in claims.sentences(claims.foremost(whole))))


def table(ours, paper, folder, experiments, study=None, compared=(), robustness=None, fingerprints=None):
    """All claims with what was measured (columns `claims.COLUMNS`).

    Args:
        ours, paper: configurations: that of the results, and that of the full protocol.
        folder: of published tables.
        experiments: mapping of "pipeline" and "codec" to lists of (name, table of photographs). The first of each is
            compared with published claims; lines of this study are of all.
        study: name of the study of codecs, or None.
        compared: its table of BD-rates of pictures, its profiles (a list), its patches, its times.
        robustness: table of gains under other conditions, or None.
        fingerprints: table of what pipelines change in sensor fingerprints, or None.
    """
    stated = claims.read(folder / "headline.csv")
    tradeoff = tables.read(folder / "unet_d90_tradeoff.csv", PUBLISHED)
    pipelines, codecs = (
        [_side(ours, paper, *experiment, axis) for experiment in experiments[key]]
        or [NoSide(f"the configuration has no experiment with trained {key}s")]
        for key, axis in (("pipeline", "lambda_isp"), ("codec", "lambda_codec"))
    )
    standards = [] if isinstance(codecs[0], NoSide) else _standards(ours["channels"], codecs[0].labels["channel"])
    pairs = [*headline.pipeline(pipelines[0], tradeoff, stated), *headline.codec(codecs[0], standards, stated)]
    gains = None if robustness is None else tables.read(robustness, robustness_table.GAINS)
    for side in (*pipelines, *codecs):
        pairs += headline.own(side, stated, _of_side(gains, ours, side))
    theirs = [tables.read(folder / f"{name}.csv", columns) for name, columns in _PUBLISHED.items()]
    measured = "the configuration has no study of codecs" if study is None else _study(ours, paper, study, *compared)
    changes = None if fingerprints is None else tables.read(fingerprints, fingerprints_table.CHANGES)
    values = tables.read(folder / "fingerprints.csv", fingerprints_table.PUBLISHED)
    pairs += headline_codecs.pairs(measured, stated, *theirs)
    return claims.table([*pairs, *headline_fingerprints.pairs(changes, ours, paper, values, stated)])


def _named(option, text):
    """Name and table of an experiment."""
    name, separator, path = text.partition("=")
    if not name or not separator or not path:
        raise UserError(f"{option} {text}: must be a name and a table, such as cvpr2019=results/tables/photographs.csv")
    return name, Path(path)


def _of_side(gains, ours, side):
    """Gains under other conditions of the runs with a side's protocol; None where there are none."""
    if gains is None or isinstance(side, NoSide):
        return None
    own = gains[gains["protocol"] == ours["experiments"][side.name]["protocol"]]
    return None if own.empty else own


def _configured(ours, section, what, name):
    known = ours.get(section, {})
    if not known.get(name):
        raise UserError(f"the configuration has no {what} {name}; known are {', '.join(known)}")
    return known[name]


def _side(ours, paper, name, path, axis):
    configured = _configured(ours, "experiments", "experiment", name)
    labels, columns = scale.shown(configured), tables.PHOTOGRAPHS
    if axis == "lambda_codec":
        learned = [channel for channel in configured["channels"] if channel_facts.learned(ours["channels"][channel])]
        if not learned:
            return NoSide(f"{name} has no channel with a learned codec")
        labels = scale.shown({"examples": configured["examples"]})
        if labels["channel"] not in learned:
            labels["channel"] = learned[0]
        columns = [*columns, *tables.COMPRESSION]
    return Side(summaries.Photographs(tables.read(path, columns)), name, ours, paper, labels, axis)


def _standards(channels, learned):
    """Channels that have JPEG at one quality where this one has a learned codec."""

    forms = {name: channel_facts.short(channel) for name, channel in channels.items()}

    def sent(form):
        return form["downsampling"], 1 if form["downsampling"] == "none" else form["factor"]

    return [
        name
        for name, form in forms.items()
        if form["codec"] == "jpeg" and isinstance(form["quality"], int) and sent(form) == sent(forms[learned])
    ]


def _study(ours, paper, name, images, measured, patches, times):
    _configured(ours, "codec_studies", "study", name)
    return headline_codecs.Study(
        name,
        ours,
        paper,
        tables.read(images, bd_rates.PER_IMAGE),
        profiles.read(measured),
        tables.read(patches, headline_codecs.PATCHES),
        tables.read(times, headline_codecs.RUNTIME),
    )
