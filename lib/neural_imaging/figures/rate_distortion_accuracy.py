"""Accuracy and SSIM over the rate: JPEG, and learned codecs as they were trained and fine-tuned for forensics."""

from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter

from neural_imaging.base.errors import UserError
from neural_imaging.figures import style
from neural_imaging.study import grid
from neural_imaging.tables import tables

RATE = "effective_bpp_mean"
# measure: (label, factor)
PANELS = {
    "accuracy_libjpeg": ("accuracy on whole photographs,\n{codec} (%)", 100),
    "codec_ssim": ("SSIM of whole pictures", 1),
}
COLUMNS = [*tables.GROUP, RATE, *(f"{name}_{part}" for name in PANELS for part in ("mean", "std"))]
JPEG = {"color": "#000000", "linestyle": (0, (1, 1)), "marker": ".", "markersize": 3.5, "label": "JPEG"}
BAR = {"fmt": "none", "linewidth": 0.8}
PATH = {"color": style.NEUTRAL, "linewidth": 0.6, "zorder": 2}
POINT = {"linestyle": "none", "markersize": 4.5, "markeredgecolor": "black", "markeredgewidth": 0.4, "zorder": 3}


def plot(table, lambda_isp=None, **chosen):
    """Draw from a file of the table; what is chosen is as for `draw`, λ as text."""
    weight = None if lambda_isp is None else grid.weight(lambda_isp)
    return draw(tables.read(table, COLUMNS), lambda_isp=weight, **chosen)


@style.look
def draw(table, camera=None, isp=None, lambda_isp=None):
    """Draw accuracy above and SSIM below, a line for JPEG and one for each learned codec over its weights.

    Where both codecs and pipelines learn, each weight of the pipeline has a column of panels; where pipelines alone do,
    lines go over the pipeline's weights. A single codec stands in the title, several in the legend. Bars are sample
    deviations over runs, also those of JPEG, whose forensic networks are trained as often.

    Args:
        table: a line a grid point (`COLUMNS`): what `summaries.summary` gives of an experiment with learned codecs.
            Lines without a rate, of channels without a codec, are left out.
        camera, isp: which to draw; the first in the table by default.
        lambda_isp: one weight of the pipeline; all by default.
    """
    wanted = {} if lambda_isp is None else {"lambda_isp": lambda_isp}
    lines, chosen = style.chosen(table, camera=camera, isp=isp, **wanted)
    lines = lines[lines[RATE].notna() & (lines[grid.SIGNATURE] == grid.NONE)]
    if lines.empty:
        raise UserError(f"no line of {', '.join(chosen.values())} has a rate ({RATE})")
    learned = lines[lines[grid.CODEC] != grid.NONE]
    columns = {value: lines[lines["lambda_isp"] == value] for value in style.weights(lines["lambda_isp"])}
    weight = grid.CODEC
    if len(columns) > 1 and not style.codecs_learn(lines):
        weight, columns = "lambda_isp", {None: lines}
    colours, looks = style.weight_colours(learned[weight]), style.looks(learned["channel"])
    markers = {name: look["marker"] for name, look in looks.items()}
    drawing = style.figure(style.COLUMN if len(columns) == 1 else style.PAGE, 4.4)
    axes = drawing.subplots(len(PANELS), len(columns), sharex=True, sharey="row", squeeze=False)
    for column, shown in zip(axes.T, columns.values(), strict=True):
        _draw_column(column, shown, weight, colours, markers)
    alone = [*markers] if len(markers) == 1 else []
    title = ", ".join([chosen["camera"], chosen["isp"], *alone])
    if len(columns) == 1:
        axes[0, 0].set_title(title)
    else:
        drawing.suptitle(title)
        for panel, value in zip(axes[0], columns, strict=True):
            how = "as it is" if value == grid.FAN_ONLY else f"with {style.weight_title(value)}"
            panel.set_title(f"pipeline {how}")
    for panel, (label, _) in zip(axes[:, 0], PANELS.values(), strict=True):
        panel.set_ylabel(label.format(codec=style.codec_name("libjpeg", lines)))
    _scale_rates(axes, lines[RATE])
    entries = [Line2D([], [], **JPEG)] if (lines[grid.CODEC] == grid.NONE).any() else []
    entries += [style.entry(name, marker=marker) for name, marker in markers.items() if not alone]
    style.legend(drawing, [*entries, *style.weight_entries(colours)])
    return drawing


def _scale_rates(axes, rates):
    """A logarithmic axis, since JPEG's rates reach far beyond those of learned codecs, with numbers and some room."""
    low, high = rates.min(), rates.max()
    room = (high / low) ** 0.05 if high > low else 1.2
    axes[0, 0].set_xscale("log")
    axes[0, 0].set_xlim(low / room, high * room)
    # Few numbers where the axis goes over many decades.
    steps = (1, 2, 5) if high / low < 1000 else (1,)
    for panel in axes[-1]:
        panel.xaxis.set_major_locator(LogLocator(subs=steps))
        panel.xaxis.set_major_formatter("{x:g}")
        panel.xaxis.set_minor_formatter(NullFormatter())


def _draw_column(panels, lines, weight, colours, markers):
    """Draw the panels of one column; `weight` is the column of the table that lines go over."""
    jpeg = lines[lines[grid.CODEC] == grid.NONE].sort_values(RATE)
    # JPEG cannot learn, so it stands for what is not tuned.
    jpeg = jpeg[jpeg["lambda_isp"].isin(style.weights(jpeg["lambda_isp"])[:1])]
    learned = lines[lines[grid.CODEC] != grid.NONE]
    for panel, (measure, (_, factor)) in zip(panels, PANELS.items(), strict=True):
        panel.grid(True)
        if len(jpeg):
            place = jpeg[RATE], factor * jpeg[f"{measure}_mean"]
            panel.errorbar(*place, yerr=factor * jpeg[f"{measure}_std"], ecolor=JPEG["color"], **BAR)
            panel.plot(*place, **JPEG)
        for channel, members in learned.groupby("channel", sort=False):
            _draw_codec(panel, members.set_index(weight), measure, factor, colours, markers[channel])
    panels[-1].set_xlabel("effective bits a pixel")


def _draw_codec(axes, members, measure, factor, colours, marker):
    """Draw one learned codec: from what it was, over the weights, which are the index, as they fall."""
    members = members.loc[style.weights(members.index)]
    axes.plot(members[RATE], factor * members[f"{measure}_mean"], **PATH)
    for weight, line in members.iterrows():
        place = line[RATE], factor * line[f"{measure}_mean"]
        axes.errorbar(*place, yerr=factor * line[f"{measure}_std"], ecolor=colours[weight], **BAR)
        axes.plot(*place, color=colours[weight], marker=marker, **POINT)
