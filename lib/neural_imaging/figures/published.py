"""Our accuracy and PSNR over λ, patch by patch and on whole photographs, beside the published ranges over runs."""

import numpy as np
from matplotlib.patches import Patch

from neural_imaging.figures import style
from neural_imaging.tables import tables

MEASURES = {"accuracy": "accuracy (%)", "psnr": "PSNR (dB)"}
COLUMNS = [
    "camera", "isp", "channel", "lambda_isp",
    *(f"{name}{view}_{part}" for name in MEASURES for view in ("_patchwise", "") for part in ("mean", "low", "high")),
    *(f"{name}_published_{end}" for name in MEASURES for end in ("low", "high")),
]  # fmt: skip
PUBLISHED, OURS = "#9FC5E8", "#D55E00"
# Ending of our columns: marker, and its colour.
VIEWS = {
    "_patchwise": {"marker": "o", "color": OURS, "markersize": 3.2},
    "": {"marker": "s", "color": "black", "markersize": 3.2, "markerfacecolor": "white"},
}
# Ends of bars are wider than marks and lie on them, so that short bars are seen too.
BARS = {"linestyle": "none", "elinewidth": 0.8, "capsize": 3.2, "capthick": 0.8, "barsabove": True, "zorder": 4}


@style.look
def draw(table):
    """Draw the plane of accuracy and PSNR, and each measure over λ.

    Published ranges are boxes in the plane, joined over λ, and bars over λ. Ours are means with 95 % intervals, patch
    by patch and of whole photographs; a single run on a single photograph has no interval.

    Args:
        table: a line a λ (`COLUMNS`); what only one side has is empty on the other.
    """
    drawing = style.figure(style.PAGE, 3.1)
    panels = drawing.subplot_mosaic([["plane", "accuracy"], ["plane", "psnr"]], width_ratios=[1, 1])
    scaled = table.copy()
    scaled[[name for name in COLUMNS if name.startswith("accuracy")]] *= 100
    _draw_plane(panels["plane"], scaled)
    names = [style.weight_name(value) for value in scaled["lambda_isp"]]
    for measure, label in MEASURES.items():
        _draw_over_weights(panels[measure], scaled, measure)
        panels[measure].set_ylabel(label)
        panels[measure].set_xticks(range(len(names)), names if measure == "psnr" else [""] * len(names), rotation=60)
    panels["psnr"].set_xlabel("λ")
    panels["plane"].set(xlabel=MEASURES["psnr"], ylabel=MEASURES["accuracy"])
    what = f"ours ({table['camera'].iloc[0]}, {table['isp'].iloc[0]})"
    entries = [Patch(color=PUBLISHED, label="published, patch by patch: range over runs")]
    for look, name in zip(VIEWS.values(), ("patch by patch", "whole photographs"), strict=True):
        entries.append(style.entry(f"{what}, {name}: mean, 95 % interval", **look))
    style.legend(drawing, entries)
    return drawing


plot = style.from_file(draw, tables.read, COLUMNS)


def _draw_plane(axes, table):
    axes.grid(True)
    theirs = table.dropna(subset=["psnr_published_low", "accuracy_published_low"])
    x, y = ([theirs[f"{measure}_published_{end}"] for end in ("low", "high")] for measure in ("psnr", "accuracy"))
    axes.plot(sum(x) / 2, sum(y) / 2, color=PUBLISHED, linewidth=0.8, zorder=1)
    for left, right, bottom, top in zip(*x, *y, strict=True):
        # Ranges of a single value would vanish; 1.5 points of line width keep them visible.
        axes.fill_between([left, right], bottom, top, color=PUBLISHED, linewidth=1.5, zorder=2)
    for ending, look in VIEWS.items():
        ours = table.dropna(subset=[f"psnr{ending}_mean", f"accuracy{ending}_mean"])
        x, y = (ours[f"{measure}{ending}_mean"] for measure in ("psnr", "accuracy"))
        axes.plot(x, y, linewidth=0.8, color=look["color"], zorder=3)
        spread = {"xerr": _interval(ours, f"psnr{ending}"), "yerr": _interval(ours, f"accuracy{ending}")}
        axes.errorbar(x, y, **spread, **look, **BARS)


def _draw_over_weights(axes, table, measure):
    axes.grid(True, axis="y")
    places = np.arange(len(table))
    low, high = table[f"{measure}_published_low"], table[f"{measure}_published_high"]
    axes.bar(places, high - low, bottom=low, width=0.7, color=PUBLISHED, edgecolor=PUBLISHED, linewidth=1.5)
    for shift, (ending, look) in zip((-0.15, 0.15), VIEWS.items(), strict=True):
        name = f"{measure}{ending}"
        axes.errorbar(places + shift, table[f"{name}_mean"], yerr=_interval(table, name), **look, **BARS)
    axes.set_xlim(-0.6, len(table) - 0.4)
    axes.use_sticky_edges = False
    axes.margins(y=0.08)


def _interval(table, name):
    return style.intervals(*(table[f"{name}_{part}"] for part in ("mean", "low", "high")))
