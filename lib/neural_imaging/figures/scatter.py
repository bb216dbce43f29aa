"""Accuracy against fidelity of whole photographs: a point a run, means of several marked, those over λ joined."""

from matplotlib.lines import Line2D

from neural_imaging.figures import style
from neural_imaging.tables import tables

QUALITIES = {"psnr": "PSNR of whole photographs (dB)", "ssim": "SSIM of whole photographs"}
ACCURACIES = {"differentiable": "accuracy", "libjpeg": "accuracy_libjpeg"}
MEAN = {"edgecolors": "black", "linewidths": 0.6, "zorder": 3}
# Few runs lie on top of their mean, where they would hide behind it; many would hide the mean.
FEW = {"edgecolors": "white", "linewidths": 0.25, "zorder": 4}
CROWDED = {"linewidths": 0, "alpha": 0.45, "zorder": 2.5}


def columns(quality):
    """The columns that a table needs to be drawn."""
    return [*tables.GROUP, *ACCURACIES.values(), quality]


def plot(table, quality):
    """Draw from a file of the table."""
    return draw(tables.read(table, columns(quality)), quality)


@style.look
def draw(table, quality):
    """Draw the trade-off.

    Args:
        table: a line a run (`tables.RUNS`).
        quality: "psnr" or "ssim".

    Returns:
        Figure with a column of panels a camera, and a row a codec (and channel). One camera's panels stand side by
        side.
    """
    style.without_tuned_codecs(table)
    table = style.with_variants(table)
    colours = style.weight_colours(table["variant"])
    isps = style.unique(table["isp"])
    markers = {isp: style.MARKERS[place % len(style.MARKERS)] for place, isp in enumerate(isps)}
    panels, width, height = _panels(table)
    drawing = style.figure(width, height)
    axes = drawing.subplots(len(panels), len(panels[0]), sharex="col", sharey=True, squeeze=False)
    for row, line in zip(axes, panels, strict=True):
        for panel, (lines, codec, title) in zip(row, line, strict=True):
            _draw_panel(panel, lines, quality, ACCURACIES[codec], colours, markers, crowded=len(line) > 2)
            panel.set_title(title)
    for panel in axes[-1]:
        panel.set_xlabel(QUALITIES[quality])
    for panel in axes[:, 0]:
        panel.set_ylabel(style.WHOLE)
    style.legend(drawing, style.weight_handles(colours))
    several = table.groupby(["camera", "channel", "isp", "variant"]).size().max() > 1
    style.legend(drawing, _marker_handles(markers, several), "upper")
    return drawing


def _panels(table):
    """Rows of (lines, codec, title), and the figure's size in inches."""
    cameras, channels = style.unique(table["camera"]), style.unique(table["channel"])
    cells = [
        [
            (
                table[(table["camera"] == camera) & (table["channel"] == channel)],
                codec,
                ", ".join([camera, *([channel] if len(channels) > 1 else []), style.codec_name(codec, table)]),
            )
            for camera in cameras
        ]
        for channel in channels
        for codec in ACCURACIES
    ]
    if len(cameras) == 1:
        cells = [[row[0] for row in cells[first : first + 2]] for first in range(0, len(cells), 2)]
    return cells, style.PAGE, 0.7 + len(cells) * (2.3 if len(cells[0]) < 3 else 1.7)


def _draw_panel(axes, lines, quality, accuracy, colours, markers, crowded):
    size = 13 if crowded else 26
    axes.grid(True)
    for isp, members in lines.groupby("isp", sort=False):
        means = members.groupby("variant")[[quality, accuracy]].mean().reindex(style.weights(members["variant"]))
        joined = means[[not style.is_signature(variant) for variant in means.index]]
        axes.plot(joined[quality], 100 * joined[accuracy], color=style.NEUTRAL, linewidth=0.6, zorder=2)
        for variant, runs in members.groupby("variant", sort=False):
            signed = style.is_signature(variant)
            look = {"marker": style.SIGNATURE_MARKER if signed else markers[isp], "color": colours[variant]}
            # A star is smaller than a disc of its size.
            mean, larger = means.loc[variant], 2 if signed else 1
            if len(runs) > 1:
                axes.scatter(mean[quality], 100 * mean[accuracy], s=larger * size, **MEAN, **look)
            runs_look = CROWDED if crowded else FEW
            axes.scatter(runs[quality], 100 * runs[accuracy], s=larger * size / 4, **runs_look, **look)


def _marker_handles(markers, several):
    plain = {"linestyle": "none", "color": "#555555"}
    handles = [Line2D([], [], marker=marker, markersize=4.5, label=isp, **plain) for isp, marker in markers.items()]
    marker = next(iter(markers.values()))
    handles.append(Line2D([], [], marker=marker, markersize=2.6, label="one run", **plain))
    if several:
        mean = {"markersize": 5, "markeredgecolor": "black", "label": "mean of runs"}
        handles.append(Line2D([], [], marker=marker, **mean, **plain))
    return handles
