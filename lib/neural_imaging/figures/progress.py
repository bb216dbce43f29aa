"""Joint training over epochs: validation accuracy, cross-entropy and PSNR for each λ, with the spread over runs."""

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


@style.look
def draw(table, *, camera=None):
    """Draw the means over runs as lines, and their range as bands: a column a measure, a row an ISP (and channel).

    Args:
        table: a line a validation of a run (`COLUMNS`).
        camera: which camera; the first of the table by default.
    """
    table, selection = style.chosen(style.over_pipelines(table), camera=camera)
    colours = style.weight_colours(table["variant"])
    rows = list(table.groupby(["isp", "channel"], sort=False))
    several = table["channel"].nunique() > 1
    drawing = style.figure(style.PAGE, 0.5 + 1.75 * len(rows))
    axes = drawing.subplots(len(rows), len(MEASURES), sharex=True, sharey="col", squeeze=False)
    for row, ((isp, channel), lines) in zip(axes, rows, strict=True):
        for panel, (measure, (label, factor)) in zip(row, MEASURES.items(), strict=True):
            _draw_panel(panel, lines, measure, factor, colours)
            panel.set_ylabel(label)
        row[0].set_title(", ".join([selection["camera"], isp, *([channel] if several else [])]), loc="left")
    for panel in axes[-1]:
        panel.set_xlabel("epoch")
        panel.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    entries = style.weight_entries(colours, marker=None)
    if table["run"].nunique() > 1:
        entries.append(style.entry("mean of runs", linewidth=1.5))
        band = {"color": style.GREY, "alpha": 0.2, "linewidth": 0}
        entries.append(Patch(label="from the lowest to the highest run", **band))
    style.legend(drawing, entries)
    return drawing


plot = style.from_file(draw, tables.read, COLUMNS)


def _draw_panel(axes, lines, measure, factor, colours):
    axes.grid(True)
    for variant, colour in colours.items():
        epochs = lines[lines["variant"] == variant].groupby("epoch")[measure]
        means, lowest, highest = (factor * values for values in (epochs.mean(), epochs.min(), epochs.max()))
        axes.fill_between(means.index, lowest, highest, color=colour, alpha=0.15, linewidth=0)
        axes.plot(means.index, means, color=colour)
    axes.margins(x=0.02)
