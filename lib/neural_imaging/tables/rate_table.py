"""Rate and distortion of all codecs in one table, ours beside the published.

Of a curve there is a line at each of a few rates, from the average of the pictures' fits; of a learned codec one line,
the means over pictures. Published values are read off plots: SSIM ± 0.003, bits a pixel ± 0.01.
"""

import sys

import numpy as np
import pandas as pd

from neural_imaging.tables import rate_curves, tables, typeset
from neural_imaging.tables.profiles import read

ANCHORS = (0.5, 1.0, 1.5, 2.0)
CURVE, MODEL = "curve", "model"
PUBLISHED = ["dataset", "codec", "kind", "bpp", "ssim", "ms_ssim"]
COLUMNS = [
    *rate_curves.KEYS, "kind", "bpp", "bpp_published", "ssim", "ssim_published", "ssim_difference",
    "ms_ssim", "ms_ssim_published", "ms_ssim_difference", "psnr", "ms_ssim_db", "images", "extrapolated",
]  # fmt: skip
# What published tables write before the name of a learned codec.
_PREFIX = "dcn-"
_KEYS = [*rate_curves.KEYS, "kind"]


def tabulate(*, profiles, output, join=(), published=None, curves=None, averages=None):
    """Write and print the table, and curves and averages for figures; options are as of the program."""
    joined = rate_curves.parse_joined(join)
    published = tables.read(published, PUBLISHED) if published else None
    rows = rate_curves.join(read(profiles), joined)
    fits, failed = rate_curves.fit_all(rows)
    for line in failed.to_dict("records"):
        print("{data_set}, {codec}, {image}: {measure} has no fit ({reason})".format(**line), file=sys.stderr)
    lines = table(rows, fits, published)
    if curves:
        tables.write(rate_curves.curves(fits), curves)
    if averages:
        tables.write(rate_curves.averages(rows), averages)
    print(typeset.write(lines, output, cells, group=2), end="")


def table(rows, fits, published=None):
    """Ours, the published values and the differences (columns `COLUMNS`), of the sets that we measured.

    What we did not measure of a set, and what was not published, stays empty. A learned codec is found under its
    published name with or without "dcn-" before it. Its difference compares means at two rates, which stand beside it.
    `rows` are those of profiles, and `fits` of `rate_curves.fit_all`.
    """
    theirs = _published(published, set(rows["data_set"]))
    anchors = sorted({*ANCHORS, *theirs["anchor"].dropna()})
    fitted = rate_curves.curves(fits, anchors).assign(kind=CURVE)
    parts = [fitted.assign(anchor=fitted["bpp"]), _models(rows).assign(anchor=np.nan)]
    ours = pd.concat([part for part in parts if len(part)], ignore_index=True)
    ours = ours.reindex(columns=list(dict.fromkeys([*ours.columns, "ms_ssim", "extrapolated"])))
    joined = ours.merge(theirs, on=[*_KEYS, "anchor"], how="outer")
    joined["bpp"] = joined["bpp"].fillna(joined["anchor"])
    for measure in ("ssim", "ms_ssim"):
        joined[f"{measure}_difference"] = joined[measure] - joined[f"{measure}_published"]
    names = {"data_set": rows["data_set"], "codec": [*rows["codec"], *joined["codec"]]}
    orders = {column: list(dict.fromkeys(values)) for column, values in names.items()}
    joined = joined.sort_values(
        [*_KEYS, "bpp", "bpp_published"],
        key=lambda column: column.map(orders[column.name].index) if column.name in orders else column,
        ignore_index=True,
    )
    return joined.reindex(columns=COLUMNS).astype(dict.fromkeys(("images", "extrapolated"), "Int64"))


def cells(lines):
    """Headings and lines of text of the table; pictures that extrapolate stand behind the number of all."""
    beside = ["published", "difference"]
    measures = ["SSIM", *beside, "MS-SSIM", *beside, "PSNR (dB)", "MS-SSIM (dB)"]
    headings = ["Data set", "Codec", "bpp", "published", *measures, "Pictures"]
    text = [
        [
            line["data_set"],
            line["codec"],
            typeset.number(line["bpp"], decimals=2),
            typeset.number(line["bpp_published"], decimals=2),
            *_beside(line, "ssim"),
            *_beside(line, "ms_ssim"),
            typeset.number(line["psnr"], decimals=2),
            typeset.number(line["ms_ssim_db"], decimals=2),
            _pictures(line),
        ]
        for line in lines.to_dict("records")
    ]
    return headings, text


def _models(rows):
    """Learned codecs: means over pictures."""
    learned = rows.groupby(rate_curves.KEYS, sort=False).filter(rate_curves.single)
    means = rate_curves.averages(learned)
    return means.assign(kind=MODEL, bpp=means[rate_curves.RATE])[
        [*_KEYS, "bpp", *rate_curves.MEASURES, "ms_ssim", "images"]
    ]


def _published(lines, data_sets):
    """The published lines of these sets, named as ours; `anchor` is the rate at which curves are compared."""
    measures = [f"{name}_published" for name in ("bpp", "ssim", "ms_ssim")]
    lines = pd.DataFrame(columns=PUBLISHED) if lines is None else lines
    lines = lines[lines["dataset"].isin(data_sets)][PUBLISHED].set_axis([*_KEYS, *measures], axis="columns")
    lines = lines.assign(codec=[name.removeprefix(_PREFIX) for name in lines["codec"]])
    lines = lines.astype(dict.fromkeys(measures, float))
    return lines.assign(anchor=lines["bpp_published"].where(lines["kind"] == CURVE))


def _beside(line, measure):
    names = (measure, f"{measure}_published", f"{measure}_difference")
    return [typeset.number(line[name], decimals=3, sign=name.endswith("_difference")) for name in names]


def _pictures(line):
    if pd.isna(line["images"]):
        return "–"
    beyond = "" if pd.isna(line["extrapolated"]) or not line["extrapolated"] else f" ({line['extrapolated']} beyond)"
    return f"{line['images']}{beyond}"
