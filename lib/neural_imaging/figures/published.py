"""Our accuracy and PSNR over λ, patch by patch and on whole photographs, beside the published ranges over runs."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from neural_imaging.figures import style
from neural_imaging.tables import tables

COLUMNS = [
    "camera", "isp", "channel", "lambda_isp",
    *(f"{name}{view}_{part}" for name in ("accuracy", "psnr") for view in ("_patchwise", "")
      for part in ("mean", "low", "high")),
    *(f"{name}_published_{end}" for name in ("accuracy", "psnr") for end in ("low", "high")),
]  # fmt: skip
PUBLISHED, OURS = "#9FC5E8", "#D55E00"
# Ending of our columns: marker, and its colour.
VIEWS = {
    "_patchwise": {"marker": "o", "color": OURS, "markersize": 3.2},
    "": {"marker": "s", "color": "black", "markersize": 3.2, "markerfacecolor": "white"},
}
# Ends of bars are wider than marks and lie on them, so that short bars are seen too.
BARS = {"elinewidth": 0.8, "capsize": 3.2, "capthick": 0.8, "barsabove": True, "zorder": 4}


def plot(table):
    """Draw from a file of the table."""
    return draw(tables.read(table, COLUMNS))


@style.look
def draw(table):
    """Draw the plane of accuracy and PSNR, and both over λ.

    Args:
        table: a line a λ (`COLUMNS`); what only one side has is empty on the other.

    Returns:
        Figure: at the left the plane, published ranges as boxes joined over λ; at the right each measure over λ,
        published ranges as bars, ours as means with their 95 % intervals: patch by patch, as published, and of
        whole photographs. Without intervals, those of a single run on a single photograph, means stand alone.
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
    what = f"ours ({table['camera'].iloc[0]}, {table['isp'].iloc[0]})"
    handles = [Patch(color=PUBLISHED, label="published, patch by patch: range over runs")]
    for ending, name in (("_patchwise", "patch by patch"), ("", "whole photographs")):
        label = f"{what}, {name}: mean, 95 % interval"
        handles.append(Line2D([], [], linestyle="none", label=label, **VIEWS[ending]))
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
    for ending, look in VIEWS.items():
        ours = table.dropna(subset=[f"psnr{ending}_mean", f"accuracy{ending}_mean"])
        x, y = (ours[f"{measure}{ending}_mean"] for measure in ("psnr", "accuracy"))
        axes.plot(x, y, linewidth=0.8, color=look["color"], zorder=3)
        spread = {"xerr": _interval(ours, f"psnr{ending}"), "yerr": _interval(ours, f"accuracy{ending}")}
        axes.errorbar(x, y, **spread, linestyle="none", **look, **BARS)


def _draw_over_weights(axes, table, measure):
    axes.grid(True, axis="y")
    places = np.arange(len(table))
    low, high = table[f"{measure}_published_low"], table[f"{measure}_published_high"]
    axes.bar(places, high - low, bottom=low, width=0.7, color=PUBLISHED, edgecolor=PUBLISHED, linewidth=1.5)
    for ending, look in VIEWS.items():
        shift = 0.15 if ending == "" else -0.15
        name = f"{measure}{ending}"
        spread = _interval(table, name)
        axes.errorbar(places + shift, table[f"{name}_mean"], yerr=spread, linestyle="none", **look, **BARS)
    axes.set_xlim(-0.6, len(table) - 0.4)
    axes.use_sticky_edges = False
    axes.margins(y=0.08)


def _interval(table, name):
    """How far a mean's 95 % interval reaches below and above it."""
    return [(table[f"{name}_{end}"] - table[f"{name}_mean"]).abs() for end in ("low", "high")]
