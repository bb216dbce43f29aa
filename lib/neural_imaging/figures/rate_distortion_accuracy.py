"""Accuracy and SSIM over the rate: JPEG, and learned codecs as they were trained and fine-tuned for forensics."""

from matplotlib.lines import Line2D

from neural_imaging.errors import UserError
from neural_imaging.evaluation import grid, tables
from neural_imaging.figures import style

RATE = "effective_bpp_mean"
# measure: (label, factor)
PANELS = {"accuracy_libjpeg": ("accuracy (%)", 100), "codec_ssim": ("SSIM", 1)}
COLUMNS = [*tables.GROUP, grid.CODEC, RATE, *(f"{name}_{part}" for name in PANELS for part in ("mean", "std"))]
JPEG = {"color": "#000000", "linestyle": (0, (1, 1)), "marker": ".", "markersize": 3.5, "label": "JPEG"}
BAR = {"linewidth": 0.8}
PATH = {"color": style.NEUTRAL, "linewidth": 0.6, "zorder": 2}
POINT = {"linestyle": "none", "markersize": 4.5, "markeredgecolor": "black", "markeredgewidth": 0.4, "zorder": 3}


@style.look
def draw(table, camera=None, isp=None, lambda_isp=None):
    """Draw accuracy above and SSIM below, a line for JPEG and one for each learned codec over its weights.

    Accuracies are those with the real codec. Bars are sample deviations over runs, also those of JPEG, whose forensic
    networks are trained as often. A single codec stands in the title, several in the legend with their markers.

    Args:
        table: a line a grid point (`COLUMNS`): what `summaries.summary` gives of an experiment with learned codecs.
            Lines without a rate, of channels without a codec, are left out.
        camera, isp, lambda_isp: which to draw; the first in the table by default.

    Returns:
        Figure, a column wide.

    Raises:
        UserError: the table does not have them, or no rates.
    """
    lines, chosen = style.chosen(table, camera=camera, isp=isp, lambda_isp=lambda_isp)
    lines = lines[lines[RATE].notna()]
    if lines.empty:
        raise UserError(f"no line of {', '.join(chosen.values())} has a rate ({RATE})")
    jpeg = lines[lines[grid.CODEC] == grid.NONE].sort_values(RATE)
    learned = lines[lines[grid.CODEC] != grid.NONE]
    tuned = style.weights(learned[grid.CODEC][learned[grid.CODEC] != grid.BASIC])
    colours = {grid.BASIC: style.BASELINE, **style.weight_colours(tuned)}
    channels = style.unique(learned["channel"])
    markers = {name: style.MARKERS[place % len(style.MARKERS)] for place, name in enumerate(channels)}
    drawing = style.figure(style.COLUMN, 4.4)
    axes = drawing.subplots(len(PANELS), 1, sharex=True)
    for panel, (measure, (label, factor)) in zip(axes, PANELS.items(), strict=True):
        panel.grid(True)
        panel.set_ylabel(label)
        if len(jpeg):
            place = jpeg[RATE], factor * jpeg[f"{measure}_mean"]
            panel.errorbar(*place, yerr=factor * jpeg[f"{measure}_std"], fmt="none", ecolor=JPEG["color"], **BAR)
            panel.plot(*place, **JPEG)
        for channel, members in learned.groupby("channel", sort=False):
            _draw_codec(panel, members, measure, factor, colours, markers[channel])
    alone = channels if len(channels) == 1 else []
    axes[0].set_title(", ".join([chosen["camera"], chosen["isp"], *alone]))
    axes[-1].set_xlabel("effective bits a pixel")
    # Room for the marker of the highest rate.
    axes[-1].set_xlim(0, 1.06 * lines[RATE].max())
    style.legend(drawing, _handles(colours, {} if alone else markers, len(jpeg) > 0))
    return drawing


def _draw_codec(axes, members, measure, factor, colours, marker):
    """Draw one learned codec: from what it was, over the weights as they fall."""
    members = members.set_index(grid.CODEC).loc[style.weights(members[grid.CODEC])]
    axes.plot(members[RATE], factor * members[f"{measure}_mean"], **PATH)
    for weight, line in members.iterrows():
        place = line[RATE], factor * line[f"{measure}_mean"]
        axes.errorbar(*place, yerr=factor * line[f"{measure}_std"], fmt="none", ecolor=colours[weight], **BAR)
        axes.plot(*place, color=colours[weight], marker=marker, **POINT)


def _handles(colours, markers, jpeg):
    plain = {"linestyle": "none", "markersize": 4.5}
    tuned = {weight: colour for weight, colour in colours.items() if weight != grid.BASIC}
    return [
        *([Line2D([], [], **JPEG)] if jpeg else []),
        *(Line2D([], [], color="#555555", marker=marker, label=name, **plain) for name, marker in markers.items()),
        Line2D([], [], color=colours[grid.BASIC], marker="o", label="basic", **plain),
        *style.weight_handles(tuned),
    ]
