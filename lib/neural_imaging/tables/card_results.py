"""What the card of a model says of its results: tables in Markdown, of what evaluations, tests and profiles measured.

Each function gives texts, one below the other. Intervals are of 95 %.
"""

import math
from pathlib import Path

import numpy as np

from neural_imaging.base import records
from neural_imaging.base.errors import UserError
from neural_imaging.study import grid
from neural_imaging.tables import (
    arrays,
    bd_rates,
    calibration,
    evaluation_files,
    profiles,
    rate_curves,
    robustness_files,
    robustness_table,
    statistics,
    tables,
    typeset,
)

# What begins the line of a card that has the accuracy behind the real codec, and that of the temperature.
ACCURACY, TEMPERATURE = "Accuracy, whole, ", "Temperature"
_DIVIDED = "Probabilities to the power of its reciprocal, made to add up to 1, are as often right as they say."
# Means over pictures that a card has of a codec, and their decimals.
_MEANS = {rate_curves.RATE: 3, "ssim": 3, "psnr": 2}


def evaluated(path):
    """Accuracy of a joint model on whole photographs, in all and by class, from its `evaluation.json`."""
    content = evaluation_files.read(path, {})
    table = tables.runs([({key: content[key] for key in grid.KEYS}, content)])
    line, whole = table.iloc[0], content[evaluation_files.WHOLE]
    lines = []
    for name, (heading, *form) in typeset.measures(table).items():
        ends = [line.get(f"{name}_{end}", math.nan) for end in ("low", "high")]
        lines.append([heading, typeset.interval(line[name], *ends, *form)])
    real, sources = whole[evaluation_files.codecs(content)[1]], evaluation_files.sources(whole)
    by_class = np.asarray(real["hits"], float).T / real["trials"]
    classes = [
        [name, _interval(statistics.bootstrap([shares], 0, 1, sources), 100)]
        for name, shares in zip(content["classes"], by_class, strict=True)
    ]
    about = {key: content[key] for key in ("camera", "isp", "channel")}
    fitted = temperature(path)
    row, column = content[evaluation_files.CROPPED]["origin"]
    return [
        f"On {len(sources)} photographs that it has not learned from, parts of {len(set(sources))} different ones "
        f"({', '.join(f'{key} {name}' for key, name in about.items())}). Chance is {100 / len(classes):.0f} %.\n",
        typeset.markdown(["Measured", "Result"], lines),
        "Whole photographs were developed, manipulated and sent whole, as in a camera; cropped ones were cropped by "
        f"({row}, {column}) before they were sent; patchwise, each patch was developed and sent on its own. PSNR and "
        "SSIM are those of developed photographs against what the camera's target pipeline makes.\n",
        "By class, on whole photographs behind the real codec:\n",
        typeset.markdown(["Class", "Accuracy (%)"], classes),
        *([] if fitted is None else [f"{TEMPERATURE}: {fitted:.3f}. {_DIVIDED}\n"]),
    ]


def accuracy(content):
    """Accuracy of an evaluation on whole photographs behind the real codec: percent, and its interval's ends."""
    whole = content[evaluation_files.WHOLE]
    real = whole[evaluation_files.codecs(content)[1]]
    shares = np.asarray(real["hits"], float).mean(axis=1) / real["trials"]
    estimate = statistics.bootstrap([shares], 0, 1, evaluation_files.sources(whole))
    ends = (None if math.isnan(end) else 100 * end for end in (estimate.low, estimate.high))
    return 100 * estimate.mean, *ends


def temperature(path):
    """The temperature that fits what a model said of the photographs of its evaluation; None where it is not known.

    Args:
        path: of `evaluation.json`; the probabilities beside it are read. The temperature is judged by nothing else
            here, so that all photographs may be used to fit it.
    """
    beside = Path(path).with_name(evaluation_files.PROBABILITIES)
    if not beside.is_file():
        return None
    content = arrays.read(beside, ["classes"])
    name = next((name for name in content if name.startswith(f"{evaluation_files.WHOLE}_")), None)
    if name is None or content[name].ndim != 4:
        raise UserError(f"{beside}: has no probabilities of whole photographs; evaluate the run again")
    probabilities = content[name]
    classes = probabilities.shape[1]
    truth = np.broadcast_to(np.arange(classes)[:, None], probabilities.shape[:3]).ravel()
    fitted = calibration.temperature(probabilities.reshape(-1, classes), truth)
    return float(fitted) if np.isfinite(fitted) else None


def tested(path):
    """A joint model under conditions that it was not trained for, from its `robustness.json`."""
    lines = robustness_table.described(robustness_files.read(path)).splitlines()
    notes = [f"* {line}\n" for line in lines if not line.startswith("|")]
    return [
        "Under its own condition (`own`), and under others that it was not trained for. AUC and flagged: manipulated "
        "against native windows, whatever the class; false alarms are native ones that are taken for manipulated.\n",
        "".join(f"{line}\n" for line in lines if line.startswith("|")),
        *(["".join(notes)] if notes else []),
    ]


def developed(path):
    """How near a camera pipeline comes to its target, from what `evaluate_isp` measured of photographs."""
    table = tables.read(path, ["image", "pipeline", "psnr", "ssim"])
    lines = [
        [heading, _interval(statistics.bootstrap([table[name]]), 1, decimals)]
        for name, heading, decimals in (("psnr", "PSNR (dB)", 2), ("ssim", "SSIM", 3))
        if np.isfinite(table[name].astype(float)).all()
    ]
    return [
        f"Against its target, on {table['image'].nunique()} photographs that it has not learned from:\n",
        typeset.markdown(["Measured", "Result"], lines),
    ]


def compressed(paths, weights_hash):
    """What a codec costs and keeps on each set of pictures, and what JPEG needs for the same SSIM of each picture.

    Args:
        paths: profiles of the codec, and of JPEG.
        weights_hash: of the codec; a profile of other weights is refused.
    """
    for path in paths:
        made_by = records.read(path).get("settings") or {}
        if made_by.get("codec") != bd_rates.ANCHOR and weights_hash not in str(made_by.get("version")).split():
            raise UserError(f"{path}: was not made with the codec as it is now; profile it again")
    lines = [_compressed(*of_set) for of_set in profiles.read(paths).groupby("data_set", sort=False)]
    headings = ["Data set", "Pictures", "Bits a pixel", "SSIM", "PSNR (dB)"]
    headings += ["JPEG's bits at equal SSIM", "Bits against JPEG (%)", "Pictures compared"]
    return [
        "Means over pictures. Bits a pixel are without headers, SSIM is over uniform windows. JPEG (4:4:4) is compared "
        "on the pictures whose SSIM it has at some quality; negative percents are bits saved.\n",
        typeset.markdown(headings, lines),
    ]


def _compressed(data_set, measured):
    """A line of the table: what the codec measures on a set, and JPEG beside it."""
    own = measured[measured["codec"] != bd_rates.ANCHOR]
    jpeg = dict(list(measured[measured["codec"] == bd_rates.ANCHOR].groupby("image")))
    ours = own[rate_curves.RATE].to_numpy(float)
    theirs = np.array([_rate_at(jpeg.get(image), ssim) for image, ssim in zip(own["image"], own["ssim"], strict=True)])
    known = np.isfinite(theirs)
    means = [typeset.number(own[name].mean(), decimals=digits) for name, digits in _MEANS.items()]
    against = [typeset.number(None)] * 2
    if known.any():
        change = bd_rates.mean(100 * (ours[known] / theirs[known] - 1))
        against = [typeset.number(theirs[known].mean(), decimals=3), _interval(change, 1, sign=True)]
    return [data_set, str(len(own)), *means, *against, str(known.sum())]


def _rate_at(curve, ssim):
    """Bits a pixel at which JPEG has this SSIM of a picture, between its qualities; NaN beyond them."""
    if curve is None:
        return math.nan
    curve = curve.sort_values("ssim")
    rate = np.interp(ssim, curve["ssim"], np.log(curve[rate_curves.RATE]), left=math.nan, right=math.nan)
    return float(np.exp(rate))


def _interval(estimate, factor, decimals=1, sign=False):
    return typeset.interval(estimate.mean, estimate.low, estimate.high, factor, decimals, sign)
