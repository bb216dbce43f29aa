"""Confusion matrices over λ for one camera and ISP, percent of each true class in the cells."""

import numpy as np

from neural_imaging.figures import style
from neural_imaging.tables import tables
from neural_imaging.tables.typeset import number

COLUMNS = tables.CONFUSION
VIEWS = {"whole": "whole photographs", "patchwise": "patch by patch"}


@style.look
def draw(table, *, camera=None, isp=None, channel=None, codec="differentiable", view="whole"):
    """Draw a matrix a weight, the baseline first; its title says the mean of the diagonal, which is the accuracy.

    Args:
        table: a line a cell (`COLUMNS`).
        camera, isp, channel: what to draw; the first of the table by default.
        codec: "differentiable" (as in training) or the real one: "bitstream" where it is learned, else "libjpeg".
        view: a key of `VIEWS`; "patchwise" is as in the papers.
    """
    table = style.over_pipelines(table)
    table, labels = style.chosen(table, camera=camera, isp=isp, channel=channel, codec=codec, view=view)
    weights, classes = style.weights(table["variant"]), style.unique(table["true"])
    across = min(4, len(weights))
    down = -(-len(weights) // across)
    size = min(style.PAGE / across, 1.95)
    drawing = style.figure(size * across + 0.4, size * down + 0.75)
    axes = style.panels(drawing, len(weights), across)
    for place, (weight, panel) in enumerate(zip(weights, axes.flat, strict=False)):
        cells = table[table["variant"] == weight].pivot(index="true", columns="predicted", values="percent")
        cells = cells.loc[classes, classes].to_numpy()
        _draw_matrix(panel, cells)
        panel.set_title(f"{style.weight_title(weight)}: {number(cells.diagonal().mean())} %")
        last = place // across == down - 1
        panel.set_xticks(range(len(classes)), classes if last else [], rotation=90)
        if not last and place + across >= len(weights):
            _hang(panel, classes)
        panel.set_yticks(range(len(classes)), classes if place % across == 0 else [])
    what = f"{labels['camera']}, {labels['isp']}, {style.codec_name(labels['codec'], table)}"
    drawing.supxlabel(f"predicted class (percent of the true class; {VIEWS[view]}; {what})", fontsize=7)
    drawing.supylabel("true class", fontsize=7)
    return drawing


plot = style.from_file(draw, tables.read, COLUMNS)


def _hang(axes, classes):
    """Name the columns of a matrix above an empty place, without moving the rows apart."""
    for column, name in enumerate(classes):
        label = axes.annotate(
            name, (column, len(classes) - 0.5), (0, -3), textcoords="offset points", rotation=90, ha="center",
            va="top", fontsize=6.5, annotation_clip=False,
        )  # fmt: skip
        label.set_in_layout(False)


def _draw_matrix(axes, cells):
    style.percentages(axes, cells)
    look = {"ha": "center", "va": "center", "fontsize": 6.5 if len(cells) <= 5 else 5}
    for (row, column), percent in np.ndenumerate(cells):
        # Cells that round to 0 stay empty: what is confused is seen at once.
        if percent >= 0.5:
            axes.text(column, row, number(percent, decimals=0), color=style.on_percentage(percent), **look)
