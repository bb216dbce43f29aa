"""Confusion matrices over λ for one camera and ISP, percent of each true class in the cells."""

from neural_imaging.figures import style
from neural_imaging.tables import tables
from neural_imaging.tables.typeset import number

COLUMNS = tables.CONFUSION


def plot(table, **chosen):
    """Draw from a file of the table; what is chosen is as for `draw`."""
    return draw(tables.read(table, COLUMNS), **chosen)


@style.look
def draw(table, camera=None, isp=None, channel=None, codec="differentiable", view="whole"):
    """Draw a grid of matrices: the baseline first, then falling λ.

    Args:
        table: a line a cell (`COLUMNS`).
        camera, isp, channel: what to draw; the first of the table by default.
        codec: "differentiable" (as in training) or "libjpeg".
        view: "whole" photographs, or "patchwise" as in the papers.

    Returns:
        Figure. The title of each matrix says λ and the mean of the diagonal, which is the accuracy.
    """
    style.without_tuned_codecs(table)
    table, found = style.chosen(table, camera=camera, isp=isp, channel=channel, codec=codec, view=view)
    table = style.with_variants(table)
    weights = style.weights(table["variant"])
    classes = style.unique(table["true"])
    across = min(4, len(weights))
    down = -(-len(weights) // across)
    size = min(style.PAGE / across, 1.95)
    drawing = style.figure(size * across + 0.4, size * down + 0.75)
    axes = drawing.subplots(down, across, squeeze=False)
    for place, panel in enumerate(axes.flat):
        if place >= len(weights):
            panel.axis("off")
            continue
        cells = table[table["variant"] == weights[place]].pivot(index="true", columns="predicted", values="percent")
        cells = cells.loc[classes, classes].to_numpy()
        _draw_matrix(panel, cells, classes)
        panel.set_title(f"{style.weight_title(weights[place])}: {number(cells.diagonal().mean())} %")
        panel.set_xticks(range(len(classes)), classes if place // across == down - 1 else [], rotation=90)
        if place // across < down - 1 and place + across >= len(weights):
            _hang(panel, classes)
        panel.set_yticks(range(len(classes)), classes if place % across == 0 else [])
    what = f"{found['camera']}, {found['isp']}, {style.codec_name(found['codec'], table)}"
    seen = {"whole": "whole photographs", "patchwise": "patch by patch"}[view]
    drawing.supxlabel(f"predicted class (percent of the true class; {seen}; {what})", fontsize=7)
    drawing.supylabel("true class", fontsize=7)
    return drawing


def _hang(axes, classes):
    """Name the columns of a matrix above an empty place, without moving the rows apart."""
    for column, name in enumerate(classes):
        label = axes.annotate(
            name, (column, len(classes) - 0.5), (0, -3), textcoords="offset points", rotation=90, ha="center",
            va="top", fontsize=6.5, annotation_clip=False,
        )  # fmt: skip
        label.set_in_layout(False)


def _draw_matrix(axes, cells, classes):
    axes.imshow(cells, cmap="Blues", vmin=0, vmax=100)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(True)
    size = 6.5 if len(classes) <= 5 else 5
    for row, values in enumerate(cells):
        for column, percent in enumerate(values):
            # Cells that round to 0 stay empty: what is confused is seen at once.
            if percent >= 0.5:
                colour = "white" if percent > 55 else "black"
                axes.text(
                    column, row, number(percent, decimals=0), ha="center", va="center", color=colour, fontsize=size
                )
