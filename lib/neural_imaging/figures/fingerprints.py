"""What pipelines do to sensor fingerprints: how alike those of pairs of pipelines are, PCE, and true-positive rates."""

import numpy as np

from neural_imaging.figures import style
from neural_imaging.tables import tables
from neural_imaging.tables.typeset import number

COLUMNS = ["enrolled", "tested", "channel", "patch", "correlation", "truth", "pce_matched", "tpr"]
_TRUTH, _OTHERS = "the truth", "mean of pairs that differ"


@style.look
def draw(table, channel=None):
    """Draw a heat map of correlations, and two panels over the side of a patch.

    Args:
        table: a line a pair of pipelines, channel and side of patches (`fingerprints_table.COLUMNS`).
        channel: what to draw; the first of the table by default.
    """
    table, labels = style.chosen(table, channel=channel)
    names = style.unique(table["enrolled"])
    size = 1.3 + 0.42 * len(names)
    drawing = style.figure(max(style.COLUMN, size + 4.4), max(2.4, size))
    left, middle, right = drawing.subplots(1, 3, width_ratios=[size, 2.2, 2.2])
    _draw_correlations(left, table, names)
    entries = []
    for name, look in style.looks(names).items():
        alike = table[(table["enrolled"] == name) & (table["tested"] == name)].sort_values("patch")
        middle.plot(alike["patch"], alike["pce_matched"], **look)
        right.plot(alike["patch"], 100 * alike["tpr"], **look)
        entries.append(style.entry(name, **look))
    others = table[table["enrolled"] != table["tested"]].groupby("patch")[["pce_matched", "tpr"]].mean()
    if len(others):
        look = {"color": "black", "linestyle": "--"}
        middle.plot(others.index, others["pce_matched"], **look)
        right.plot(others.index, 100 * others["tpr"], **look)
        entries.append(style.entry(_OTHERS, **look))
    middle.set_yscale("log")
    # Chance has a PCE of about 1.
    middle.set_ylim(1, max(100, 2 * table["pce_matched"].max()))
    middle.set_title("median PCE, matched")
    right.set_title("TPR at 0.5 % FPR (%)")
    right.set_ylim(0, 105)
    for axes in (middle, right):
        axes.set_xscale("log", base=2)
        sides = sorted(table["patch"].unique())
        axes.set_xticks(sides, [f"{side:g}" for side in sides])
        axes.set_xlabel("side of a patch (pixels)")
    style.legend(drawing, entries)
    drawing.suptitle("without a channel" if labels["channel"] == "none" else labels["channel"], fontsize=7)
    return drawing


plot = style.from_file(draw, tables.read, COLUMNS)


def _draw_correlations(axes, table, names):
    pairs = table.drop_duplicates(["enrolled", "tested"]).set_index(["enrolled", "tested"])
    values = np.array([[pairs["correlation"].get((one, two), np.nan) for two in names] for one in names])
    truth = np.array([pairs["truth"].get((name, name), np.nan) for name in names], float)
    columns = list(names)
    if np.isfinite(truth).any():
        values, columns = np.column_stack([values, truth]), [*names, _TRUTH]
    style.percentages(axes, 100 * values)
    for row, column in np.ndindex(values.shape):
        value = values[row, column]
        if np.isfinite(value):
            axes.text(column, row, number(value, 1, 2), ha="center", va="center", fontsize=6,
                      color=style.on_percentage(100 * value))  # fmt: skip
    axes.set_xticks(range(len(columns)), columns, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.set_title("correlation of fingerprints")
