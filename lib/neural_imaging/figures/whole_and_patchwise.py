"""Accuracy over what learned, patch by patch as in the papers, and on whole photographs: a point a run, and means."""

from matplotlib.lines import Line2D

from neural_imaging.figures import style
from neural_imaging.study import grid
from neural_imaging.tables import tables

# measure: (name, colour, marker)
VIEWS = {
    "accuracy_patchwise": ("patch by patch, as in the papers", style.COLOURS[0], "o"),
    "accuracy": ("whole photographs", style.COLOURS[1], "s"),
    "accuracy_cropped": ("whole photographs cropped by (1, 1), {codec}", style.COLOURS[2], "^"),
}
RUNS = [*tables.GROUP, *VIEWS]
SUMMARY = [*tables.GROUP, *(f"{name}_{part}" for name in VIEWS for part in ("mean", "low", "high"))]
# A page has room for so many categories of a row.
MOST = 40
ROOM, GAP = 0.22, 0.3


def plot(summary, runs):
    """Draw from files of both tables."""
    return draw(tables.read(runs, RUNS), tables.read(summary, SUMMARY))


@style.look
def draw(runs, summary):
    """Draw a panel a camera and ISP: for each channel and what learned, the three accuracies side by side.

    Args:
        runs: a line a run (`RUNS`); small points.
        summary: a line a grid point (`SUMMARY`); means with their 95 % intervals.

    Returns:
        Figure, a page wide.
    """
    categories = _categories(summary)
    several = summary["channel"].nunique() > 1
    groups = style.unique(zip(summary["camera"], summary["isp"], strict=True))
    across = max(1, min(len(groups), 3, MOST // (len(categories) + 2)))
    down = -(-len(groups) // across)
    height = 1.9 + 0.1 * any(map(style.is_signature, summary_variants(summary)))
    drawing = style.figure(style.PAGE, 0.9 + height * down)
    axes = drawing.subplots(down, across, sharey=True, squeeze=False)
    for place, panel in enumerate(axes.flat):
        if place >= len(groups):
            panel.set_axis_off()
            continue
        camera, isp = groups[place]
        own = [lines[(lines["camera"] == camera) & (lines["isp"] == isp)] for lines in (runs, summary)]
        _draw_panel(panel, *own, categories)
        panel.set_title(f"{camera}, {isp}")
        names = [_name(*category, several) for category in categories]
        rotation = 90 if len(names) * across > 12 else 0
        panel.set_xticks(range(len(names)), names, rotation=rotation)
        panel.set_xlim(-0.5, len(names) - 0.5)
    for row in axes:
        row[0].set_ylabel("accuracy (%)")
    style.legend(drawing, _handles(style.codec_name("libjpeg", summary)))
    return drawing


def summary_variants(table):
    """What learned on each line, see `style.with_variants`: of a codec its λ, where it has one."""
    weight = table["lambda_isp"].where(table["lambda_isp"] != grid.FAN_ONLY, table[grid.CODEC])
    weight = weight.where(weight != grid.NONE, grid.FAN_ONLY)
    both = (table["lambda_isp"] != grid.FAN_ONLY) & ~table[grid.CODEC].isin([grid.NONE, grid.BASIC])
    weight = weight.where(~both, weight + " with codec " + table[grid.CODEC])
    return style.with_variants(table.assign(weight=weight), "weight")["variant"]


def _categories(table):
    """Pairs of channel and variant: channels as in the table; baselines, falling λ, then signatures."""
    pairs, channels = zip(table["channel"], summary_variants(table), strict=True), style.unique(table["channel"])
    ordered = {variant: place for place, variant in enumerate(style.weights(summary_variants(table)))}
    return sorted(style.unique(pairs), key=lambda pair: (channels.index(pair[0]), ordered[pair[1]]))


def _name(channel, variant, several):
    name = style.weight_title(variant)
    return f"{channel}, {name}" if several else name


def _draw_panel(axes, runs, summary, categories):
    axes.grid(True, axis="y")
    for place in range(1, len(categories)):
        axes.axvline(place - 0.5, color="#dddddd", linewidth=0.4)
    places = {category: place for place, category in enumerate(categories)}
    at = [
        [places[category] for category in zip(lines["channel"], summary_variants(lines), strict=True)]
        for lines in (runs, summary)
    ]
    size = 4.0 if len(categories) <= 12 else 2.6
    for number, (measure, (_, colour, marker)) in enumerate(VIEWS.items()):
        offset = (number - 1) * ROOM
        means = 100 * summary[f"{measure}_mean"]
        ends = [100 * (summary[f"{measure}_{end}"] - summary[f"{measure}_mean"]).abs() for end in ("low", "high")]
        axes.errorbar(
            [place + offset for place in at[1]], means, yerr=[end.fillna(0) for end in ends], fmt=marker, color=colour,
            markersize=size, markeredgecolor="black", markeredgewidth=0.4, elinewidth=0.9, capsize=1.5, zorder=3,
        )  # fmt: skip
        beside = [place + offset + GAP * ROOM for place in at[0]]
        axes.plot(beside, 100 * runs[measure], marker=marker, color=colour, linestyle="none", markersize=size / 2.2,
                  markeredgewidth=0, alpha=0.8, zorder=4)  # fmt: skip


def _handles(codec):
    plain = {"linestyle": "none", "markersize": 4.5}
    handles = [
        Line2D(
            [],
            [],
            color=colour,
            marker=marker,
            markeredgecolor="black",
            markeredgewidth=0.4,
            label=name.format(codec=codec),
            **plain,
        )
        for name, colour, marker in VIEWS.values()
    ]
    small = Line2D([], [], color="#555555", marker="o", linestyle="none", markersize=2, label="small: a run")
    bar = Line2D([], [], color="#555555", linewidth=0.9, label="bars: 95 % interval of the mean")
    return [*handles, small, bar]
