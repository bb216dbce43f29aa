"""Rate and distortion of codecs: averages over the pictures of each data set, with what was published beside."""

import numpy as np
import pandas as pd
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
VALUES = ["data_set", "codec", "kind", "bpp", "value"]
ACROSS = 3
# Below this share of the shown rates, curves fall steeply.
STEEP = 0.12


def plot(table, points=None, published=None, measure="ssim", data_set=None, limit=2.0):
    """Draw from files of the tables; the rest is as for `draw`."""
    table = tables.read(table, ["data_set", "codec", "bpp", measure])
    points = tables.read(points, ["data_set", "codec", "quality", "effective_bpp", measure]) if points else None
    published = tables.read(published, PUBLISHED) if published else None
    return draw(table, measure, points=points, published=published, data_sets=data_set, limit=limit)


@style.look
def draw(table, measure="ssim", *, points=None, published=None, data_sets=None, limit=2.0):
    """Draw a panel a data set: the curves of codecs, marks for single learned codecs, and published values.

    Args:
        table: a line a data set, codec and bits a pixel, such as `rate_curves.FITTED`; empty where there is no average.
        measure: a key of `MEASURES`.
        points: averages of each codec and quality, such as `rate_curves.AVERAGES`; codecs without a quality, the
            learned ones, are marked with their names. Where the table has no curve for them, a line joins them.
        published: table with the columns `PUBLISHED`.
        data_sets: names of those to draw, in their order; all by default.
        limit: bits a pixel at the right end.
    """
    known = style.unique(table["data_set"])
    for name in data_sets or []:
        if name not in known:
            raise UserError(f"data_set {name} is not in the table; it has {', '.join(map(str, known))}")
    shown = data_sets or known
    curves = table.assign(value=table[measure])
    curves, marks, anchors = (
        lines[lines["data_set"].isin(shown) & lines["value"].notna() & (lines["bpp"] <= limit)]
        for lines in (curves, _learned(points, measure), _published(published, measure))
    )
    across = min(len(shown), ACROSS)
    drawing = style.figure(style.COLUMN if len(shown) == 1 else style.PAGE, 0.5 + 2.3 * -(-len(shown) // across))
    axes = style.panels(drawing, len(shown), across, sharex=True, sharey=True)
    for place, (name, panel) in enumerate(zip(shown, axes.flat, strict=False)):
        _draw_panel(panel, *(lines[lines["data_set"] == name] for lines in (curves, marks, anchors)), limit)
        panel.set_title(DATA_SETS.get(name, name))
        if place + across >= len(shown):
            panel.set_xlabel("effective bits a pixel")
            panel.tick_params(labelbottom=True)
    for panel in axes[:, 0]:
        panel.set_ylabel(MEASURES[measure])
    values = [*curves["value"][curves["bpp"] >= STEEP * limit], *anchors["value"], *marks["value"]]
    if values:
        axes[0, 0].set_ylim(min(values) - 0.02 * (max(values) - min(values)), None)
    axes[0, 0].set_xlim(0, limit)
    entries = _entries(curves, marks, anchors)
    if len(shown) > 1:
        style.legend(drawing, entries)
    else:
        drawing.legend(handles=entries, loc="outside lower center", ncols=3)
    return drawing


def _learned(points, measure):
    """The codecs without a quality (`VALUES`), by rising rates."""
    if points is None:
        return pd.DataFrame(columns=VALUES)
    single = points[points["quality"].isna()]
    return single.assign(kind=LEARNED, bpp=single["effective_bpp"], value=single[measure])[VALUES].sort_values("bpp")


def _published(published, measure):
    """The published values (`VALUES`)."""
    source = "ms_ssim" if measure == "ms_ssim_db" else measure
    if published is None or source not in published:
        return pd.DataFrame(columns=VALUES)
    values = published[source]
    if measure == "ms_ssim_db":
        values = -10 * np.log10(1 - values.where(values < 1))
    # The published models are called dcn-16c, dcn-32c and dcn-64c.
    codecs = published["codec"].str.partition("-")[0]
    lines = published.assign(data_set=published["dataset"], codec=codecs, value=values)[VALUES]
    return lines[lines["kind"].isin(list(ANCHORS))]


def _look(codec):
    return LOOKS.get(codec, {**OTHER, "label": codec})


def _draw_panel(axes, curves, marks, anchors, limit):
    axes.grid(True)
    for codec, curve in curves.sort_values("bpp").groupby("codec", sort=False):
        axes.plot(curve["bpp"], curve["value"], **_look(codec))
    if len(marks):
        if LEARNED not in set(curves["codec"]):
            axes.plot(marks["bpp"], marks["value"], **_look(LEARNED))
        axes.plot(marks["bpp"], marks["value"], **MARK)
    for name, *place in marks[["codec", "bpp", "value"]].itertuples(index=False):
        # Above the curve, which rises; at the left end there is no place before the mark.
        where = {"xytext": (5, -2), "ha": "left"} if place[0] < STEEP * limit else {"xytext": (-3, 4), "ha": "right"}
        axes.annotate(name, place, **where, **NAME)
    for (kind, codec), values in anchors.groupby(["kind", "codec"], sort=False):
        axes.plot(values["bpp"], values["value"], color=_look(codec)["color"], **ANCHORS[kind])


def _entries(curves, marks, anchors):
    """Legend entries of the codecs, in the order of `LOOKS`, and of what was published."""
    drawn = [*style.unique(curves["codec"]), *([LEARNED] if len(marks) else [])]
    entries = []
    for codec in style.unique([*(codec for codec in LOOKS if codec in drawn), *drawn]):
        look = _look(codec)
        if codec == LEARNED and len(marks):
            look = {**look, "marker": MARK["marker"], "markersize": MARK["markersize"]}
        entries.append(style.entry(**look))
    for kind, label in (("curve", "published"), ("model", "published model")):
        if kind in set(anchors["kind"]):
            entries.append(style.entry(label, **ANCHORS[kind]))
    for codec in style.unique(anchors["codec"]):
        if codec not in drawn:
            look = _look(codec)
            entries.append(style.entry(f"{look['label']}, published", color=look["color"], **ANCHORS["curve"]))
    return entries
