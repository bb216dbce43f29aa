"""Joint training over epochs: validation accuracy, cross-entropy and PSNR for each λ, with the spread over runs."""

from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from neural_imaging.figures import style
from neural_imaging.tables import tables

MEASURES = {
    "validation_accuracy": ("accuracy on patches\nat validations (%)", 100),
    "validation_cross_entropy": ("cross-entropy (nats)", 1),
    "validation_psnr": ("PSNR of patches (dB)", 1),
}
COLUMNS = [*tables.GROUP, "run", "epoch", *MEASURES]


def plot(table, **chosen):
    """Draw from a file of the table; what is chosen is as for `draw`."""
    return draw(tables.read(table, COLUMNS), **chosen)


@style.look
def draw(table, camera=None):
    """Draw the means over runs as lines, and the range from the lowest to the highest run as bands.

    Args:
        table: a line a validation of a run (`COLUMNS`).
        camera: which camera; the first of the table by default.

    Returns:
        Figure with a column of panels a measure, and a row an ISP (and channel).
    """
    style.without_tuned_codecs(table)
    table, found = style.chosen(table, camera=camera)
    table = style.with_variants(table)
    colours = style.weight_colours(table["variant"])
    rows = list(table.groupby(["isp", "channel"], sort=False))
    several = table["channel"].nunique() > 1
    drawing = style.figure(style.PAGE, 0.5 + 1.75 * len(rows))
    axes = drawing.subplots(len(rows), len(MEASURES), sharex=True, sharey="col", squeeze=False)
    for row, ((isp, channel), lines) in zip(axes, rows, strict=True):
        for panel, (measure, (label, factor)) in zip(row, MEASURES.items(), strict=True):
            _draw_panel(panel, lines, measure, factor, colours)
            panel.set_ylabel(label)
        row[0].set_title(", ".join([found["camera"], isp, *([channel] if several else [])]), loc="left")
    for panel in axes[-1]:
        panel.set_xlabel("epoch")
        panel.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    handles = style.weight_handles(colours, marker=None)
    if table["run"].nunique() > 1:
        handles += [Line2D([], [], color="#555555", linewidth=1.5, label="mean of runs")]
        handles += [Patch(color="#555555", alpha=0.2, linewidth=0, label="from the lowest to the highest run")]
    style.legend(drawing, handles)
    return drawing


def _draw_panel(axes, lines, measure, factor, colours):
    axes.grid(True)
    for weight, colour in colours.items():
        epochs = lines[lines["variant"] == weight].groupby("epoch")[measure]
        means, lowest, highest = (factor * values for values in (epochs.mean(), epochs.min(), epochs.max()))
        axes.fill_between(means.index, lowest, highest, color=colour, alpha=0.15, linewidth=0)
        axes.plot(means.index, means, color=colour)
    axes.margins(x=0.02)
