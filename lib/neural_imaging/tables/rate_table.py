"""Rate and distortion of all codecs in one table, ours beside the published.

Of a curve there is a line at each of a few rates, from the average of the pictures' fits; of a learned codec one line,
the means over pictures. Published values are read off plots: SSIM ± 0.003, bits a pixel ± 0.01.
"""

import sys

import numpy as np
import pandas as pd

from neural_imaging.tables import profiles, rate_curves, tables, typeset

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


def tabulate(*, output, join=(), published=None, curves=None, averages=None, **files):
    """Write and print the table, and curves and averages for figures.

    Args:
        output: CSV to write.
        join: texts, see `rate_curves.parse_joined`.
        published: table of published values.
        curves, averages: further CSV to write, see `rate_curves`.
        files: "profiles", their paths.

    Raises:
        UserError: a file is missing or damaged.
    """
    joined = rate_curves.parse_joined(join)
    published = tables.read(published, PUBLISHED) if published else None
    rows = rate_curves.join(profiles.read(files["profiles"]), joined)
    fits, failed = rate_curves.fit_all(rows)
    for line in failed.to_dict("records"):
        print("{data_set}, {codec}, {image}: {measure} has no fit ({reason})".format(**line), file=sys.stderr)
    lines = table(rows, fits, published)
    if curves:
        tables.write(rate_curves.curves(fits), curves)
    if averages:
        tables.write(rate_curves.averages(rows), averages)
    typeset.write(lines, output, cells, group=2)
    print(typeset.markdown(*cells(lines)), end="")


def table(rows, fits, published=None):
    """Ours, the published values and the differences (columns `COLUMNS`), of the sets that we measured.

    What we did not measure of a set, and what was not published, stays empty. A learned codec is found under its
    published name with or without "dcn-" before it. Its difference compares means at two rates, which stand beside it.

    Args:
        rows: table with `profiles.COLUMNS`.
        fits: of these rows, see `rate_curves.fit_all`.
        published: table with the columns `PUBLISHED`; None leaves theirs empty.
    """
    theirs = _published(published, set(rows["data_set"]))
    anchors = sorted({*ANCHORS, *theirs["anchor"].dropna()})
    fitted = rate_curves.curves(fits, anchors).assign(kind=CURVE)
    ours = _concatenated(fitted.assign(anchor=fitted["bpp"]), _models(rows).assign(anchor=np.nan))
    ours = ours.reindex(columns=list(dict.fromkeys([*ours.columns, "ms_ssim", "extrapolated"])))
    joined = ours.merge(theirs, on=[*_KEYS, "anchor"], how="outer")
    joined["bpp"] = joined["bpp"].fillna(joined["anchor"])
    for measure in ("ssim", "ms_ssim"):
        joined[f"{measure}_difference"] = joined[measure] - joined[f"{measure}_published"]
    orders = {"data_set": rows["data_set"], "codec": [*rows["codec"], *joined["codec"]]}
    ranked = joined.assign(**{column: joined[column].map(_places(order)) for column, order in orders.items()})
    order = ranked.sort_values([*_KEYS, "bpp", "bpp_published"]).index
    counts = dict.fromkeys(("images", "extrapolated"), "Int64")
    return joined.loc[order].reindex(columns=COLUMNS).astype(counts).reset_index(drop=True)


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
    singles = [lines for _, lines in rows.groupby(rate_curves.KEYS, sort=False) if rate_curves.single(lines)]
    columns = [*_KEYS, "bpp", *rate_curves.MEASURES, "ms_ssim", "images"]
    if not singles:
        return pd.DataFrame(columns=columns)
    means = rate_curves.averages(pd.concat(singles))
    return means.assign(kind=MODEL, bpp=means[rate_curves.RATE])[columns]


def _published(lines, data_sets):
    """The published lines of these sets, named as ours; `anchor` is the rate at which curves are compared."""
    columns = [*_KEYS, *(f"{name}_published" for name in ("bpp", "ssim", "ms_ssim"))]
    lines = pd.DataFrame(columns=PUBLISHED) if lines is None else lines
    named = lines[lines["dataset"].isin(data_sets)][PUBLISHED].set_axis(columns, axis="columns")
    named = named.assign(codec=[name.removeprefix(_PREFIX) for name in named["codec"]])
    named = named.astype(dict.fromkeys(columns[-3:], float))
    return named.assign(anchor=named["bpp_published"].where(named["kind"] == CURVE))


def _places(names):
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


def _concatenated(*parts):
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _beside(line, measure):
    return [
        typeset.number(line[measure], decimals=3),
        typeset.number(line[f"{measure}_published"], decimals=3),
        typeset.number(line[f"{measure}_difference"], decimals=3, sign=True),
    ]


def _pictures(line):
    if pd.isna(line["images"]):
        return "–"
    beyond = "" if pd.isna(line["extrapolated"]) or not line["extrapolated"] else f" ({line['extrapolated']} beyond)"
    return f"{line['images']}{beyond}"
