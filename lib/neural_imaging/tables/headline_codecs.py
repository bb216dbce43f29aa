"""Headline claims about the learned codec itself: rate and distortion, entropy coding, and run time.

A codec is trained once, so intervals are over pictures. Published BD-rates are those of the published curves, four
points each that were read off plots.
"""

import math
import re

import numpy as np

from neural_imaging.tables import bd_rates, rate_curves, scale, statistics
from neural_imaging.tables.claims import Measured

PICTURES = "pictures"
# The curve of all learned codecs of a study, as the published table calls it too.
LEARNED, CURVE = "dcn", "curve"
RIVALS = {"jpeg": "JPEG", "jpeg2000": "JPEG 2000", "bpg": "BPG"}
# Patches of this side and larger save bits by channel-wise coding; smaller ones pay for its headers.
_SAVES_FROM = 256
# Published times are those of the medium quality.
_TIMED = "32c"
_STEPS = {"compress": "compressed", "decompress": "decompressed"}
_SIZES = {"512": "512 by 512", "1080": "1920 by 1080"}
# Columns that are read of tables whose modules need networks to be imported.
TIMES = [f"{step}_{size}_s" for size in _SIZES for step in _STEPS]
RUNTIME, PUBLISHED_TIMES = ["source", "model", "gpu", "cpu", "threads", *TIMES], ["gpu", "cpu", *TIMES]
PATCHES, PUBLISHED_RATIOS = ["model", "patch_px", "image", "ratio"], ["model", "patch_px", "mean_ratio"]


class Study:
    """A study of codecs, and what its tables tell.

    Args:
        name: of the study.
        ours, paper: configurations.
        images: BD-rates of every picture (`bd_rates.PER_IMAGE`).
        profiles: rows with `profiles.COLUMNS`.
        patches: table with `PATCHES`, see `channelwise.measure`.
        runtime: table with `RUNTIME`, see `codec_runtime.beside`.
    """

    def __init__(self, name, ours, paper, images, profiles, patches, runtime):
        self.name, self.ours, self.paper = name, ours, paper
        self.images, self.profiles, self.patches, self.runtime = images, profiles, patches, runtime
        self.data_sets = list(ours["codec_studies"][name]["data_sets"])
        self.codecs = list(ours["codec_studies"][name]["codecs"])

    def measured(self, estimate, place, data_set=None, note=""):
        """What was measured over pictures, for `claims.line`."""
        differs = scale.of_study(self.ours, self.paper, self.name, data_set)
        return Measured(estimate, f"{self.name}: {place}", differs, over=PICTURES, note=note)


def pairs(study, told, rate_distortion, coding, times):
    """Claims with what was measured for each, as pairs.

    Args:
        study: a `Study`, or why there is none, as text.
        told: the claims, see `claims.read`.
        rate_distortion, coding, times: the published tables (`rate_table.PUBLISHED`, `PUBLISHED_RATIOS`,
            `PUBLISHED_TIMES`).
    """
    return [*_rates(study, told, rate_distortion), *_channelwise(study, told, coding), *_times(study, told, times)]


def _rates(study, told, published):
    """How many bits the learned codec saves, against each rival on each data set."""
    curves = published[published["kind"] == CURVE]
    own = [] if isinstance(study, str) else study.data_sets
    for data_set in dict.fromkeys([*curves["dataset"], *own]):
        theirs = dict(list(curves[curves["dataset"] == data_set].groupby("codec")))
        for rival, name in RIVALS.items():
            if theirs and rival not in theirs:
                continue
            claim = told["codec.bd_rate_close" if rival == "bpg" else "codec.bd_rate"].of(
                _published_saving(theirs, rival), suffix=f".{data_set}.{rival}", rival=name, data_set=data_set
            )
            yield claim, study if isinstance(study, str) else _saving(study, data_set, rival)
        for rival in ("jpeg", "jpeg2000") if data_set in own else ():
            words = {"rival": RIVALS[rival], "data_set": data_set}
            yield told["codec.ssim"].of(suffix=f".{data_set}.{rival}", **words), _equal_rate(study, data_set, rival)


def _published_saving(theirs, rival):
    """BD-rate of the published curves; NaN where both reach less than half of the learned codecs' qualities."""
    if LEARNED not in theirs:
        return math.nan
    points = [theirs[name][column] for name in (rival, LEARNED) for column in ("bpp", "ssim")]
    return bd_rates.bd_rate(*points)[0]


def _saving(study, data_set, rival):
    """BD-rate of the learned codecs against the rival, over pictures."""
    if data_set not in study.data_sets:
        return f"{study.name} has no data set {data_set}"
    lines = study.images[(study.images["data_set"] == data_set) & (study.images["measure"] == "ssim")]
    learned = lines[lines["codec"] == LEARNED]
    if learned.empty:
        return f"a curve needs several learned codecs, and {study.name} has {len(study.codecs)}"
    pairs = learned[learned["anchor"] == rival]
    if pairs.empty:
        return f"{study.name} has no {rival} beside the learned codecs"
    known = pairs["bd_rate"].dropna()
    if known.empty:
        return f"the learned codecs of {study.name} against {rival}: {pairs['reason'].iloc[0]}"
    missing = len(pairs) - len(known)
    note = f"{missing} of {len(pairs)} pictures have no BD-rate" if missing else ""
    return study.measured(bd_rates.mean(known), f"{data_set}, {', '.join(study.codecs)}", data_set, note)


def _equal_rate(study, data_set, rival):
    """SSIM of the learned codecs less that of a rival at the same rate of the same picture, means of each picture."""
    rows = study.profiles[study.profiles["data_set"] == data_set]
    differences = {}
    for image, lines in rows.groupby("image", sort=False):
        curve = lines[lines["codec"] == rival].sort_values(rate_curves.RATE)
        for point in lines[lines["codec"].isin(study.codecs)].to_dict("records") if len(curve) > 1 else ():
            rate = math.log(point[rate_curves.RATE])
            other = np.interp(rate, np.log(curve[rate_curves.RATE]), curve["ssim"], left=math.nan, right=math.nan)
            differences.setdefault(image, []).append(point["ssim"] - other)
    # A picture counts where all learned codecs have a rate that the rival has too.
    means = [float(np.mean(each)) for each in differences.values()]
    if not np.isfinite(means).any():
        return f"{study.name} has no {rival} at the rates of the learned codecs on {data_set}"
    missing = int((~np.isfinite(means)).sum())
    note = f"{missing} of {len(means)} pictures have no {rival} at that rate" if missing else ""
    return study.measured(_mean(means), f"{data_set}, {', '.join(study.codecs)}", data_set, note)


def _mean(values):
    """Mean over the pictures that have a number, with its interval."""
    values = np.asarray(values, float)
    return statistics.bootstrap(values[np.isfinite(values)][np.newaxis])


def _channelwise(study, told, published):
    """What coding the latent's channels one by one changes, by the size of patches."""
    for size, theirs in published.groupby("patch_px"):
        known = tuple(100 * (value - 1) for value in (theirs["mean_ratio"].mean(), *_ends(theirs["mean_ratio"])))
        key = "codec.channelwise" if size >= _SAVES_FROM else "codec.channelwise_costs"
        claim = told[key].of(*(round(one, 6) for one in known), suffix=f".{size}", size=size)
        if isinstance(study, str):
            yield claim, study
            continue
        ours = study.patches[study.patches["patch_px"] == size]
        if ours.empty:
            yield claim, f"{study.name} has no patches of {size} px"
            continue
        percent = 100 * (ours.groupby("image")["ratio"].mean() - 1)
        data_set = study.ours["codec_studies"][study.name]["channelwise"]["data_set"]
        yield claim, study.measured(_mean(percent), f"{data_set}, {', '.join(study.codecs)}", data_set)


def _times(study, told, published):
    """Seconds of the whole codec, beside those of the same network on the same machine: others say nothing of ours."""
    ours = None
    if not isinstance(study, str):
        lines = study.runtime[(study.runtime["source"] == "ours") & (study.runtime["model"] == _TIMED)]
        ours = lines.iloc[0] if len(lines) else None
    graphics = ours is not None and isinstance(ours["gpu"], str)
    part, kind = ("gpu", "a machine with a GPU") if graphics else ("cpu", "a processor")
    theirs = published[published["gpu"].notna() == graphics]
    missing = _incomparable(study, ours, theirs[part], part)
    if not missing:
        theirs = theirs[[_same_machine(name, ours[part]) for name in theirs[part]]]
    for size, sides in _SIZES.items():
        for step, done in _STEPS.items():
            times = theirs[f"{step}_{size}_s"].astype(float)
            low, high = _ends(times)
            words = {"sides": sides, "done": done, "kind": kind}
            claim = told["codec.time"].of(times.median(), low, high, suffix=f".{step}.{size}", below=high, **words)
            if missing:
                yield claim, missing
                continue
            place = f"{study.name}: {ours['model']}, {ours[part]}, {ours['threads']:.0f} threads"
            note = "the median of a few repeats; other jobs of the machine make it longer"
            yield claim, Measured(statistics.single(ours[f"{step}_{size}_s"]), place, [], note=note)


def _incomparable(study, ours, machines, part):
    """Why our times cannot stand beside the published ones; "" where they can."""
    if isinstance(study, str):
        return study
    if ours is None:
        return f"{study.name} has no codec {_TIMED}, whose times are published"
    differs = scale.of_codec(study.ours, study.paper, _TIMED, _TIMED, network_only=True)
    if differs:
        return f"{_TIMED} of {study.name} is another network than the papers': {differs[0]}"
    if any(_same_machine(name, ours[part]) for name in machines):
        return ""
    return f"times on {ours[part]} cannot be compared with those on {', '.join(dict.fromkeys(machines))}"


def _same_machine(published, ours):
    """Whether a published processor or graphics card ("i7-7700 3.60 GHz") is ours, as the system calls it."""
    model = re.escape(re.sub(r" [\d.]+ GHz$", "", published))
    return bool(re.search(rf"(?<!\w){model}(?!\w| Ti\b| Super\b)", ours, re.IGNORECASE))


def _ends(values):
    return float(values.min()), float(values.max())
