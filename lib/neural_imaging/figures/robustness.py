"""What trained parts add to the forensic network alone under conditions that they were not trained for."""

import numpy as np

from neural_imaging.figures import style
from neural_imaging.study import grid
from neural_imaging.study.conditions import MEAN, WORST
from neural_imaging.tables import robustness_table, tables
from neural_imaging.tables.typeset import number

COLUMNS = [
    "protocol", *tables.GROUP, "condition", "of", "measure",
    *(f"{name}{end}" for name in ("score", "gain") for end in ("", "_low", "_high")),
]  # fmt: skip
_ALONE = "alone"
# The least end of the scale of gains, in points, so that noise is pale.
_LEAST = 10


@style.look
def draw(table, camera=None, isp=None, channel=None):
    """Draw a heat map, a row a condition: the score of the forensic network alone, and the gain of each trained part.

    Args:
        table: a line a grid point and condition (`robustness_table.GAINS`).
        camera, isp, channel: what to draw; the first of the table by default.
    """
    table, labels = style.chosen(table, protocol=None, camera=camera, isp=isp, channel=channel)
    weights = map(style.with_codec, table["lambda_isp"], table[grid.CODEC])
    table = style.with_variants(table.assign(weight=list(weights)), "weight")
    alone = table["variant"].isin([grid.FAN_ONLY, grid.BASIC])
    rows, breaks = _rows(table)
    variants = style.weights(table.loc[~alone, "variant"])
    widths = [1, max(1, len(variants))]
    drawing = style.figure(max(style.COLUMN, 1.7 + 0.72 * sum(widths)), 0.9 + 0.2 * len(rows))
    left, right = drawing.subplots(1, 2, sharey=True, width_ratios=widths)
    scores = 100 * table[alone].set_index("condition")["score"].reindex(rows)
    style.percentages(left, scores.to_numpy()[:, np.newaxis], aspect="auto")
    for line in table[alone].to_dict("records"):
        place = rows.index(line["condition"])
        _write(left, 0, place, number(line["score"], 100), line, style.on_percentage(100 * line["score"]))
    left.set_xticks([0], [_ALONE])
    unknown = set(table.loc[table["measure"] == robustness_table.AUC, "condition"])
    left.set_yticks(range(len(rows)), [f"{name} (AUC)" if name in unknown else name for name in rows])
    left.set_title("score (%)")
    _draw_gains(drawing, right, table[~alone], variants, rows)
    for panel in (left, right):
        panel.xaxis.tick_bottom()
        for place in breaks:
            panel.axhline(place - 0.5, color="black", linewidth=0.8)
    drawing.suptitle(", ".join(labels[name] for name in ("camera", "isp", "channel")), fontsize=7)
    return drawing


plot = style.from_file(draw, tables.read, COLUMNS)


def _rows(table):
    """Conditions in the order of rows, and the places of lines between their kinds."""
    measured = dict(zip(table["condition"], table["measure"], strict=True))
    over_all = [name for name in (MEAN, WORST) if name in measured]
    known = [name for name, measure in measured.items() if measure == robustness_table.ACCURACY]
    known = [name for name in known if name not in over_all]
    unknown = [name for name, measure in measured.items() if measure != robustness_table.ACCURACY]
    ends = np.cumsum([len(known), len(over_all), len(unknown)])
    return [*known, *over_all, *unknown], sorted({int(end) for end in ends[:2] if 0 < end < ends[-1]})


def _draw_gains(drawing, axes, table, variants, rows):
    axes.set_title("gain (points)")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(True)
    if not variants:
        axes.set_xticks([])
        return
    gains = 100 * table.pivot(index="condition", columns="variant", values="gain").reindex(rows)[variants]
    largest = max(_LEAST, float(gains.abs().max().max())) if gains.notna().any(axis=None) else _LEAST
    axes.imshow(gains.to_numpy(), cmap="RdBu", vmin=-largest, vmax=largest, aspect="auto")
    for line in table.to_dict("records"):
        shade = abs(100 * line["gain"]) / largest
        colour = "white" if shade > 0.7 else "black"
        place = variants.index(line["variant"]), rows.index(line["condition"])
        _write(axes, *place, number(line["gain"], 100, sign=True), line, colour, line["gain_low"], line["gain_high"])
    axes.set_xticks(range(len(variants)), list(map(style.weight_title, variants)))


def _write(axes, column, row, text, line, colour, low=np.nan, high=np.nan):
    """A number in its cell, bold where its interval leaves 0 out; the worst condition is named below it."""
    look = {"ha": "center", "color": colour}
    named = line["condition"] == WORST
    weight = "bold" if low > 0 or high < 0 else "normal"
    axes.text(column, row, text, va="bottom" if named else "center", fontsize=6.5, fontweight=weight, **look)
    if named:
        axes.text(column, row + 0.05, line["of"], va="top", fontsize=4.5, **look)
