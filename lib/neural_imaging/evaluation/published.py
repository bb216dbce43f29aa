"""Our results beside published ones, with the difference."""

import pandas as pd

from neural_imaging.errors import UserError
from neural_imaging.evaluation import grid, tables, typeset

PUBLISHED = ["lambda_isp", "accuracy_first_run", "psnr_low_db", "psnr_high_db", "accuracy_low", "accuracy_high"]
_PARTS = ("mean", "std", "low", "high")
OURS = [
    "runs", "interval_over", *(f"accuracy_{part}" for part in _PARTS), "accuracy_libjpeg_mean",
    *(f"psnr_{part}" for part in _PARTS),
]  # fmt: skip
TRADEOFF = [
    *tables.GROUP,
    *OURS[:7], "accuracy_published", "accuracy_published_low", "accuracy_published_high", "accuracy_difference",
    *OURS[7:], "psnr_published_low", "psnr_published_high", "psnr_difference",
]  # fmt: skip
CONFUSION = [*tables.GROUP, "true", "predicted", "percent", "percent_published", "percent_difference"]


def tradeoff(summary, published, camera, isp, channel=None):
    """Accuracy and PSNR over λ: ours, the published values, and the difference (columns `TRADEOFF`).

    The published values are the first run's accuracy and the ranges over runs. A difference is our mean minus the
    middle of the published range: what is published is a range over runs, and no mean. What we did not run, and
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
    renamed = published[PUBLISHED].rename(
        columns={
            "accuracy_first_run": "accuracy_published",
            "accuracy_low": "accuracy_published_low",
            "accuracy_high": "accuracy_published_high",
            "psnr_low_db": "psnr_published_low",
            "psnr_high_db": "psnr_published_high",
        }
    )
    joined = _joined(ours[["lambda_isp", *OURS]], renamed, ["lambda_isp"])
    for measure in ("accuracy", "psnr"):
        middle = (joined[f"{measure}_published_low"] + joined[f"{measure}_published_high"]) / 2
        joined[f"{measure}_difference"] = joined[f"{measure}_mean"] - middle
    return _labelled(joined, ours, camera, isp, channel)[TRADEOFF]


def confusion(ours, published, camera, isp, channel=None):
    """Confusion in percent: ours with the training's codec, published, and the difference (columns `CONFUSION`).

    Args:
        ours: our confusion table (`tables.CONFUSION`).
        published: a line for each λ and true class, with the columns `lambda_isp`, `true` and one a predicted class.
        camera, isp, channel: as for `tradeoff`.

    Raises:
        UserError: several channels, and none chosen.
    """
    chosen = _chosen(ours[ours["codec"] == "differentiable"], camera, isp, channel)
    long = published.melt(["lambda_isp", "true"], var_name="predicted", value_name="percent_published")
    keys = ["lambda_isp", "true", "predicted"]
    order = [name for name in published.columns if name not in keys]
    joined = _joined(chosen[[*keys, "percent"]], long, keys, order)
    joined["percent_difference"] = joined["percent"] - joined["percent_published"]
    return _labelled(joined, chosen, camera, isp, channel)[CONFUSION]


def tradeoff_cells(table):
    """Headings and lines of text of the trade-off table, for Markdown and LaTeX."""
    headings = [
        "λ", "Runs", "Intervals over", "Accuracy (%)", "published (%)", "first run (%)", "difference (points)",
        "PSNR (dB)", "published (dB)", "difference (dB)",
    ]  # fmt: skip
    lines = [
        [
            line["lambda_isp"],
            typeset.number(line["runs"], decimals=0),
            "–" if pd.isna(line["interval_over"]) else line["interval_over"],
            typeset.interval(*(line[f"accuracy_{part}"] for part in ("mean", "low", "high")), 100, 1),
            _range(line["accuracy_published_low"], line["accuracy_published_high"], 100),
            typeset.number(line["accuracy_published"], 100, 1),
            typeset.number(line["accuracy_difference"], 100, 1, sign=True),
            typeset.interval(*(line[f"psnr_{part}"] for part in ("mean", "low", "high")), 1, 2),
            _range(line["psnr_published_low"], line["psnr_published_high"], 1),
            typeset.number(line["psnr_difference"], 1, 1, sign=True),
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
    """Our lines of this camera and ISP, of one channel."""
    ours = table[(table["camera"] == camera) & (table["isp"] == isp) & (table[grid.SIGNATURE] == grid.NONE)]
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
    labels = {"camera": camera, "isp": isp, "channel": channel, grid.CODEC: grid.NONE, grid.SIGNATURE: grid.NONE}
    labels |= {} if ours.empty else {key: ours[key].iloc[0] for key in ("channel", grid.CODEC)}
    return pd.concat([pd.DataFrame(labels, joined.index), joined], axis=1)
