"""How well manipulated windows are told from native ones at each rate of false alarms, and whether confidence is true.

A line is what learned, for one camera, pipeline and channel.
"""

from matplotlib.ticker import LogLocator, NullFormatter

from neural_imaging.figures import style
from neural_imaging.tables import detection_table, tables

COLUMNS = detection_table.CURVES
_PANELS = {
    detection_table.ROC: ("manipulated or not", "false alarms on native windows (%)", "manipulated windows found (%)"),
    detection_table.RELIABILITY: ("reliability", "confidence (%)", "named right (%)"),
    detection_table.RELIABILITY_SCALED: ("reliability, scaled", "confidence (%)", "named right (%)"),
}


@style.look
def draw(table, *, camera=None, isp=None, channel=None):
    """Draw the ROC, its rates of false alarms on a logarithmic axis, and reliability as it is and after temperatures.

    Args:
        table: curves (`COLUMNS`).
        camera, isp, channel: what to draw; by default the first, and the channel that most was learned for.
    """
    table, labels = style.chosen(table, camera=camera, isp=isp)
    if channel is None:
        channel = table.groupby("channel", sort=False)[["lambda_isp", "lambda_codec", "signature"]].apply(
            lambda lines: len(lines.drop_duplicates())
        )
        channel = channel.idxmax()
    table, channels = style.chosen(table, channel=channel)
    weights = [style.with_codec(*pair) for pair in zip(table["lambda_isp"], table["lambda_codec"], strict=True)]
    table = style.with_variants(table.assign(weight=weights), "weight")
    colours = style.weight_colours(table["variant"])
    drawing = style.figure(style.PAGE, 2.75)
    for axes, (curve, (title, across, up)) in zip(drawing.subplots(1, 3), _PANELS.items(), strict=True):
        lines = table[table["curve"] == curve]
        for variant, colour in colours.items():
            points = lines[lines["variant"] == variant].sort_values("x", kind="stable")
            if curve == detection_table.ROC:
                points = points[points["x"] > 0]
                axes.plot(100 * points["x"], 100 * points["y"], color=colour, drawstyle="steps-post")
            else:
                axes.plot(100 * points["x"], 100 * points["y"], color=colour, linewidth=0.7)
                # Areas are shares of windows.
                sizes = 1 + 60 * points["share"]
                axes.scatter(100 * points["x"], 100 * points["y"], sizes, color=colour, linewidths=0, zorder=3)
        axes.set(title=title, xlabel=across, ylabel=up, ylim=(-2, 102))
        axes.grid(True)
        if curve == detection_table.ROC:
            axes.set(xscale="log", xlim=(100 * lines.loc[lines["x"] > 0, "x"].min(), 100))
            axes.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_formatter(NullFormatter())
        else:
            axes.set(xlim=(-2, 102))
            axes.axline((0, 0), slope=1, color=style.NEUTRAL, linewidth=0.6, linestyle="--", zorder=1)
    what = f"{labels['camera']}, {labels['isp']}, {channels['channel']}, {style.codec_name('real', table)}"
    drawing.suptitle(f"windows of whole photographs ({what})", fontsize=7)
    style.legend(drawing, style.weight_entries(colours, marker=None))
    return drawing


plot = style.from_file(draw, tables.read, COLUMNS)
