"""Our accuracy and PSNR over λ beside the published ranges over runs."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from neural_imaging.figures import style

COLUMNS = [
    "camera", "isp", "channel", "lambda_isp", "accuracy_mean", "accuracy_std", "accuracy_libjpeg_mean",
    "accuracy_published_low", "accuracy_published_high", "psnr_mean", "psnr_std", "psnr_published_low",
    "psnr_published_high",
]  # fmt: skip
PUBLISHED, OURS = "#9FC5E8", "#D55E00"
RING = {"markersize": 5.5, "markerfacecolor": "none", "markeredgewidth": 0.7}


@style.look
def draw(table):
    """Draw the plane of accuracy and PSNR, and both over λ.

    Args:
        table: a line a λ (`COLUMNS`); what only one side has is empty on the other.

    Returns:
        Figure: at the left the plane, published ranges as boxes joined over λ; at the right each measure over λ,
        published ranges as bars, ours as means with their standard deviation.
    """
    drawing = style.figure(style.PAGE, 3.1)
    panels = drawing.subplot_mosaic([["plane", "accuracy"], ["plane", "psnr"]], width_ratios=[1, 1])
    scaled = table.copy()
    accuracies = [name for name in COLUMNS if name.startswith("accuracy")]
    scaled[accuracies] *= 100
    _draw_plane(panels["plane"], scaled)
    names = [style.weight_name(value) for value in scaled["lambda_isp"]]
    for measure, label in (("accuracy", "accuracy (%)"), ("psnr", "PSNR (dB)")):
        axes = panels[measure]
        _draw_over_weights(axes, scaled, measure)
        axes.set_ylabel(label)
        axes.set_xticks(range(len(names)), names if measure == "psnr" else [""] * len(names), rotation=60)
    panels["psnr"].set_xlabel("λ")
    panels["plane"].set_xlabel("PSNR (dB)")
    panels["plane"].set_ylabel("accuracy (%)")
    what = f"{table['camera'].iloc[0]}, {table['isp'].iloc[0]}"
    ours = {"color": OURS, "linestyle": "none", "markersize": 4}
    handles = [
        Patch(color=PUBLISHED, label="published range over runs"),
        Line2D([], [], marker="o", label=f"ours ({what}), mean ± standard deviation", **ours),
        Line2D([], [], marker="o", color="black", linestyle="none", label="ours, with libjpeg", **RING),
    ]
    style.legend(drawing, handles)
    return drawing


def _draw_plane(axes, table):
    axes.grid(True)
    theirs = table.dropna(subset=["psnr_published_low", "accuracy_published_low"])
    middle = {
        measure: (theirs[f"{measure}_published_low"] + theirs[f"{measure}_published_high"]) / 2
        for measure in ("psnr", "accuracy")
    }
    axes.plot(middle["psnr"], middle["accuracy"], color=PUBLISHED, linewidth=0.8, zorder=1)
    for line in theirs.to_dict("records"):
        low, high = ((line[f"psnr_published_{end}"], line[f"accuracy_published_{end}"]) for end in ("low", "high"))
        # Ranges of a single value would vanish; 1.5 points of line width keep them visible.
        axes.fill_between([low[0], high[0]], low[1], high[1], color=PUBLISHED, linewidth=1.5, zorder=2)
    ours = table.dropna(subset=["psnr_mean", "accuracy_mean"])
    axes.plot(ours["psnr_mean"], ours["accuracy_mean"], color=OURS, linewidth=0.8, zorder=3)
    _points(axes, ours["psnr_mean"], ours, {"xerr": ours["psnr_std"]})


def _draw_over_weights(axes, table, measure):
    axes.grid(True, axis="y")
    places = np.arange(len(table))
    low, high = table[f"{measure}_published_low"], table[f"{measure}_published_high"]
    axes.bar(places, high - low, bottom=low, width=0.7, color=PUBLISHED, edgecolor=PUBLISHED, linewidth=1.5)
    if measure == "accuracy":
        _points(axes, places, table, {})
    else:
        axes.errorbar(places, table["psnr_mean"], yerr=table["psnr_std"], fmt="o", **_LOOK)
    axes.set_xlim(-0.6, len(table) - 0.4)
    axes.use_sticky_edges = False
    axes.margins(y=0.08)


_LOOK = {"color": OURS, "markersize": 3.2, "elinewidth": 0.8, "capsize": 1.5, "zorder": 4}


def _points(axes, x, table, spread):
    axes.errorbar(x, table["accuracy_mean"], yerr=table["accuracy_std"], fmt="o", **_LOOK, **spread)
    # A ring around the point where both are the same.
    axes.plot(x, table["accuracy_libjpeg_mean"], "o", color="black", zorder=4, **RING)
