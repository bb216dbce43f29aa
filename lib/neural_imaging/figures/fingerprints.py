"""What pipelines do to sensor fingerprints: how alike those of pairs are, PCE, and true- and false-positive rates."""

import numpy as np

from neural_imaging.figures import style
from neural_imaging.tables import tables
from neural_imaging.tables.fingerprints_table import PLAIN, RATE
from neural_imaging.tables.typeset import number

COLUMNS = [
    "enrolled", "tested", "channel", "cleaned", "patch", "correlation", "truth", "pce_matched", "tpr",
    "false_positives",
]  # fmt: skip
_TRUTH, _OTHERS, _UNCLEANED = "the truth", "mean of pairs that differ", "not cleaned"
# Of panels over the side of a patch: factor and title.
_MEASURES = {
    "pce_matched": (1, "median PCE, matched"),
    "tpr": (100, f"TPR at {100 * RATE:g} % FPR (%)"),
    "false_positives": (100, "false positives (%)"),
}


@style.look
def draw(table, channel=None):
    """Draw a heat map of correlations, and three panels over the side of a patch.

    Args:
        table: a line a pair of pipelines, channel and side of patches (`fingerprints_table.COLUMNS`).
        channel: what to draw; the first of the table by default.
    """
    table, labels = style.chosen(table, channel=channel)
    table, uncleaned = (table[table["cleaned"] == cleaned] for cleaned in ("yes", "no"))
    names = style.unique(table["enrolled"])
    size = 1.3 + 0.42 * len(names)
    drawing = style.figure(max(style.COLUMN, size + 6.2), max(2.4, size))
    left, *panels = drawing.subplots(1, 4, width_ratios=[size, 2, 2, 2])
    _draw_correlations(left, table, names)
    others = table[table["enrolled"] != table["tested"]].groupby("patch")[list(_MEASURES)].mean()
    entries = []
    for name, look in style.looks(names).items():
        _draw_lines(panels, _alike(table, name), look)
        bare = _alike(uncleaned, name)
        panels[1].plot(bare.index, 100 * bare["tpr"], **{**look, "linestyle": ":", "marker": ""})
        entries.append(style.entry(name, **look))
    if len(others):
        look = {"color": "black", "linestyle": "--"}
        _draw_lines(panels, others, look)
        entries.append(style.entry(_OTHERS, **look))
    if len(uncleaned):
        entries.append(style.entry(_UNCLEANED, color="black", linestyle=":"))
    panels[0].set_yscale("log")
    # Chance has a PCE of about 1.
    panels[0].set_ylim(1, max(100, 2 * table["pce_matched"].max()))
    panels[1].set_ylim(0, 105)
    panels[2].set_ylim(0, max(5, 110 * table["false_positives"].max()))
    # What passes by chance.
    panels[2].axhline(100 * RATE, color="grey", linewidth=0.6)
    for axes, (_, title) in zip(panels, _MEASURES.values(), strict=True):
        axes.set_title(title)
        axes.set_xscale("log", base=2)
        sides = sorted(table["patch"].unique())
        axes.set_xticks(sides, [f"{side:g}" for side in sides])
        axes.set_xlabel("side of a patch (pixels)")
    style.legend(drawing, entries)
    drawing.suptitle("without a channel" if labels["channel"] == PLAIN else labels["channel"], fontsize=7)
    return drawing


plot = style.from_file(draw, tables.read, COLUMNS)


def _alike(table, name):
    """Lines of a pipeline with its own fingerprints, by the side of a patch."""
    return table[(table["enrolled"] == name) & (table["tested"] == name)].set_index("patch").sort_index()


def _draw_lines(panels, lines, look):
    for axes, (name, (factor, _)) in zip(panels, _MEASURES.items(), strict=True):
        axes.plot(lines.index, factor * lines[name], **look)


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
