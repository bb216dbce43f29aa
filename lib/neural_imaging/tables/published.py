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
    """Write our trade-off beside the published one, and confusion matrices likewise.

    Args:
        summary, published, output: our table, the published one, and that to write.
        camera, isp, channel: see `tradeoff`.
        matrices: "confusion", "published_confusion" and "confusion_output", the same of matrices; all None for none.

    Raises:
        UserError: a table is missing or damaged, or only some of the matrices are given.
    """
    names = ("confusion", "published_confusion", "confusion_output")
    ours, theirs, matrices_output = (matrices[name] for name in names)
    if len({path is None for path in (ours, theirs, matrices_output)}) > 1:
        raise UserError("--confusion, --published-confusion and --confusion-output are given together")
    table = tradeoff(tables.read(summary, summaries.SUMMARY), tables.read(published, PUBLISHED), camera, isp, channel)
    if table["runs"].isna().all():
        print(f"{summary}: no run of {camera} and {isp} to compare", file=sys.stderr)
    typeset.write(table, output, tradeoff_cells)
    if ours:
        found = confusion(tables.read(ours, tables.CONFUSION), _published_matrices(theirs), camera, isp, channel)
        typeset.write(found, matrices_output, confusion_cells)


def tradeoff(summary, published, camera, isp, channel=None):
    """Accuracy and PSNR over λ: ours, the published values, and the difference (columns `TRADEOFF`).

    The published values are the first run's accuracy and the ranges over runs. A difference is our patchwise mean minus
    the middle of the published range: what is published is a range over runs, and no mean. What we did not run, and
    what was not published, stays empty.

    Args:
        summary: our summary (`summaries.SUMMARY`).
        published: table with the columns `PUBLISHED`.
        camera, isp: which of our lines the published values belong to.
        channel: which channel; may be left out where there is only one.

    Raises:
        UserError: several channels, and none chosen.
    """
    ours = _chosen(summary, camera, isp, channel)
    joined = _joined(ours[["lambda_isp", *OURS]], published[PUBLISHED].rename(columns=_RENAMED), ["lambda_isp"])
    for measure in ("accuracy", "psnr"):
        middle = (joined[f"{measure}_published_low"] + joined[f"{measure}_published_high"]) / 2
        joined[f"{measure}_difference"] = joined[f"{measure}_patchwise_mean"] - middle
    return _labelled(joined, ours, camera, isp, channel)[TRADEOFF]


def confusion(ours, published, camera, isp, channel=None):
    """Confusion in percent: ours of patches with the training's codec, published, the difference (columns `CONFUSION`).

    Args:
        ours: our confusion table (`tables.CONFUSION`).
        published: a line for each λ and true class, with the columns `lambda_isp`, `true` and one a predicted class.
        camera, isp, channel: as for `tradeoff`.

    Raises:
        UserError: several channels, and none chosen.
    """
    patches = ours[(ours["view"] == "patchwise") & (ours["codec"] == "differentiable")]
    # A variant of a manipulation, "sharpen-cvpr2019", stands beside the published "sharpen".
    patches = patches.assign(**{name: patches[name].str.partition("-")[0] for name in ("true", "predicted")})
    chosen = _chosen(patches, camera, isp, channel)
    long = published.melt(["lambda_isp", "true"], var_name="predicted", value_name="percent_published")
    keys = ["lambda_isp", "true", "predicted"]
    order = [name for name in published.columns if name not in keys]
    joined = _joined(chosen[[*keys, "percent"]], long, keys, order)
    joined["percent_difference"] = joined["percent"] - joined["percent_published"]
    return _labelled(joined, chosen, camera, isp, channel)[CONFUSION]


def tradeoff_cells(table):
    """Headings and lines of text of the trade-off table, for Markdown and LaTeX."""
    headings = [
        "λ", "Runs", "Intervals over", "Accuracy, patchwise (%)", "published (%)", "first run (%)",
        "difference (points)", "Accuracy, whole (%)", "PSNR, patchwise (dB)", "published (dB)", "difference (dB)",
        "PSNR, whole (dB)",
    ]  # fmt: skip

    def ours(line, measure, factor, decimals):
        return typeset.interval(*(line[f"{measure}_{part}"] for part in ("mean", "low", "high")), factor, decimals)

    lines = [
        [
            line["lambda_isp"],
            typeset.number(line["runs"], decimals=0),
            "–" if pd.isna(line["interval_over"]) else line["interval_over"],
            ours(line, "accuracy_patchwise", 100, 1),
            _range(line["accuracy_published_low"], line["accuracy_published_high"], 100),
            typeset.number(line["accuracy_published"], 100, 1),
            typeset.number(line["accuracy_difference"], 100, 1, sign=True),
            ours(line, "accuracy", 100, 1),
            ours(line, "psnr_patchwise", 1, 2),
            _range(line["psnr_published_low"], line["psnr_published_high"], 1),
            typeset.number(line["psnr_difference"], 1, 1, sign=True),
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
        cells = {
            line["predicted"]: f"{typeset.number(line['percent'], 1, 0)} / "
            f"{typeset.number(line['percent_published'], 1, 0)}"
            + (
                ""
                if pd.isna(line["percent_difference"])
                else f" ({typeset.number(line['percent_difference'], 1, 0, True)})"
            )
            for line in row.to_dict("records")
        }
        lines.append([weight, true, *(cells.get(name, "–") for name in predicted)])
    return ["λ", "True class", *(f"{name} (%)" for name in predicted)], lines


def _range(low, high, factor):
    text = typeset.number(low, factor, 1)
    return text if low == high or text == "–" else f"{text}–{typeset.number(high, factor, 1)}"


def _chosen(table, camera, isp, channel):
    """Our lines of this camera and ISP, of one channel, in which at most the pipeline learns."""
    ours = table[(table["camera"] == camera) & (table["isp"] == isp) & (table["signature"] == grid.NONE)]
    ours = ours[ours["lambda_codec"].isin([grid.NONE, grid.BASIC])]
    channels = list(dict.fromkeys(ours["channel"]))
    if channel is None and len(channels) > 1:
        raise UserError(f"our table has several channels for {camera}, {isp}; choose one of {', '.join(channels)}")
    return ours if channel is None else ours[ours["channel"] == channel]


def _joined(ours, published, keys, order=()):
    """Every line of either table: the baseline first, then falling λ, then classes in the published order."""
    joined = ours.merge(published, on=keys, how="outer")
    places = {name: place for place, name in enumerate(order)}
    ranked = joined.assign(
        **{
            key: joined[key].map(grid.descending if key == "lambda_isp" else lambda name: places.get(name, len(places)))
            for key in keys
        }
    )
    return joined.loc[ranked.sort_values(keys, kind="stable").index].reset_index(drop=True)


def _labelled(joined, ours, camera, isp, channel):
    columns = ("channel", "lambda_codec")
    channel, codec = (ours[name].iloc[0] for name in columns) if len(ours) else (channel, grid.NONE)
    labels = {"camera": camera, "isp": isp, "channel": channel, "lambda_codec": codec, "signature": grid.NONE}
    return joined.assign(**labels)


def _published_matrices(path):
    matrices = tables.read(path, ["lambda_isp", "true"])
    if not set(matrices["true"]) <= set(matrices.columns):
        raise UserError(f"{path}: a true class has no column of the same name")
    for name in matrices["true"].unique():
        matrices[name] = tables.numbers(matrices[name], path)
    return matrices
