"""Accuracy or fidelity over λ as boxes, with a point a run: how far repetitions lie apart."""

from neural_imaging.evaluation import tables
from neural_imaging.figures import style

# measure: (label, factor)
MEASURES = {"accuracy": ("accuracy (%)", 100), "psnr": ("PSNR (dB)", 1), "ssim": ("SSIM", 1)}
LINES = {"color": "#444444", "linewidth": 0.7}


def columns(measure):
    """The columns that a table needs to be drawn."""
    return [*tables.GROUP, "run", measure]


@style.look
def draw(table, measure):
    """Draw a box a λ: quartiles, the median, and whiskers to the lowest and the highest run.

    Args:
        table: a line a run (`columns`).
        measure: one of `MEASURES`.

    Returns:
        Figure with a column of panels a camera, and a row an ISP (and channel).
    """
    style.without_codecs(table)
    cameras, rows = style.unique(table["camera"]), list(table.groupby(["isp", "channel"], sort=False))
    several, (label, factor) = table["channel"].nunique() > 1, MEASURES[measure]
    weights, colours = style.weights(table["lambda_isp"]), style.weight_colours(table["lambda_isp"])
    width = style.COLUMN if len(cameras) == 1 else style.PAGE
    drawing = style.figure(width, 0.5 + 1.7 * len(rows))
    axes = drawing.subplots(len(rows), len(cameras), sharex=True, sharey=True, squeeze=False)
    for line, ((isp, channel), members) in zip(axes, rows, strict=True):
        for panel, camera in zip(line, cameras, strict=True):
            _draw_panel(panel, members[members["camera"] == camera], measure, factor, weights, colours)
            panel.set_title(", ".join([camera, isp, *([channel] if several else [])]))
        line[0].set_ylabel(label)
    for panel in axes[-1]:
        names = [style.weight_name(weight) for weight in weights]
        panel.set_xticks(range(len(weights)), names, rotation=90 if len(weights) > 5 else 0)
        panel.set_xlabel("λ")
    return drawing


def _draw_panel(axes, lines, measure, factor, weights, colours):
    axes.grid(True, axis="y")
    for place, weight in enumerate(weights):
        values = factor * lines[lines["lambda_isp"] == weight][measure].to_numpy()
        if len(values) == 0:
            continue
        axes.boxplot(
            [values], positions=[place], widths=0.55, whis=(0, 100), showfliers=False, patch_artist=True,
            boxprops={"facecolor": colours[weight], "alpha": 0.35, "linewidth": 0.5}, medianprops=LINES,
            whiskerprops=LINES, capprops=LINES,
        )  # fmt: skip
        axes.scatter([place] * len(values), values, s=6, color=colours[weight], linewidths=0, zorder=3)
    axes.set_xlim(-0.6, len(weights) - 0.4)
