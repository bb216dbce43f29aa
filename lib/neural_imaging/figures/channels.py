"""Accuracy over distribution channels: JPEG's quality as an axis, other channels beside it."""

from neural_imaging.base.errors import UserError
from neural_imaging.figures import style
from neural_imaging.study import channel_facts, grid
from neural_imaging.tables import tables

# column: (codec, look). The hollow mark is what counts in the end.
ACCURACIES = {
    "accuracy": (style.DIFFERENTIABLE, {"linestyle": "solid"}),
    "accuracy_libjpeg": ("libjpeg", {"linestyle": (0, (3, 1.5)), "markerfacecolor": "white"}),
}
COLUMNS = [*tables.GROUP, *ACCURACIES]
SIZE = 3.6


def plot(table, settings, camera=None):
    """Draw from a file of the table; channels are settings, or a configuration's part `channels`."""
    return draw(tables.read(table, COLUMNS), settings.get("channels", settings), camera)


@style.look
def draw(table, channels, camera=None):
    """Draw the mean over runs with the sample deviation as a bar, a line for each pipeline, λ and down-sampling.

    Channels with JPEG stand over their quality; all others have a place of their own beside it.

    Args:
        table: a line a run (`tables.RUNS`). Learned codecs are shown as they were trained ("basic").
        channels: each channel's settings in the configuration, by its name: codec, quality, downsampling, factor;
            or its steps.
        camera: which camera; the first of the table by default.

    Raises:
        UserError: no such camera, or a channel of the table is not among `channels`.
    """
    lines, selection = style.chosen(table, camera=camera)
    lines = lines[lines[grid.CODEC].isin([grid.NONE, grid.BASIC]) & (lines[grid.SIGNATURE] == grid.NONE)]
    unknown = sorted(set(lines["channel"]) - set(channels))
    if unknown:
        raise UserError(f"channel {unknown[0]} of the table is not among the channels: {', '.join(channels)}")
    channels = {name: channel_facts.short(channel) for name, channel in channels.items()}
    settings = lines["channel"].map(channels)
    lines = lines.assign(group=_names(lines, settings.map(reduction)))
    of_jpeg = settings.map(lambda channel: channel["codec"] == "jpeg" and isinstance(channel["quality"], int))
    quality = settings[of_jpeg].map(lambda channel: channel["quality"])
    jpeg, others = lines[of_jpeg].assign(quality=quality), lines[~of_jpeg]
    looks = style.looks(lines["group"])
    widths = ([3.0] if len(jpeg) else []) + ([max(0.6, 0.42 * others["channel"].nunique())] if len(others) else [])
    drawing = style.figure(max(min(style.PAGE, 0.9 + 1.1 * sum(widths)), style.COLUMN), 2.9)
    panels = drawing.subplots(1, len(widths), sharey=True, width_ratios=widths, squeeze=False)[0]
    for panel in panels:
        panel.grid(True, axis="y")
    if len(jpeg):
        _draw_jpeg(panels[0], jpeg, looks)
    if len(others):
        _draw_others(panels[-1], others, channels, looks)
    panels[0].set_ylabel(style.WHOLE)
    panels[0].set_title(selection["camera"], loc="left")
    entries = [style.entry(name, **{"linestyle": "solid", "markersize": SIZE, **look}) for name, look in looks.items()]
    for codec, look in ACCURACIES.values():
        entries.append(style.entry(style.codec_name(codec, lines), marker="o", **{"markersize": SIZE, **look}))
    style.legend(drawing, entries)
    return drawing


def reduction(channel):
    """A channel's down-sampling in words: "2:1", or nothing."""
    return "" if channel["downsampling"] == "none" or channel["factor"] == 1 else f"{channel['factor']}:1"


def _names(lines, reductions):
    """What has a colour: the pipeline, λ where there are several, and the down-sampling where there is one."""
    names = lines["isp"]
    if lines["lambda_isp"].nunique() > 1:
        names = names + ", " + lines["lambda_isp"].map(style.weight_title)
    return names.where(reductions == "", names + ", " + reductions)


def _draw_jpeg(axes, lines, looks):
    for accuracy, (_, codec_look) in ACCURACIES.items():
        for group, members in lines.groupby("group", sort=False):
            means = 100 * members.groupby("quality")[accuracy].agg(["mean", "std"])
            _draw_means(axes, means.index, means, {**looks[group], **codec_look})
    axes.set_xlabel("JPEG quality")


def _draw_others(axes, lines, channels, looks):
    """A place for each codec; what differs in the down-sampling alone stands at the same place."""
    lines = lines.assign(codec=lines["channel"].map(lambda name: _codec(name, channels[name])))
    codecs, groups = style.unique(lines["codec"]), style.unique(lines["group"])
    for accuracy, (_, codec_look) in ACCURACIES.items():
        for number, group in enumerate(groups):
            members = lines[lines["group"] == group]
            means = 100 * members.groupby("codec", sort=False)[accuracy].agg(["mean", "std"])
            places = [codecs.index(codec) + 0.14 * (number - (len(groups) - 1) / 2) for codec in means.index]
            _draw_means(axes, places, means, {**looks[group], **codec_look, "linestyle": "none"})
    axes.set_xticks(range(len(codecs)), codecs, rotation=0 if len(codecs) <= 6 else 60)
    axes.set_xlim(-0.6, len(codecs) - 0.4)
    axes.set_xlabel("other channels")


def _codec(name, channel):
    return "no codec" if channel["codec"] == "none" else channel.get("name", name)


def _draw_means(axes, places, means, look):
    axes.errorbar(places, means["mean"], means["std"], markersize=SIZE, elinewidth=0.7, **look)
