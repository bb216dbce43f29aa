"""BD-rates: how many bits more or less than another a codec needs for the same quality, on average over qualities.

The difference is that of the logarithms of the rates, integrated over the qualities that both curves reach, and only
over these; where they are less than half of the codec's own, there is no BD-rate. Negative is better. PSNR and MS-SSIM
are taken in dB, SSIM as it is. Every codec is compared with JPEG, a learned one with each other codec too, directly.
Means over pictures are those of the logarithms of the ratios of rates.

Reference:
    G. Bjøntegaard, "Calculation of average PSNR differences between RD-curves", VCEG-M33, 2001; with piecewise cubic
    (pchip) curves, as JCT-VC has it, by the package `bjontegaard`.
"""

import math

import numpy as np
import pandas as pd

from neural_imaging.base.errors import UserError
from neural_imaging.tables import rate_curves, statistics, tables, typeset
from neural_imaging.tables.profiles import read

ANCHOR = "jpeg"
PAIR = [*rate_curves.KEYS, "anchor"]
PER_IMAGE = [*PAIR, "image", "measure", "bd_rate", "overlap", "reason"]
SUMMARY = [*PAIR, "measure", "bd_rate_mean", "bd_rate_low", "bd_rate_high", "overlap", "images", "missing", "reason"]
# Share of the codec's own range of qualities that both must reach.
LEAST_OVERLAP = 0.5
_HEADINGS = {"ssim": "SSIM", "psnr": "PSNR", "ms_ssim_db": "MS-SSIM"}


def tabulate(*, profiles, output, per_image, join=(), anchor=ANCHOR, file_size=False):
    """Write and print the table of BD-rates; options are as of the program."""
    curves = rate_curves.parse_joined(join)
    rows = rate_curves.join(read(profiles), curves)
    measured = of_pictures(rows, anchor, "bpp" if file_size else rate_curves.RATE, learned=tuple(curves))
    table = summary(measured)
    if per_image:
        tables.write(measured, per_image)
    print(typeset.write(table, output, cells, group=1, widths={"Missing": "5cm"}), end="")


def bd_rate(anchor_rate, anchor_quality, rate, quality):
    """BD-rate of one curve against another; points of both, in any order, NaN is passed over.

    Points that cost more than another and are no better are left out, so that quality rises with rate.

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
    if overlap < LEAST_OVERLAP:
        spans = [f"{points[0, 1]:.4g} to {points[-1, 1]:.4g}" for points in (anchor, curve)]
        reached = "no quality that both reach" if overlap <= 0 else "both reach less than half of the codec's qualities"
        return math.nan, max(0.0, overlap), f"{reached}: the anchor has {spans[0]}, the codec {spans[1]}"
    options = {"method": "pchip", "require_matching_points": False, "min_overlap": 0}
    return float(bjontegaard.bd_rate(*anchor.T, *curve.T, **options)), overlap, ""


def of_pictures(rows, anchor=ANCHOR, rate=rate_curves.RATE, learned=()):
    """BD-rate of every picture (columns `PER_IMAGE`): in percent, against another codec on the same picture.

    All codecs are compared with the anchor, `learned` curves with every other codec too; single points are left out.
    The rate is "effective_bpp" as the papers', or "bpp" of whole files. Where there is no number, `reason` says why.
    """
    lines = []
    for data_set, measured in rows.groupby("data_set", sort=False):
        codecs = dict(list(measured.groupby("codec", sort=False)))
        if anchor not in codecs:
            raise UserError(
                f"{data_set or 'unnamed pictures'}: {anchor} was not measured, which rates are compared with"
            )
        curves = [name for name, points in codecs.items() if not rate_curves.single(points)]
        pairs = [(name, anchor) for name in curves if name != anchor]
        others = [name for name in curves if name not in (anchor, *learned)]
        pairs += [(name, other) for name in curves if name in learned for other in others]
        for codec, other in pairs:
            theirs = dict(list(codecs[other].groupby("image")))
            for image, ours in codecs[codec].groupby("image", sort=False):
                for measure in rate_curves.MEASURES:
                    result = math.nan, 0.0, f"{other} was not measured on this picture"
                    if image in theirs:
                        base = theirs[image]
                        result = bd_rate(base[rate], base[measure], ours[rate], ours[measure])
                    lines.append((data_set, codec, other, image, measure, *result))
    return pd.DataFrame(lines, columns=PER_IMAGE)


def mean(percents):
    """Mean of BD-rates over pictures, a `statistics.Estimate`: of the logarithms of the ratios, in percent again."""
    logarithms = np.log1p(np.asarray(percents, float) / 100)
    return statistics.mapped(statistics.bootstrap(logarithms[np.newaxis]), lambda value: 100 * math.expm1(value))


def summary(measured):
    """Mean and interval over pictures (columns `SUMMARY`) of what `of_pictures` gave.

    `reason` is the first of those that have no number.
    """
    lines = []
    for key, images in measured.groupby([*PAIR, "measure"], sort=False):
        known = images[images["bd_rate"].notna()]
        estimate = mean(known["bd_rate"]) if len(known) else statistics.single(math.nan)
        numbers = estimate.mean, estimate.low, estimate.high, known["overlap"].mean()
        reason = next(filter(None, images["reason"]), "")
        lines.append((*key, *numbers, len(known), len(images) - len(known), reason))
    return pd.DataFrame(lines, columns=SUMMARY)


def cells(table):
    """Headings and lines of text of the summary: a line a set and pair of codecs; percent, mean [interval].

    Where some pictures have no number, the others' count stands in brackets. The last column says why.
    """
    lines = []
    for key, measured in table.groupby(PAIR, sort=False):
        by_measure = measured.set_index("measure").to_dict("index")
        shown = [by_measure.get(measure) for measure in _HEADINGS]
        reasons = [line["reason"] for line in shown if line is not None and line["missing"]]
        lines.append([*map(str, key), *map(_cell, shown), reasons[0] if reasons else ""])
    return ["Data set", "Codec", "Against", *(f"{text} (%)" for text in _HEADINGS.values()), "Missing"], lines


def _cell(line):
    if line is None or not line["images"]:
        return "–"
    text = typeset.interval(*(line[f"bd_rate_{part}"] for part in ("mean", "low", "high")))
    return f"{text} (n = {line['images']})" if line["missing"] else text


def _rising(rate, quality):
    """Points (rate, quality) in the order of their rates, each of them better than all that cost less."""
    points = np.column_stack([np.asarray(rate, float), np.asarray(quality, float)])
    points = points[np.isfinite(points).all(axis=1)]
    points = points[np.lexsort((-points[:, 1], points[:, 0]))]
    best = np.maximum.accumulate(points[:, 1]) if len(points) else points[:, 1]
    return points[np.diff(best, prepend=-np.inf) > 0]
