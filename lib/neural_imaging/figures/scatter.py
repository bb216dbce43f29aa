"""Accuracy against fidelity of whole photographs: a point a run, means of several marked, those over λ joined."""

import itertools

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
    """Draw a column of panels a camera, and a row a codec (and channel); one camera's panels stand side by side.

    The table has a line a run (`tables.RUNS`), the quality is one of `QUALITIES`.
    """
    table = style.over_pipelines(table)
    colours = style.weight_colours(table["variant"])
    markers = {isp: look["marker"] for isp, look in style.looks(table["isp"]).items()}
    rows = _rows(table)
    across = len(rows[0])
    drawing = style.figure(style.PAGE, 0.7 + len(rows) * (2.3 if across < 3 else 1.7))
    axes = drawing.subplots(len(rows), across, sharex="col", sharey=True, squeeze=False)
    for panel, (lines, codec, title) in zip(axes.flat, itertools.chain(*rows), strict=True):
        _draw_panel(panel, lines, quality, ACCURACIES[codec], colours, markers, crowded=across > 2)
        panel.set_title(title)
    for panel in axes[-1]:
        panel.set_xlabel(QUALITIES[quality])
    for panel in axes[:, 0]:
        panel.set_ylabel(style.WHOLE)
    style.legend(drawing, style.weight_entries(colours))
    entries = [style.entry(isp, marker=marker) for isp, marker in markers.items()]
    first = entries[0].get_marker()
    entries.append(style.entry("one run", marker=first, markersize=2.6))
    if table.groupby(["camera", "channel", "isp", "variant"]).size().max() > 1:
        entries.append(style.entry("mean of runs", marker=first, markersize=5, markeredgecolor="black"))
    style.legend(drawing, entries, "upper")
    return drawing


def _rows(table):
    """What the panels of each row show: (lines, codec, title)."""
    cameras, channels = style.unique(table["camera"]), style.unique(table["channel"])
    rows = []
    for channel in channels:
        for codec in ACCURACIES:
            ending = [*([channel] if len(channels) > 1 else []), style.codec_name(codec, table)]
            shown = {name: table[(table["camera"] == name) & (table["channel"] == channel)] for name in cameras}
            rows.append([(lines, codec, ", ".join([name, *ending])) for name, lines in shown.items()])
    if len(cameras) == 1:
        rows = [rows[first] + rows[first + 1] for first in range(0, len(rows), 2)]
    return rows


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
            mean, area = means.loc[variant], 2 * size if signed else size
            if len(runs) > 1:
                axes.scatter(mean[quality], 100 * mean[accuracy], s=area, **MEAN, **look)
            axes.scatter(runs[quality], 100 * runs[accuracy], s=area / 4, **(CROWDED if crowded else FEW), **look)
