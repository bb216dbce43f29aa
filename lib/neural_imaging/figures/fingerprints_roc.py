"""How many photographs are found by their device's fingerprint, at each rate of false positives."""

import numpy as np

from neural_imaging.figures import style
from neural_imaging.tables import tables
from neural_imaging.tables.fingerprints_table import CURVES, DIFFERENT, PLAIN, RATE


@style.look
def draw(table, channel=None):
    """Draw a panel for each side of patches, a line for each pipeline and for pairs that differ.

    Args:
        table: points of ROC curves (`fingerprints_table.CURVES`).
        channel: what to draw; the first of the table by default.
    """
    table, labels = style.chosen(table, channel=channel)
    sides = sorted(table["patch"].unique())
    names = [name for name in style.unique(table["pipeline"]) if name != DIFFERENT]
    looks = {name: {**look, "marker": "", "linestyle": "-"} for name, look in style.looks(names).items()}
    if len(names) < table["pipeline"].nunique():
        looks[DIFFERENT] = {"color": "black", "linestyle": "--"}
    drawing = style.figure(style.PAGE, 2.75)
    shares = table.loc[table["false_positives"] > 0, "false_positives"]
    # Where all devices are told apart, no curve has such a share.
    least = shares.min() if len(shares) else RATE
    rates = np.geomspace(least, 1)
    for axes, side in zip(drawing.subplots(1, len(sides), squeeze=False)[0], sides, strict=True):
        axes.plot(100 * rates, 100 * rates, color=style.NEUTRAL, linewidth=0.6)
        for name, look in looks.items():
            points = table[(table["patch"] == side) & (table["pipeline"] == name)]
            # What is found without a false positive stands at the left border.
            across, up = points["false_positives"].clip(least).tolist(), points["true_positives"].tolist()
            axes.plot(100 * np.array([*across, 1]), 100 * np.array([*up, 1]), drawstyle="steps-post", **look)
        axes.set(title=f"patches of {side:g} pixels", xlabel="false positives (%)", xscale="log",
                 xlim=(100 * least, 100), ylim=(-2, 102))  # fmt: skip
        axes.grid(True)
        axes.xaxis.set_major_formatter("{x:g}")
    drawing.axes[0].set_ylabel("found (%)")
    style.legend(drawing, [style.entry(name, **look) for name, look in looks.items()])
    drawing.suptitle("without a channel" if labels["channel"] == PLAIN else labels["channel"], fontsize=7)
    return drawing


plot = style.from_file(draw, tables.read, CURVES)
