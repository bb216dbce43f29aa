"""Accuracy or fidelity over λ: a mark for each run, and boxes over the runs where there are enough for quartiles."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from neural_imaging.figures import style
from neural_imaging.study import grid
from neural_imaging.tables import tables

# measure: (codec or title, label, factor)
MEASURES = {
    "accuracy": (style.DIFFERENTIABLE, style.WHOLE, 100),
    "accuracy_libjpeg": ("libjpeg", style.WHOLE, 100),
    "psnr": ("fidelity", "PSNR of whole photographs (dB)", 1),
    "ssim": ("fidelity", "SSIM of whole photographs", 1),
}
ACCURACIES = ("accuracy", "accuracy_libjpeg")
LINE = {"color": "black", "linewidth": 0.6}
MEAN = {**LINE, "linewidth": 1.2}
RUN = {"linestyle": "none", "marker": "o", "markeredgecolor": "white", "markeredgewidth": 0.2, "zorder": 3}
BOX = {
    "whis": (0, 100), "showfliers": False, "patch_artist": True, "manage_ticks": False,
    "whiskerprops": LINE, "capprops": LINE, "medianprops": MEAN,
}  # fmt: skip
# Of all runs, in points; few have room for larger marks.
SIZES = {True: 3.2, False: 1.4}
FEW = 5


def plot(table, measure=None, camera=None):
    """Draw from a file of the table; one of `MEASURES`, or both accuracies."""
    measures = ACCURACIES if measure is None else (measure,)
    return draw(tables.read(table, [*tables.GROUP, *measures]), camera, measures)


@style.look
def draw(table, camera=None, measures=ACCURACIES):
    """Draw a mark a run, and for each weight and line of the legend a box, or the mean of fewer runs than `FEW`.

    Where codecs learn, the weight is that of the codec's loss and colours are channels; channels whose codec cannot
    learn are left out. Otherwise the weight is that of the ISP's loss and colours are ISPs (and channels).

    Args:
        table: a line a run (`tables.RUNS`).
        camera: which camera; by default each has a row.
        measures: of `MEASURES`, a column each; by default the accuracy with the training's codec and with the real one.
    """
    if camera is not None:
        table = style.chosen(table, camera=camera)[0]
    weight, lines = _weighted(table)
    lines = style.with_variants(lines, weight)
    weights, cameras = style.weights(lines["variant"]), style.unique(lines["camera"])
    colours = {name: look["color"] for name, look in style.looks(lines["group"]).items()}
    drawing = style.figure(style.PAGE if len(measures) > 1 else style.COLUMN, 0.6 + 2.0 * len(cameras))
    axes = drawing.subplots(len(cameras), len(measures), sharex=True, sharey="row", squeeze=False)
    for row, name in zip(axes, cameras, strict=True):
        members = lines[lines["camera"] == name]
        for panel, measure in zip(row, measures, strict=True):
            title, label, factor = MEASURES[measure]
            _draw_panel(panel, members.assign(shown=factor * members[measure]), weights, colours)
            title = style.codec_name(title, lines) if measure in ACCURACIES else title
            panel.set_title(f"{name}, {title}")
        row[0].set_ylabel(label)
    signed = any(map(style.is_signature, weights))
    for panel in axes[-1]:
        panel.set_xlabel("λ of the codec" if weight == grid.CODEC else "λ, or a learned signature" if signed else "λ")
    style.legend(drawing, [*(Patch(color=colour, label=name) for name, colour in colours.items()), *_marks(lines)])
    return drawing


def _weighted(lines):
    """Column of the weight that falls, and the lines with a column `group` that names what has a colour."""
    if style.codecs_learn(lines):
        lines = lines[lines[grid.CODEC] != grid.NONE]
        weight, (first, *others) = grid.CODEC, ("channel", "isp", "lambda_isp")
    else:
        weight, (first, *others) = "lambda_isp", ("isp", "channel")
    names = [first, *(name for name in others if lines[name].nunique() > 1)]
    return weight, lines.assign(group=lines[names].agg(", ".join, axis="columns"))


def _marks(lines):
    """Legend entries of what is drawn of so many runs."""
    counts = lines.groupby(["camera", "group", "variant"]).size()
    marks = [style.entry("one run", marker="o", markersize=2.6)]
    if (counts < FEW).any() and (counts > 1).any():
        marks.append(Line2D([], [], **MEAN, label="mean of runs"))
    if (counts >= FEW).any():
        marks.append(Patch(facecolor="#cccccc", edgecolor="black", linewidth=0.6, label="quartiles, median and range"))
    return marks


def _draw_panel(axes, lines, weights, colours):
    axes.grid(True, axis="y")
    width = min(0.4, 0.76 / len(colours))
    for number, (name, colour) in enumerate(colours.items()):
        for place, weight in enumerate(weights):
            values = lines.loc[(lines["group"] == name) & (lines["variant"] == weight), "shown"].to_numpy()
            centre = place + (number - (len(colours) - 1) / 2) * width
            _draw_runs(axes, values, centre, width, colour)
    for place in range(1, len(weights)):
        axes.axvline(place - 0.5, color="#dddddd", linewidth=0.4)
    names = [style.weight_name(value) for value in weights]
    signed = len(weights) > 4 and any(map(style.is_signature, weights))
    axes.set_xticks(range(len(weights)), names, rotation=60 if len(weights) > 6 or signed else 0)
    axes.set_xlim(-0.55, len(weights) - 0.45)


def _draw_runs(axes, values, centre, width, colour):
    if 1 < len(values) < FEW:
        axes.hlines(values.mean(), centre - 0.4 * width, centre + 0.4 * width, zorder=2, **MEAN)
    elif len(values) >= FEW:
        box = {**LINE, "facecolor": colour, "alpha": 0.45}
        axes.boxplot(values, positions=[centre], widths=0.8 * width, boxprops=box, **BOX)
    spread = np.linspace(-0.2, 0.2, len(values)) * width if len(values) > 1 else np.zeros(len(values))
    axes.plot(centre + spread, values, color=colour, markersize=SIZES[len(values) <= FEW], **RUN)
