"""How well maps of forensic networks find which region of a photograph was forged."""

import numpy as np

from neural_imaging.figures import style
from neural_imaging.study import grid
from neural_imaging.tables import localisation_table, tables
from neural_imaging.tables.typeset import number

COLUMNS = [
    *localisation_table.POINT, "region", "window", "stride", "photographs", "auc", "auc_low", "auc_high",
]  # fmt: skip
_ALONE = "alone"
# Of a row, between its first and its last mark.
_ROOM = 0.6


@style.look
def draw(table, camera=None, isp=None, channel=None):
    """Draw a row a region: the area under the ROC of the network alone, and of each trained part, with intervals.

    Args:
        table: a line a grid point and region (`localisation_table.GAINS`).
        camera, isp, channel: what to draw; the first of the table by default.
    """
    table, labels = style.chosen(table, protocol=None, camera=camera, isp=isp, channel=channel)
    weights = map(style.with_codec, table["lambda_isp"], table[grid.CODEC])
    table = style.with_variants(table.assign(weight=list(weights)), "weight")
    regions, variants = style.unique(table["region"]), style.weights(table["variant"])
    drawing = style.figure(style.COLUMN, 1.15 + len(regions) * (0.14 + 0.13 * len(variants)))
    axes = drawing.subplots()
    axes.grid(True, axis="x")
    for place in range(1, len(regions)):
        axes.axhline(place - 0.5, color="#dddddd", linewidth=0.4)
    axes.axvline(100 * localisation_table.CHANCE, color="black", linewidth=0.8, linestyle="--")
    entries = []
    for place, variant in enumerate(variants):
        own = table[table["variant"] == variant]
        offset = (place - (len(variants) - 1) / 2) * _ROOM / max(1, len(variants) - 1)
        colour, marker = style.COLOURS[place % len(style.COLOURS)], style.MARKERS[place % len(style.MARKERS)]
        for line in own.to_dict("records"):
            _mark(axes, line, regions.index(line["region"]) + offset, colour, marker)
        title = _ALONE if variant in (grid.FAN_ONLY, grid.BASIC) else style.weight_title(variant)
        entries.append(style.entry(title, color=colour, marker=marker, linestyle="none"))
    axes.set_yticks(range(len(regions)), map(str, regions))
    axes.set(ylim=(len(regions) - 0.5, -0.5), xlim=(0, 100))
    axes.set_xlabel("AUC of received pixels (%)\nopen: interval not above 50 %")
    window, stride = (number(table[name].iloc[0], decimals=0) for name in ("window", "stride"))
    drawing.suptitle(
        f"{', '.join(labels[name] for name in ('camera', 'isp', 'channel'))}\n"
        f"windows of {window} received pixels, one every {stride}",
        fontsize=7,
    )
    style.legend(drawing, entries)
    return drawing


plot = style.from_file(draw, tables.read, COLUMNS)


def _mark(axes, line, place, colour, marker):
    """A mark with its interval; it is open where that does not lie above chance."""
    value, low, high = (100 * line[f"auc{end}"] for end in ("", "_low", "_high"))
    known = not np.isnan(low)
    above = known and low > 100 * localisation_table.CHANCE
    axes.errorbar(
        value, place, xerr=[[value - low], [high - value]] if known else None, fmt=marker, color=colour, markersize=4,
        capsize=2, elinewidth=0.9, markerfacecolor=colour if above else "white",
    )  # fmt: skip
