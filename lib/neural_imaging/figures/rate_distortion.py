"""Rate and distortion of codecs: averages over the pictures of each data set, with what was published beside."""

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from neural_imaging.base.errors import UserError
from neural_imaging.figures import style
from neural_imaging.tables import tables

MEASURES = {"ssim": "SSIM", "ms_ssim_db": "MS-SSIM (dB)", "psnr": "PSNR (dB)"}
PUBLISHED = ["dataset", "codec", "kind", "bpp", "ssim", "ms_ssim"]
DATA_SETS = {"clic": "CLIC", "kodak": "Kodak", "raw": "camera output"}
LEARNED = "dcn"
# Codecs differ in colour and in dashes, so that they stay apart in grey; the learned one is the thickest.
LOOKS = {
    "jpeg": {"label": "JPEG", "color": "#000000", "linestyle": (0, (1, 1))},
    "jpeg2000": {"label": "JPEG 2000", "color": style.COLOURS[0], "linestyle": (0, (4, 1.2))},
    "webp": {"label": "WebP", "color": style.COLOURS[5], "linestyle": (0, (4, 1, 1, 1))},
    "bpg": {"label": "BPG", "color": style.COLOURS[3], "linestyle": (0, (8, 1.5))},
    "jpegxl": {"label": "JPEG XL", "color": style.COLOURS[2], "linestyle": "solid"},
    "avif": {"label": "AVIF", "color": style.COLOURS[4], "linestyle": (0, (6, 1, 1, 1, 1, 1))},
    LEARNED: {"label": "learned (DCN)", "color": style.COLOURS[1], "linestyle": "solid", "linewidth": 1.8},
}
OTHER = {"color": style.NEUTRAL, "linestyle": "solid"}
MARK = {"linestyle": "none", "marker": "o", "markersize": 4.5, "color": LOOKS[LEARNED]["color"], "zorder": 4}
OPEN = {"linestyle": "none", "markerfacecolor": "white", "markeredgewidth": 0.8, "zorder": 3, "clip_on": False}
NAME = {
    "textcoords": "offset points", "fontsize": 6, "zorder": 5,
    "color": MARK["color"], "path_effects": [withStroke(linewidth=1.5, foreground="white")],
}  # fmt: skip
# Published values: of curves, read off the paper's figure, and of the learned codec's models.
ANCHORS = {
    "curve": {**OPEN, "marker": "o", "markersize": 3.2},
    "model": {**OPEN, "marker": "s", "markersize": 4.2},
}
ACROSS = 3
# Below this share of the shown rates, curves fall steeply.
STEEP = 0.12


def columns(measure):
    """The columns that a table of curves needs to be drawn."""
    return ["data_set", "codec", "bpp", measure]


def point_columns(measure):
    """The columns that a table of averages needs, to mark single codecs."""
    return ["data_set", "codec", "quality", "effective_bpp", measure]


def plot(table, points=None, published=None, measure="ssim", data_set=None, limit=2.0):
    """Draw from files of the tables; the rest is as for `draw`."""
    table = tables.read(table, columns(measure))
    points = tables.read(points, point_columns(measure)) if points else None
    published = tables.read(published, PUBLISHED) if published else None
    return draw(table, measure, points=points, published=published, data_sets=data_set, limit=limit)


@style.look
def draw(table, measure="ssim", *, points=None, published=None, data_sets=None, limit=2.0):
    """Draw a panel a data set: the curves of codecs, marks for single learned codecs, and published values.

    Args:
        table: a line a data set, codec and bits a pixel (`columns(measure)`), such as `rate_curves.FITTED`; empty where
            there is no average.
        measure: a key of `MEASURES`.
        points: averages of each codec and quality (`point_columns(measure)`), such as `rate_curves.AVERAGES`; codecs
            without a quality, the learned ones, are marked with their names. Where the table has no curve for them, a
            line joins them.
        published: table with the columns `PUBLISHED`.
        data_sets: names of those to draw, in their order; all by default.
        limit: bits a pixel at the right end.

    Returns:
        Figure, a column wide for one data set, a page wide for more.

    Raises:
        UserError: a data set that the table lacks.
    """
    shown = _chosen(table, data_sets)
    across = min(len(shown), ACROSS)
    down = -(-len(shown) // across)
    drawing = style.figure(style.COLUMN if len(shown) == 1 else style.PAGE, 0.5 + 2.3 * down)
    axes = drawing.subplots(down, across, squeeze=False, sharex=True, sharey=True)
    anchors, marks = _anchors(published, measure, shown, limit), _marks(points, measure, shown, limit)
    drawn = []
    for place, panel in enumerate(axes.ravel()):
        if place >= len(shown):
            panel.set_axis_off()
            continue
        name = shown[place]
        of_set = [lines[lines["data_set"] == name] for lines in (table, marks, anchors)]
        drawn += _draw_panel(panel, *of_set, measure, limit)
        panel.set_title(DATA_SETS.get(name, name))
        if place + across >= len(shown):
            panel.set_xlabel("effective bits a pixel")
            panel.tick_params(labelbottom=True)
    for row in axes:
        row[0].set_ylabel(MEASURES[measure])
    curves = table[table["data_set"].isin(shown) & table["bpp"].between(STEEP * limit, limit)][measure]
    axes[0, 0].set(xlim=(0, limit), ylim=(_lowest([*curves.dropna(), *anchors["value"], *marks["value"]]), None))
    handles = _handles(drawn, anchors, marked=len(marks) > 0)
    if len(shown) > 1:
        style.legend(drawing, handles)
    else:
        drawing.legend(handles=handles, loc="outside lower center", ncols=3)
    return drawing


def _chosen(table, data_sets):
    known = style.unique(table["data_set"])
    for name in data_sets or []:
        if name not in known:
            raise UserError(f"data_set {name} is not in the table; it has {', '.join(map(str, known))}")
    return data_sets or known


def _anchors(published, measure, shown, limit):
    """The published values that are drawn: data_set, kind, codec, bpp, value."""
    columns = ["data_set", "kind", "codec", "bpp", "value"]
    source = "ms_ssim" if measure == "ms_ssim_db" else measure
    if published is None or source not in published:
        return pd.DataFrame(columns=columns)
    values = published[source]
    if measure == "ms_ssim_db":
        values = -10 * np.log10(1 - values.where(values < 1))
    # The published models are called dcn-16c, dcn-32c and dcn-64c.
    codecs = published["codec"].str.partition("-")[0]
    lines = published.assign(data_set=published["dataset"], codec=codecs, value=values)[columns]
    lines = lines[lines["kind"].isin(list(ANCHORS))]
    return lines[lines["value"].notna() & lines["data_set"].isin(shown) & (lines["bpp"] <= limit)]


def _marks(points, measure, shown, limit):
    """The codecs without a quality that are drawn: data_set, codec, bpp, value, by rising rates."""
    columns = ["data_set", "codec", "bpp", "value"]
    if points is None:
        return pd.DataFrame(columns=columns)
    single = points[points["quality"].isna()]
    lines = single.assign(bpp=single["effective_bpp"], value=single[measure])[columns].sort_values("bpp")
    return lines[lines["value"].notna() & lines["data_set"].isin(shown) & (lines["bpp"] <= limit)]


def _lowest(values):
    """Lower end of the axis, a little below all values."""
    return min(values) - 0.02 * (max(values) - min(values)) if values else None


def _look(codec):
    return LOOKS.get(codec, {**OTHER, "label": codec})


def _draw_panel(axes, table, marks, anchors, measure, limit):
    """Draw one data set; gives the codecs that have a curve."""
    axes.grid(True)
    drawn = _draw_curves(axes, table, measure, limit)
    drawn += _draw_marks(axes, marks, LEARNED in drawn, limit)
    for (kind, codec), chosen in anchors.groupby(["kind", "codec"], sort=False):
        axes.plot(chosen["bpp"], chosen["value"], color=_look(codec)["color"], **ANCHORS[kind])
    return drawn


def _draw_curves(axes, lines, measure, limit):
    """Draw a line a codec; gives the codecs."""
    drawn = []
    for codec, curve in lines.groupby("codec", sort=False):
        curve = curve[curve[measure].notna() & (curve["bpp"] <= limit)].sort_values("bpp")
        if len(curve):
            axes.plot(curve["bpp"], curve[measure], **_look(codec))
            drawn.append(codec)
    return drawn


def _draw_marks(axes, marks, joined, limit):
    """Mark learned codecs by their names, and join them where no curve does; gives the curve that they are on."""
    if not len(marks):
        return []
    if not joined:
        axes.plot(marks["bpp"], marks["value"], **_look(LEARNED))
    axes.plot(marks["bpp"], marks["value"], **MARK)
    for name, *place in marks[["codec", "bpp", "value"]].itertuples(index=False):
        # Above the curve, which rises; at the left end there is no place before the mark.
        where = {"xytext": (5, -2), "ha": "left"} if place[0] < STEEP * limit else {"xytext": (-3, 4), "ha": "right"}
        axes.annotate(name, place, **where, **NAME)
    return [LEARNED]


def _handles(drawn, anchors, marked):
    """Legend entries of the codecs, in the order of `LOOKS`, and of what was published."""
    ordered = [*(codec for codec in LOOKS if codec in drawn), *(codec for codec in drawn if codec not in LOOKS)]
    handles = []
    for codec in style.unique(ordered):
        mark = {"marker": MARK["marker"], "markersize": MARK["markersize"]} if marked and codec == LEARNED else {}
        handles.append(Line2D([], [], **_look(codec), **mark))
    for kind, label in (("curve", "published"), ("model", "published model")):
        if kind in set(anchors["kind"]):
            handles.append(Line2D([], [], color="#555555", label=label, **ANCHORS[kind]))
    for codec in style.unique(anchors["codec"]):
        if codec not in drawn:
            look = _look(codec)
            handles.append(Line2D([], [], color=look["color"], label=f"{look['label']}, published", **ANCHORS["curve"]))
    return handles
