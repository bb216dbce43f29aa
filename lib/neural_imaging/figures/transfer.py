"""Accuracy of forensic networks on pictures of another kind than those that they were trained on."""

import numpy as np
from matplotlib.patches import Rectangle

from neural_imaging.figures import style
from neural_imaging.tables import tables
from neural_imaging.tables.typeset import number

COLUMNS = ["trained_on", "tested_on", "accuracy", "accuracy_low", "accuracy_high"]
# A heat map of less is a word in a coloured box.
LEAST = 4


@style.look
def draw(table):
    """Draw a heat map, a row a training set and a column a test set, or points where there are less pairs than `LEAST`.

    Args:
        table: a line a pair (`COLUMNS`), accuracies from 0 to 1. Pairs that were not tested stay empty. Of several
            lines of one pair, repetitions, means are drawn.
    """
    trained, tested = style.unique(table["trained_on"]), style.unique(table["tested_on"])
    # Where the kinds are the same, both axes have them in one order, so that the diagonal is one.
    tested = [*(name for name in trained if name in tested), *(name for name in tested if name not in trained)]
    means = table.groupby(["trained_on", "tested_on"])[["accuracy", "accuracy_low", "accuracy_high"]].mean() * 100
    if len(trained) * len(tested) < LEAST:
        return _points(means.reindex([(row, column) for row in trained for column in tested]).dropna(how="all"))
    return _matrix(means, trained, tested)


plot = style.from_file(draw, tables.read, COLUMNS)


def _points(means):
    drawing = style.figure(style.COLUMN, 0.65 + 0.3 * len(means))
    axes = drawing.subplots()
    axes.grid(True, axis="x")
    places = np.arange(len(means))
    ends = [end.fillna(0) for end in style.intervals(*(means[name] for name in means))]
    axes.errorbar(means["accuracy"], places, xerr=ends, fmt="o", color=style.COLOURS[0], markersize=4, capsize=2.5)
    for place, value in zip(places, means["accuracy"], strict=True):
        axes.annotate(number(value), (value, place), (0, 4), textcoords="offset points", ha="center", va="bottom")
    axes.set_yticks(places, [f"{row}, tested on {column}" for row, column in means.index])
    axes.set(xlim=(0, 100), ylim=(len(means) - 0.4, -0.7))
    barred = means["accuracy_low"].notna().any()  # Of a single picture there is no interval.
    axes.set_xlabel("accuracy on whole pictures (%)" + ("\nbars: 95 % intervals" if barred else ""))
    return drawing


def _matrix(means, trained, tested):
    values = means["accuracy"].unstack().reindex(index=trained, columns=tested)
    cell = min(0.72, (style.PAGE - 1.6) / len(tested))
    drawing = style.figure(max(style.COLUMN, cell * len(tested) + 1.6), 0.6 * cell * len(trained) + 1.0)
    axes = drawing.subplots()
    shown = style.percentages(axes, values.to_numpy(), aspect="auto")
    for (row, column), line in means.iterrows():
        place = tested.index(column), trained.index(row)
        _write(axes, *place, line)
        if row == column:
            corner = place[0] - 0.48, place[1] - 0.47
            axes.add_patch(Rectangle(corner, 0.96, 0.94, fill=False, edgecolor="black", linewidth=1.0))
    axes.set_xticks(range(len(tested)), map(str, tested), rotation=0 if len(tested) <= 6 else 60)
    axes.set_yticks(range(len(trained)), map(str, trained))
    axes.set(xlabel="tested on", ylabel="trained on")
    style.colour_bar(drawing, shown, axes, "accuracy (%)", fraction=0.05, pad=0.02)
    return drawing


def _write(axes, column, row, line):
    look = {"ha": "center", "color": style.on_percentage(line["accuracy"])}
    axes.text(column, row, number(line["accuracy"]), va="bottom", fontsize=7, **look)
    # Of a single picture there is no interval.
    if not np.isnan(line["accuracy_low"]):
        ends = "–".join(number(line[f"accuracy_{end}"]) for end in ("low", "high"))
        axes.text(column, row + 0.08, ends, va="top", fontsize=5.5, **look)
