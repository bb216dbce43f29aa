"""Headline claims about the learned codec itself: rate and distortion, entropy coding, and run time.

A codec is trained once, so intervals are over pictures. Published BD-rates are those of the published curves, four
points each that were read off plots. A function of a study gives a `claims.Measured`, or why nothing was measured.
"""

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

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


@dataclass(frozen=True)
class Study:
    """A study of codecs, and what its tables tell."""

    name: str
    ours: dict
    paper: dict
    images: pd.DataFrame  # BD-rates of every picture (`bd_rates.PER_IMAGE`).
    profiles: pd.DataFrame
    patches: pd.DataFrame
    runtime: pd.DataFrame

    @property
    def settings(self):
        """The study's own, of our configuration."""
        return self.ours["codec_studies"][self.name]

    def measured(self, values, data_set, lacking, mean=None):
        """What was measured, from a value a picture; a note tells how many have none, but NaN, and what they lack."""
        known = np.asarray(values, float)
        known = known[np.isfinite(known)]
        missing = len(values) - len(known)
        return Measured(
            mean(known) if mean else statistics.bootstrap(known[np.newaxis]),
            f"{self.name}: {data_set}, {', '.join(self.settings['codecs'])}",
            scale.of_study(self.ours, self.paper, self.name, data_set),
            over=PICTURES,
            note=f"{missing} of {len(values)} pictures have no {lacking}" if missing else "",
        )


def pairs(study, stated, rate_distortion, coding, times):
    """Claims with what was measured for each, as pairs.

    Args:
        study: a `Study`, or why there is none, as text.
        stated: the claims by their keys, see `claims.read`.
        rate_distortion, coding, times: the published tables.
    """
    return [*_rates(study, stated, rate_distortion), *_ratios(study, stated, coding), *_times(study, stated, times)]


def _of(study, measure, *arguments):
    return study if isinstance(study, str) else measure(study, *arguments)


def _rates(study, stated, published):
    """How many bits the learned codec saves, against each rival on each data set."""
    curves = published[published["kind"] == CURVE]
    own = [] if isinstance(study, str) else list(study.settings["data_sets"])
    for data_set in dict.fromkeys([*curves["dataset"], *own]):
        theirs = dict(list(curves[curves["dataset"] == data_set].groupby("codec")))
        for rival, name in RIVALS.items():
            if theirs and rival not in theirs:
                continue
            words = {"suffix": f".{data_set}.{rival}", "rival": name, "data_set": data_set}
            claim = stated["codec.bd_rate_close" if rival == "bpg" else "codec.bd_rate"]
            yield claim.of(_published_saving(theirs, rival), **words), _of(study, _saving, data_set, rival)
        for rival in ("jpeg", "jpeg2000") if data_set in own else ():
            words = {"suffix": f".{data_set}.{rival}", "rival": RIVALS[rival], "data_set": data_set}
            yield stated["codec.ssim"].of(**words), _equal_rate(study, data_set, rival)


def _published_saving(theirs, rival):
    """BD-rate of the published curves; NaN where both reach less than half of the learned codecs' qualities."""
    if LEARNED not in theirs:
        return math.nan
    points = [theirs[name][column] for name in (rival, LEARNED) for column in ("bpp", "ssim")]
    return bd_rates.bd_rate(*points)[0]


def _saving(study, data_set, rival):
    """BD-rate of the learned codecs against the rival, over pictures."""
    if data_set not in study.settings["data_sets"]:
        return f"{study.name} has no data set {data_set}"
    lines = study.images[(study.images["data_set"] == data_set) & (study.images["measure"] == "ssim")]
    learned = lines[lines["codec"] == LEARNED]
    if learned.empty:
        return f"a curve needs several learned codecs, and {study.name} has {len(study.settings['codecs'])}"
    against = learned[learned["anchor"] == rival]
    if against.empty:
        return f"{study.name} has no {rival} beside the learned codecs"
    if against["bd_rate"].isna().all():
        return f"the learned codecs of {study.name} against {rival}: {against['reason'].iloc[0]}"
    return study.measured(against["bd_rate"], data_set, "BD-rate", bd_rates.mean)


def _equal_rate(study, data_set, rival):
    """SSIM of the learned codecs less that of a rival at the same rate of the same picture, means of each picture."""
    rows = study.profiles[study.profiles["data_set"] == data_set]
    differences = {}
    for image, lines in rows.groupby("image", sort=False):
        curve = lines[lines["codec"] == rival].sort_values(rate_curves.RATE)
        learned = lines[lines["codec"].isin(study.settings["codecs"])]
        if len(curve) > 1 and len(learned):
            rates = np.log(learned[rate_curves.RATE])
            other = np.interp(rates, np.log(curve[rate_curves.RATE]), curve["ssim"], left=math.nan, right=math.nan)
            # NaN unless all learned codecs have a rate that the rival has too.
            differences[image] = float(np.mean((learned["ssim"] - other).tolist()))
    if not np.isfinite(list(differences.values())).any():
        return f"{study.name} has no {rival} at the rates of the learned codecs on {data_set}"
    return study.measured(list(differences.values()), data_set, f"{rival} at that rate")


def _ratios(study, stated, published):
    """What coding the latent's channels one by one changes, by the size of patches."""
    for size, theirs in published.groupby("patch_px"):
        ratios = theirs["mean_ratio"]
        percents = [round(100 * (float(ratio) - 1), 6) for ratio in (ratios.mean(), ratios.min(), ratios.max())]
        key = "codec.channelwise" if size >= _SAVES_FROM else "codec.channelwise_costs"
        yield stated[key].of(*percents, suffix=f".{size}", size=size), _of(study, _channelwise, size)


def _channelwise(study, size):
    ours = study.patches[study.patches["patch_px"] == size]
    if ours.empty:
        return f"{study.name} has no patches of {size} px"
    percents = 100 * (ours.groupby("image")["ratio"].mean() - 1)
    return study.measured(percents.dropna(), study.settings["channelwise"]["data_set"], "ratio")


def _times(study, stated, published):
    """Seconds of the whole codec, beside those of the same network on the same machine: others say nothing of ours."""
    lines = pd.DataFrame(columns=RUNTIME) if isinstance(study, str) else study.runtime
    lines = lines[(lines["source"] == "ours") & (lines["model"] == _TIMED)]
    ours = lines.iloc[0] if len(lines) else None
    graphics = ours is not None and isinstance(ours["gpu"], str)
    part, machine = ("gpu", "a machine with a GPU") if graphics else ("cpu", "a processor")
    theirs = published[published["gpu"].notna() == graphics]
    missing = _of(study, _incomparable, ours, theirs[part], part)
    if not missing:
        theirs = theirs[[_same_machine(name, ours[part]) for name in theirs[part]]]
        place = f"{study.name}: {ours['model']}, {ours[part]}, {ours['threads']:.0f} threads"
        note = "the median of a few repeats; other jobs of the machine make it longer"
    for size, sides in _SIZES.items():
        for step, done in _STEPS.items():
            times = theirs[f"{step}_{size}_s"].astype(float)
            words = {"suffix": f".{step}.{size}", "below": times.max(), "sides": sides, "done": done, "kind": machine}
            claim = stated["codec.time"].of(times.median(), times.min(), times.max(), **words)
            if missing:
                yield claim, missing
            else:
                yield claim, Measured(statistics.single(ours[f"{step}_{size}_s"]), place, note=note)


def _incomparable(study, ours, machines, part):
    """Why our times cannot stand beside the published ones; "" where they can."""
    if ours is None:
        return f"{study.name} has no codec {_TIMED}, whose times are published"
    differs = scale.of_network(study.ours, study.paper, _TIMED, _TIMED)
    if differs:
        return f"{_TIMED} of {study.name} is another network than the papers': {differs[0]}"
    if any(_same_machine(name, ours[part]) for name in machines):
        return ""
    return f"times on {ours[part]} cannot be compared with those on {', '.join(dict.fromkeys(machines))}"


def _same_machine(published, ours):
    """Whether a published processor or graphics card ("i7-7700 3.60 GHz") is ours, as the system calls it."""
    model = re.escape(re.sub(r" [\d.]+ GHz$", "", published))
    return bool(re.search(rf"(?<!\w){model}(?!\w| Ti\b| Super\b)", ours, re.IGNORECASE))
