"""Accuracy over what learned, patch by patch as in the papers, and on whole photographs: a point a run, and means."""

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
MEAN = {"linestyle": "none", "markeredgecolor": "black", "markeredgewidth": 0.4}


def plot(summary, runs):
    """Draw from files of both tables."""
    return draw(tables.read(runs, RUNS), tables.read(summary, SUMMARY))


@style.look
def draw(runs, summary):
    """Draw a panel a camera and ISP: for each channel and what learned, the three accuracies side by side."""
    runs, summary = (_with_categories(table) for table in (runs, summary))
    channels, variants = style.unique(summary["channel"]), style.weights(summary["variant"])
    # Channels as in the table; baselines, falling λ, then signatures.
    categories = sorted(set(summary["category"]), key=lambda pair: (channels.index(pair[0]), variants.index(pair[1])))
    names = [", ".join([channel] * (len(channels) > 1) + [style.weight_title(name)]) for channel, name in categories]
    groups = style.unique(zip(summary["camera"], summary["isp"], strict=True))
    across = max(1, min(len(groups), 3, MOST // (len(categories) + 2)))
    height = 1.9 + 0.1 * any(map(style.is_signature, variants))
    drawing = style.figure(style.PAGE, 0.9 + height * -(-len(groups) // across))
    axes = style.panels(drawing, len(groups), across, sharey=True)
    for panel, (camera, isp) in zip(axes.flat, groups, strict=False):
        own = [lines[(lines["camera"] == camera) & (lines["isp"] == isp)] for lines in (runs, summary)]
        _draw_panel(panel, *own, categories)
        panel.set_title(f"{camera}, {isp}")
        panel.set_xticks(range(len(names)), names, rotation=90 if len(names) * across > 12 else 0)
        panel.set_xlim(-0.5, len(names) - 0.5)
    for panel in axes[:, 0]:
        panel.set_ylabel("accuracy (%)")
    codec = style.codec_name("libjpeg", summary)
    style.legend(drawing, [
        *(style.entry(name.format(codec=codec), color=colour, marker=marker, **MEAN)
          for name, colour, marker in VIEWS.values()),
        style.entry("small: a run", marker="o", markersize=2),
        style.entry("bars: 95 % interval of the mean", linewidth=0.9),
    ])  # fmt: skip
    return drawing


def _with_categories(table):
    """A table with what learned on each line, `variant`, and `category`, the pair of channel and variant."""
    weights = [style.with_codec(*pair) for pair in zip(table["lambda_isp"], table[grid.CODEC], strict=True)]
    table = style.with_variants(table.assign(weight=weights), "weight")
    return table.assign(category=list(zip(table["channel"], table["variant"], strict=True)))


def _draw_panel(axes, runs, summary, categories):
    axes.grid(True, axis="y")
    for place in range(1, len(categories)):
        axes.axvline(place - 0.5, color="#dddddd", linewidth=0.4)
    of_runs, of_means = (lines["category"].map(categories.index) for lines in (runs, summary))
    size = 4.0 if len(categories) <= 12 else 2.6
    for number, (measure, (_, colour, marker)) in enumerate(VIEWS.items()):
        offset = (number - 1) * ROOM
        look = {"color": colour, "marker": marker}
        means, low, high = (100 * summary[f"{measure}_{part}"] for part in ("mean", "low", "high"))
        ends = [end.fillna(0) for end in style.intervals(means, low, high)]
        axes.errorbar(
            of_means + offset, means, yerr=ends, markersize=size, elinewidth=0.9, capsize=1.5, zorder=3, **look, **MEAN
        )
        axes.plot(
            of_runs + offset + GAP * ROOM, 100 * runs[measure], linestyle="none", markersize=size / 2.2,
            markeredgewidth=0, alpha=0.8, zorder=4, **look,
        )  # fmt: skip
