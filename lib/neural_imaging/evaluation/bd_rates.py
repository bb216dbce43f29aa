"""BD-rates: how many bits more or less than JPEG a codec needs for the same quality, on average over qualities.

The difference is that of the logarithms of the rates, integrated over the qualities that both curves reach, and only
over these. Negative is better. PSNR and MS-SSIM are taken in dB, SSIM as it is.

Reference:
    G. Bjøntegaard, "Calculation of average PSNR differences between RD-curves", VCEG-M33, 2001; with piecewise cubic
    (pchip) curves, as JCT-VC has it, by the package `bjontegaard`.
"""

import math

import numpy as np
import pandas as pd

from neural_imaging.errors import UserError
from neural_imaging.evaluation import rate_curves, typeset
from neural_imaging.evaluation.statistics import mean_and_spread

ANCHOR = "jpeg"
PER_IMAGE = [*rate_curves.KEYS, "image", "measure", "bd_rate", "overlap", "reason"]
SUMMARY = [*rate_curves.KEYS, "measure", "bd_rate_mean", "bd_rate_std", "overlap", "images", "missing", "reason"]
_HEADINGS = {"ssim": "SSIM", "psnr": "PSNR", "ms_ssim_db": "MS-SSIM"}


def bd_rate(anchor_rate, anchor_quality, rate, quality):
    """BD-rate of one curve against another.

    Points that cost more than another and are no better are left out, so that quality rises with rate.

    Args:
        anchor_rate, anchor_quality: points of the curve to compare with, in any order; NaN is passed over.
        rate, quality: points of the other curve.

    Returns:
        (percent, overlap, reason): rate saved (negative) or wasted; the share of the curve's own range of qualities
        that both reach, 0 to 1; and an empty text. Where there is no number, NaN, the overlap, and the reason why.
    """
    import bjontegaard  # It loads pyplot.

    anchor, curve = _rising(anchor_rate, anchor_quality), _rising(rate, quality)
    for points, whose in ((anchor, "the anchor"), (curve, "the codec")):
        if len(points) < 2:
            return math.nan, 0.0, f"a curve needs two points, and {whose} has {len(points)}"
    low, high = max(anchor[0, 1], curve[0, 1]), min(anchor[-1, 1], curve[-1, 1])
    overlap = float((high - low) / (curve[-1, 1] - curve[0, 1]))
    if overlap <= 0:
        spans = [f"{points[0, 1]:.4g} to {points[-1, 1]:.4g}" for points in (anchor, curve)]
        return math.nan, 0.0, f"no quality that both reach: the anchor has {spans[0]}, the codec {spans[1]}"
    percent = bjontegaard.bd_rate(
        *anchor.T, *curve.T, method="pchip", require_matching_points=False, min_overlap=0
    )  # fmt: skip
    return float(percent), overlap, ""


def per_image(rows, anchor=ANCHOR, rate=rate_curves.RATE):
    """BD-rate of every picture (columns `PER_IMAGE`): in percent, against the anchor on the same picture.

    Args:
        rows: table with `profiles.COLUMNS`; curves of several codecs are added by `rate_curves.join`.
        anchor: name of the codec to compare with.
        rate: "effective_bpp" as the papers, or "bpp" of whole files.

    Returns:
        A line a set, codec, picture and measure, without the anchor and without codecs that are single points. Where
        there is no number, `bd_rate` is NaN and `reason` says why.

    Raises:
        UserError: the anchor was not measured on one of the sets.
    """
    lines = []
    for data_set, measured in rows.groupby("data_set", sort=False):
        theirs = dict(list(measured[measured["codec"] == anchor].groupby("image")))
        if not theirs:
            raise UserError(
                f"{data_set or 'unnamed pictures'}: {anchor} was not measured, which rates are compared with"
            )
        others = measured[measured["codec"] != anchor]
        for codec, points in others.groupby("codec", sort=False):
            if rate_curves.single(points):
                continue
            for image, ours in points.groupby("image", sort=False):
                for measure in rate_curves.MEASURES:
                    result = math.nan, 0.0, f"{anchor} was not measured on this picture"
                    if image in theirs:
                        base = theirs[image]
                        result = bd_rate(base[rate], base[measure], ours[rate], ours[measure])
                    lines.append((data_set, codec, image, measure, *result))
    return pd.DataFrame(lines, columns=PER_IMAGE)


def summary(measured):
    """Mean and spread over pictures (columns `SUMMARY`); `reason` is the first of those that have no number.

    Args:
        measured: what `per_image` gave.
    """
    lines = []
    for key, images in measured.groupby([*rate_curves.KEYS, "measure"], sort=False):
        known = images[images["bd_rate"].notna()]
        mean, spread = mean_and_spread(known["bd_rate"]) if len(known) else (math.nan, math.nan)
        overlap = float(known["overlap"].mean()) if len(known) else math.nan
        reason = next((text for text in images["reason"] if text), "")
        lines.append((*key, mean, spread, overlap, len(known), len(images) - len(known), reason))
    return pd.DataFrame(lines, columns=SUMMARY)


def cells(table):
    """Headings and lines of text of the summary: a line a set and codec; percent, mean ± spread over pictures.

    Where some pictures have no number, the others' count stands in brackets.
    """
    lines = []
    for key, measured in table.groupby(rate_curves.KEYS, sort=False):
        by_measure = measured.set_index("measure").to_dict("index")
        lines.append([*map(str, key), *(_cell(by_measure.get(measure)) for measure in _HEADINGS)])
    return ["Data set", "Codec", *(f"{heading} (%)" for heading in _HEADINGS.values())], lines


def _cell(line):
    if line is None or not line["images"]:
        return "–"
    text = typeset.spread(line["bd_rate_mean"], line["bd_rate_std"])
    return f"{text} (n = {line['images']})" if line["missing"] else text


def _rising(rate, quality):
    """Points (rate, quality) in the order of their rates, each of them better than all that cost less."""
    points = np.column_stack([np.asarray(rate, float), np.asarray(quality, float)])
    points = points[np.isfinite(points).all(axis=1)]
    points = points[np.lexsort((-points[:, 1], points[:, 0]))]
    best = np.maximum.accumulate(points[:, 1]) if len(points) else points[:, 1]
    return points[np.diff(best, prepend=-np.inf) > 0]
