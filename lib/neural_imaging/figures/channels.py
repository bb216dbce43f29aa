"""Accuracy over distribution channels: JPEG's quality as an axis, other channels beside it."""

from matplotlib.lines import Line2D

from neural_imaging.base.errors import UserError
from neural_imaging.figures import style
from neural_imaging.study import grid
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

    Args:
        table: a line a run (`tables.RUNS`). Learned codecs are shown as they were trained ("basic").
        channels: each channel's settings in the configuration, by its name: codec, quality, downsampling, factor.
        camera: which camera; the first of the table by default.

    Returns:
        Figure. Channels with JPEG stand over their quality; all others have a place of their own beside it.

    Raises:
        UserError: no such camera, or a channel of the table is not among `channels`.
    """
    lines, found = style.chosen(table, camera=camera)
    lines = lines[lines[grid.CODEC].isin([grid.NONE, grid.BASIC]) & (lines[grid.SIGNATURE] == grid.NONE)]
    unknown = sorted(set(lines["channel"]) - set(channels))
    if unknown:
        raise UserError(f"channel {unknown[0]} of the table is not among the channels: {', '.join(channels)}")
    lines = lines.assign(
        quality=lines["channel"].map(lambda name: _quality(channels[name])),
        reduction=lines["channel"].map(lambda name: reduction(channels[name])),
    )
    lines = lines.assign(group=_names(lines))
    jpeg, others = lines[lines["quality"].notna()], lines[lines["quality"].isna()]
    looks = {
        name: {"color": style.COLOURS[place % 7], "marker": style.MARKERS[place % 8]}
        for place, name in enumerate(style.unique(lines["group"]))
    }
    drawing, panels = _panels(jpeg, others)
    for panel in panels.values():
        panel.grid(True, axis="y")
    if "jpeg" in panels:
        _draw_jpeg(panels["jpeg"], jpeg, looks)
    if "others" in panels:
        _draw_others(panels["others"], others, channels, looks)
    first = next(iter(panels.values()))
    first.set_ylabel(style.WHOLE)
    first.set_title(found["camera"], loc="left")
    plain = {"color": "#555555", "markersize": SIZE}
    marks = [
        Line2D([], [], marker="o", label=style.codec_name(codec, lines), **plain, **look)
        for codec, look in ACCURACIES.values()
    ]
    style.legend(
        drawing, [*(Line2D([], [], markersize=SIZE, label=name, **look) for name, look in looks.items()), *marks]
    )
    return drawing


def reduction(channel):
    """A channel's down-sampling in words: "2:1", or nothing."""
    return "" if channel["downsampling"] == "none" or channel["factor"] == 1 else f"{channel['factor']}:1"


def _quality(channel):
    return channel["quality"] if channel["codec"] == "jpeg" else float("nan")


def _names(lines):
    """What has a colour: the pipeline, λ where there are several, and the down-sampling where there is one."""
    weights = lines["lambda_isp"].map(style.weight_name)
    weights = weights.where(weights == grid.FAN_ONLY, "λ = " + weights)
    parts = [lines["isp"], *([weights] if lines["lambda_isp"].nunique() > 1 else [])]
    names = parts[0].str.cat(parts[1:], sep=", ")
    return names.where(lines["reduction"] == "", names + ", " + lines["reduction"])


def _panels(jpeg, others):
    count = others["channel"].nunique()
    ratios = {**({"jpeg": 3.0} if len(jpeg) else {}), **({"others": max(0.6, 0.42 * count)} if count else {})}
    width = min(style.PAGE, 0.9 + 1.1 * sum(ratios.values()))
    drawing = style.figure(max(width, style.COLUMN), 2.9)
    axes = drawing.subplots(1, len(ratios), sharey=True, width_ratios=list(ratios.values()), squeeze=False)[0]
    return drawing, dict(zip(ratios, axes, strict=True))


def _draw_jpeg(axes, lines, looks):
    for accuracy, (_, style_of) in ACCURACIES.items():
        for name, members in lines.groupby("group", sort=False):
            over = 100 * members.groupby("quality")[accuracy].agg(["mean", "std"])
            axes.errorbar(
                over.index, over["mean"], over["std"], markersize=SIZE, elinewidth=0.7, **{**looks[name], **style_of}
            )
    axes.set_xlabel("JPEG quality")


def _draw_others(axes, lines, channels, looks):
    """A place for each codec; what differs in the down-sampling alone stands at the same place."""
    labels = lines["channel"].map(lambda name: _other(name, channels[name]))
    places = {label: place for place, label in enumerate(style.unique(labels))}
    groups = style.unique(lines["group"])
    for accuracy, (_, style_of) in ACCURACIES.items():
        for number, group in enumerate(groups):
            chosen = lines["group"] == group
            over = 100 * lines[chosen].groupby(labels[chosen], sort=False)[accuracy].agg(["mean", "std"])
            at = [places[label] + 0.14 * (number - (len(groups) - 1) / 2) for label in over.index]
            look = {**looks[group], **style_of, "linestyle": "none"}
            axes.errorbar(at, over["mean"], over["std"], markersize=SIZE, elinewidth=0.7, **look)
    axes.set_xticks(range(len(places)), list(places), rotation=0 if len(places) <= 6 else 60)
    axes.set_xlim(-0.6, len(places) - 0.4)
    axes.set_xlabel("other channels")


def _other(name, channel):
    return "no codec" if channel["codec"] == "none" else channel.get("name", name)
