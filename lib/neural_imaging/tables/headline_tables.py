"""The headline table: it opens the tables of the workflow and the published ones, and gathers all claims."""

import itertools
from pathlib import Path

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.tables import (
    bd_rates,
    claims,
    headline,
    headline_codecs,
    headline_sides,
    pages,
    profiles,
    published,
    rate_table,
    scale,
    summaries,
    tables,
    typeset,
)


def tabulate(*, configuration, paper, output, short=None, study=None, **given):
    """Write and print the table of claims.

    Args:
        configuration, paper, study: see `table`.
        output: CSV to write.
        short: HTML to write with the claims and verdicts alone, or None.
        given: "published", a folder; "pipeline" and "codec", lists of NAME=CSV; of the study "bd_rates", "profiles",
            "channelwise" and "runtime", or None.

    Raises:
        UserError: as for `table`; or only some files of a study are given.
    """
    experiments = {axis: [_named(f"--{axis}", text) for text in given[axis]] for axis in ("pipeline", "codec")}
    compared = [given[name] for name in ("bd_rates", "profiles", "channelwise", "runtime")]
    if len({part is None for part in (study, *compared)}) > 1:
        raise UserError("--study, --bd-rates, --profiles, --channelwise and --runtime are given together")
    lines = table(configuration, paper, given["published"], experiments, study, compared)
    below = claims.unmeasured(lines)
    typeset.write(lines, output, claims.cells, group=1, widths=claims.WIDTHS, below=below)
    if short:
        files.write_text(short, pages.items(claims.sentences(lines)))
    print(typeset.markdown(*claims.cells(lines)) + below, end="")


def table(ours, paper, folder, experiments, study=None, compared=()):
    """All claims with what was measured (columns `claims.COLUMNS`).

    Args:
        ours: the configuration that the results were made with.
        paper: the configuration of the full protocol.
        folder: of published tables.
        experiments: mapping of "pipeline" and "codec" to lists of (name, table of photographs). The first of each is
            compared with published claims; lines of this study are of all.
        study: name of the study of codecs, or None.
        compared: its table of BD-rates of pictures, its profiles (a list), its patches, its times.

    Raises:
        UserError: a table is missing or damaged, or an experiment or study is in no configuration.
    """
    told = claims.read(folder / "headline.csv")
    tradeoff = tables.read(folder / "unet_d90_tradeoff.csv", published.PUBLISHED)
    sides = {
        axis: [_side(ours, paper, one, axis) for one in experiments[key]] or [_missing(axis)]
        for key, axis in (("pipeline", "lambda_isp"), ("codec", "lambda_codec"))
    }
    (pipeline, *_), (codec, *_) = sides.values()
    standards = [] if isinstance(codec, str) else _standards(ours, codec.labels["channel"])
    joint = [*headline.pipeline(pipeline, tradeoff, told), *headline.codec(codec, standards, told)]
    joint += [pair for side in itertools.chain(*sides.values()) for pair in headline.own(side, told)]
    theirs = (
        tables.read(folder / f"{name}.csv", columns)
        for name, columns in (
            ("rate_distortion", rate_table.PUBLISHED),
            ("channelwise_coding", headline_codecs.PUBLISHED_RATIOS),
            ("codec_runtime", headline_codecs.PUBLISHED_TIMES),
        )
    )
    measured = "the configuration has no study of codecs" if study is None else _study(ours, paper, study, *compared)
    return claims.table([*joint, *headline_codecs.pairs(measured, told, *theirs)])


def _named(option, text):
    """Name and table of an experiment."""
    name, separator, path = text.partition("=")
    if not name or not separator or not path:
        raise UserError(f"{option} {text}: must be a name and a table, such as cvpr2019=results/tables/photographs.csv")
    return name, Path(path)


def _missing(axis):
    return f"the configuration has no experiment with trained {'pipelines' if axis == 'lambda_isp' else 'codecs'}"


def _side(ours, paper, experiment, axis):
    name, path = experiment
    configured = ours.get("experiments", {}).get(name)
    if configured is None:
        raise UserError(
            f"the configuration has no experiment {name}; known are {', '.join(ours.get('experiments', {}))}"
        )
    labels = scale.shown(configured)
    if axis == "lambda_codec":
        learned = [one for one in configured["channels"] if ours["channels"][one]["codec"] == "dcn"]
        if not learned:
            return f"{name} has no channel with a learned codec"
        shown = configured["examples"]["channel"]
        labels = {
            **scale.shown({"examples": configured["examples"]}),
            "channel": shown if shown in learned else learned[0],
        }
    columns = [*tables.PHOTOGRAPHS, *tables.COMPRESSION] if axis == "lambda_codec" else tables.PHOTOGRAPHS
    found = summaries.Photographs(tables.read(path, columns))
    return headline_sides.Side(found, name, ours, paper, labels, axis)


def _standards(ours, channel):
    """Channels that have JPEG at one quality where this one has a learned codec."""

    def sent(one):
        return one["downsampling"], 1 if one["downsampling"] == "none" else one["factor"]

    return [
        name
        for name, one in ours["channels"].items()
        if one["codec"] == "jpeg" and isinstance(one["quality"], int) and sent(one) == sent(ours["channels"][channel])
    ]


def _study(ours, paper, name, images, measured, patches, times):
    if name not in ours.get("codec_studies", {}):
        raise UserError(f"the configuration has no study {name}; known are {', '.join(ours.get('codec_studies', {}))}")
    return headline_codecs.Study(
        name,
        ours,
        paper,
        tables.read(images, bd_rates.PER_IMAGE),
        profiles.read(measured),
        tables.read(patches, headline_codecs.PATCHES),
        tables.read(times, headline_codecs.RUNTIME),
    )
