"""Our results beside published ones, with the difference.

Published values are compared with what was measured patch by patch, as in the papers; those of whole photographs stand
beside them.
"""

import sys

import pandas as pd

from neural_imaging.base.errors import UserError
from neural_imaging.study import grid
from neural_imaging.tables import summaries, tables, typeset

PUBLISHED = ["lambda_isp", "accuracy_first_run", "psnr_low_db", "psnr_high_db", "accuracy_low", "accuracy_high"]
_PARTS = ("mean", "std", "low", "high")
_RENAMED = {
    "accuracy_first_run": "accuracy_published",
    "accuracy_low": "accuracy_published_low",
    "accuracy_high": "accuracy_published_high",
    "psnr_low_db": "psnr_published_low",
    "psnr_high_db": "psnr_published_high",
}
OURS = [
    "runs", "interval_over", "accuracy_libjpeg_mean",
    *(f"{name}_{part}" for name in ("accuracy_patchwise", "accuracy", "psnr_patchwise", "psnr") for part in _PARTS),
]  # fmt: skip
TRADEOFF = [*tables.GROUP, *OURS, *_RENAMED.values(), "accuracy_difference", "psnr_difference"]
CONFUSION = [*tables.GROUP, "true", "predicted", "percent", "percent_published", "percent_difference"]


def tabulate(*, summary, published, output, camera, isp, channel=None, **matrices):
    """Write our trade-off beside the published one, and confusion matrices likewise, where their paths are given."""
    paths = [matrices[name] for name in ("confusion", "published_confusion", "confusion_output")]
    if len({path is None for path in paths}) > 1:
        raise UserError("--confusion, --published-confusion and --confusion-output are given together")
    table = tradeoff(tables.read(summary, summaries.SUMMARY), tables.read(published, PUBLISHED), camera, isp, channel)
    if table["runs"].isna().all():
        print(f"{summary}: no run of {camera} and {isp} to compare", file=sys.stderr)
    typeset.write(table, output, tradeoff_cells)
    ours, theirs, output = paths
    if ours:
        table = confusion(tables.read(ours, tables.CONFUSION), _published_matrices(theirs), camera, isp, channel)
        typeset.write(table, output, confusion_cells)


def tradeoff(summary, published, camera, isp, channel=None):
    """Accuracy and PSNR over λ: ours, the published values, and the difference (columns `TRADEOFF`).

    The published values are the first run's accuracy and the ranges over runs. A difference is our patchwise mean minus
    the middle of the published range: what is published is a range over runs, and no mean. What we did not run, and
    what was not published, stays empty. A channel must be chosen where our summary has several.
    """
    theirs = published[PUBLISHED].rename(columns=_RENAMED)
    joined = _joined(summary, OURS, theirs, ["lambda_isp"], (camera, isp, channel))
    for measure in ("accuracy", "psnr"):
        middle = (joined[f"{measure}_published_low"] + joined[f"{measure}_published_high"]) / 2
        joined[f"{measure}_difference"] = joined[f"{measure}_patchwise_mean"] - middle
    return joined[TRADEOFF]


def confusion(ours, published, camera, isp, channel=None):
    """Confusion in percent: ours of patches with the training's codec, published, the difference (columns `CONFUSION`).

    The published table has a line for each λ and true class, and a column a predicted class; else as for `tradeoff`.
    """
    patches = ours[(ours["view"] == "patchwise") & (ours["codec"] == "differentiable")]
    # A variant of a manipulation, "sharpen-cvpr2019", stands beside the published "sharpen".
    patches = patches.assign(**{name: patches[name].str.partition("-")[0] for name in ("true", "predicted")})
    long = published.melt(["lambda_isp", "true"], var_name="predicted", value_name="percent_published")
    keys = ["lambda_isp", "true", "predicted"]
    classes = [name for name in published.columns if name not in keys]
    joined = _joined(patches, ["percent"], long, keys, (camera, isp, channel), classes)
    joined["percent_difference"] = joined["percent"] - joined["percent_published"]
    return joined[CONFUSION]


def tradeoff_cells(table):
    """Headings and lines of text of the trade-off table, for Markdown and LaTeX."""
    headings = [
        "λ", "Runs", "Intervals over", "Accuracy, patchwise (%)", "published (%)", "first run (%)",
        "difference (points)", "Accuracy, whole (%)", "PSNR, patchwise (dB)", "published (dB)", "difference (dB)",
        "PSNR, whole (dB)",
    ]  # fmt: skip

    def ours(line, measure, factor, decimals):
        return typeset.interval(*(line[f"{measure}_{part}"] for part in ("mean", "low", "high")), factor, decimals)

    def theirs(line, measure, factor):
        low, high = (line[f"{measure}_published_{end}"] for end in ("low", "high"))
        text = typeset.number(low, factor)
        return text if low == high or text == "–" else f"{text}–{typeset.number(high, factor)}"

    lines = [
        [
            line["lambda_isp"],
            typeset.number(line["runs"], decimals=0),
            "–" if pd.isna(line["interval_over"]) else line["interval_over"],
            ours(line, "accuracy_patchwise", 100, 1),
            theirs(line, "accuracy", 100),
            typeset.number(line["accuracy_published"], 100),
            typeset.number(line["accuracy_difference"], 100, sign=True),
            ours(line, "accuracy", 100, 1),
            ours(line, "psnr_patchwise", 1, 2),
            theirs(line, "psnr", 1),
            typeset.number(line["psnr_difference"], sign=True),
            ours(line, "psnr", 1, 2),
        ]
        for line in table.to_dict("records")
    ]
    return headings, lines


def confusion_cells(table):
    """Headings and lines of text of the confusion table: ours / published (difference), a column a predicted class."""
    predicted = list(dict.fromkeys(table["predicted"]))
    lines = []
    for (weight, true), row in table.groupby(["lambda_isp", "true"], sort=False):
        cells = dict.fromkeys(predicted, "–")
        for line in row.to_dict("records"):
            ours, theirs = (typeset.number(line[name], decimals=0) for name in ("percent", "percent_published"))
            difference = typeset.number(line["percent_difference"], decimals=0, sign=True)
            cells[line["predicted"]] = f"{ours} / {theirs}" + (f" ({difference})" if difference != "–" else "")
        lines.append([weight, true, *cells.values()])
    return ["λ", "True class", *(f"{name} (%)" for name in predicted)], lines


def _joined(table, columns, published, keys, place, classes=()):
    """Every line of either table: the baseline first, then falling λ, then classes in the published order.

    Of our table lines of this place (camera, ISP and channel) count, in which at most the pipeline learns.
    """
    camera, isp, channel = place
    ours = table[(table["camera"] == camera) & (table["isp"] == isp) & (table["signature"] == grid.NONE)]
    ours = ours[ours["lambda_codec"].isin([grid.NONE, grid.BASIC])]
    channels = list(dict.fromkeys(ours["channel"]))
    if channel is None and len(channels) > 1:
        raise UserError(f"our table has several channels for {camera}, {isp}; choose one of {', '.join(channels)}")
    ours = ours if channel is None else ours[ours["channel"] == channel]

    def rank(column):
        places = {name: place for place, name in enumerate(classes)}
        return column.map(
            grid.descending if column.name == "lambda_isp" else lambda name: places.get(name, len(places))
        )

    joined = ours[[*keys, *columns]].merge(published, on=keys, how="outer")
    joined = joined.sort_values(keys, key=rank, kind="stable", ignore_index=True)
    channel, codec = (ours[name].iloc[0] for name in ("channel", grid.CODEC)) if len(ours) else (channel, grid.NONE)
    return joined.assign(camera=camera, isp=isp, channel=channel, lambda_codec=codec, signature=grid.NONE)


def _published_matrices(path):
    matrices = tables.read(path, ["lambda_isp", "true"])
    if not set(matrices["true"]) <= set(matrices.columns):
        raise UserError(f"{path}: a true class has no column of the same name")
    for name in matrices["true"].unique():
        matrices[name] = tables.numbers(matrices[name], path)
    return matrices
