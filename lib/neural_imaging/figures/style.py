"""What all figures share: sizes, colours, fonts, panels, legends, the names of what learned, and how files are written.

Figures are drawn without pyplot, so that drawing leaves no state behind, and are saved without dates, so that the
same table gives the same bytes.
"""

import functools
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.study import grid

COLUMN, PAGE, PAGE_HEIGHT = 3.3, 6.9, 9.0  # inches
RESOLUTION = 200  # dots an inch, of PNG files and of pictures inside PDF files
LEAST = 1.3  # inches, of a photograph with a title
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
# Okabe and Ito's colours, which stay apart for colour-blind readers.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
BASELINE, NEUTRAL, GREY = "#D55E00", "#999999", "#555555"
# Of learned signatures.
SIGNATURE_MARKER, _SIGNATURES = "*", ("#CC79A7", "#8C3D69", "#F0B4D3", "#5B1E42")
WHOLE = "accuracy on whole photographs (%)"
# What no λ has trained.
_BASELINES = (grid.FAN_ONLY, grid.BASIC)
_IDLE, _SIGNATURE, _CODEC = (*_BASELINES, grid.NONE), "signature ", " with codec "
# The codec as in training; the real one's name depends on the channels.
DIFFERENTIABLE = "differentiable"
LOOK = {
    "font.family": "DejaVu Sans", "font.size": 7, "pdf.fonttype": 42,
    "axes.labelsize": 7, "axes.titlesize": 7, "legend.fontsize": 6.5, "xtick.labelsize": 6.5, "ytick.labelsize": 6.5,
    "axes.linewidth": 0.5, "grid.linewidth": 0.4, "lines.linewidth": 1.0, "grid.color": "#dddddd",
    "xtick.major.width": 0.5, "ytick.major.width": 0.5, "xtick.major.size": 2.5, "ytick.major.size": 2.5,
    "axes.axisbelow": True, "axes.spines.top": False, "axes.spines.right": False,
    "axes.titlepad": 3, "axes.labelpad": 4,
    "legend.frameon": False, "legend.borderaxespad": 0.3, "legend.handletextpad": 0.3, "legend.columnspacing": 1.0,
    "axes.formatter.useoffset": False, "image.interpolation": "nearest", "image.resample": False,
    "figure.constrained_layout.h_pad": 0.03, "figure.constrained_layout.w_pad": 0.03,
}  # fmt: skip


def look(draw):
    """Decorate a function that draws: whatever it makes has the common look, and nothing outside changes."""

    @functools.wraps(draw)
    def drawn(*arguments, **options):
        with matplotlib.rc_context({**matplotlib.rcParamsDefault, **LOOK, "backend": "agg"}):
            return draw(*arguments, **options)

    return drawn


def from_file(draw, read, names):
    """The function `plot` of a figure of one file: it draws what `read` gives of it, which must have these names."""

    @functools.wraps(draw)
    def plot(source, **chosen):
        return draw(read(source, names), **chosen)

    return plot


def figure(width, height, layout="constrained"):
    """An empty figure of this size in inches, no higher than a page, that lays its parts out by itself.

    The layout "compressed" suits grids of pictures: it closes the gaps that their fixed proportions leave.
    """
    drawing = Figure(figsize=(width, min(height, PAGE_HEIGHT)), layout=layout)
    FigureCanvasAgg(drawing)
    return drawing


def panels(drawing, count, across, **shared):
    """Rows of so many panels, in a grid so many wide; what is left of the last row stays empty."""
    axes = drawing.subplots(-(-count // across), across, squeeze=False, **shared)
    for panel in axes.flat[count:]:
        panel.set_axis_off()
    return axes


@look
def save(drawing, path):
    """Write a figure as PDF to `path`, and as PNG beside it.

    Raises:
        UserError: the name does not end with .pdf, or one of the two cannot be written; then neither is.
    """
    path = Path(path)
    if path.suffix != ".pdf":
        raise UserError(f"{path}: a figure's name ends with .pdf; the PNG is written beside it")
    for suffix in (".png", ".pdf"):
        files.check_output(path.with_suffix(suffix))
    with files.atomic(path.with_suffix(".png")) as temporary:
        drawing.savefig(temporary, dpi=RESOLUTION, metadata={"Software": None})
    with files.atomic(path) as temporary:
        drawing.savefig(temporary, dpi=RESOLUTION, metadata={"CreationDate": None, "Creator": None, "Producer": None})


def with_variants(table, weight="lambda_isp"):
    """A table with the column `variant`, which says what learned: λ, or "signature 1.5", or "0.1, signature 1.5"."""
    return table.assign(variant=[_variant(*pair) for pair in zip(table[weight], table[grid.SIGNATURE], strict=True)])


def _variant(weight, strength):
    if strength == grid.NONE:
        return weight
    named = f"{_SIGNATURE}{float(strength):g}"
    return named if weight in _IDLE else f"{weight}, {named}"


def with_codec(lambda_isp, lambda_codec):
    """One weight for both: the codec's where the pipeline does not learn, and "0.1 with codec 0.01" where both do."""
    if lambda_isp == grid.FAN_ONLY:
        return grid.FAN_ONLY if lambda_codec == grid.NONE else lambda_codec
    return lambda_isp if lambda_codec in _IDLE else f"{lambda_isp}{_CODEC}{lambda_codec}"


def is_signature(variant):
    """Whether a signature learned."""
    return _SIGNATURE in variant


def weights(values):
    """The different λ of a column, or variants of `with_variants`: the baseline, falling λ, then signatures."""
    return sorted(unique(values), key=_order)


def _order(variant):
    weight, _, strength = variant.partition(_SIGNATURE)
    weight, _, codec = (weight.removesuffix(", ") or grid.FAN_ONLY).partition(_CODEC)
    return bool(strength), grid.descending(weight), grid.descending(codec or grid.BASIC), float(strength or 0)


def weight_colours(values):
    """A colour for each λ or variant: the baseline stands out, λ darken as they fall, signatures are pink."""
    ordered = weights(values)
    numbers = [value for value in ordered if value not in _BASELINES and not is_signature(value)]
    shades = matplotlib.colormaps["viridis"](np.linspace(0.85, 0.0, max(2, len(numbers))))
    colours = {value: matplotlib.colors.to_hex(shade) for value, shade in zip(numbers, shades, strict=False)}
    signed = [value for value in ordered if is_signature(value)]
    colours |= {value: _SIGNATURES[place % len(_SIGNATURES)] for place, value in enumerate(signed)}
    return {value: colours.get(value, BASELINE) for value in ordered}


def weight_name(value):
    """λ or a variant as a reader says it: "fan-only", "basic", "1", "0.0001", "signature 1.5"."""
    if value in _BASELINES or is_signature(value) or _CODEC in value:
        return value
    return f"{float(value):g}"


def weight_title(value):
    """The same where it stands alone: "λ = 0.1"."""
    name = weight_name(value)
    return name if name[0].isalpha() else f"λ = {name}"


def entry(label, **look):
    """A legend entry, grey if no colour is given: a line, or with a marker the mark alone if no line style is given."""
    mark = {"linestyle": "none", "markersize": 4.5} if "marker" in look else {}
    return Line2D([], [], **{"color": GREY, "label": label, **mark, **look})


def weight_entries(colours, marker="o"):
    """Legend entries of λ or variants; the first that is a number says "λ ="."""
    entries, named = [], False
    for value, colour in colours.items():
        label = weight_name(value)
        if value not in _BASELINES and not is_signature(value) and not named:
            label, named = f"λ = {label}", True
        own = SIGNATURE_MARKER if is_signature(value) else marker
        entries.append(entry(label, color=colour, **({"marker": own} if marker else {"linewidth": 1.5})))
    return entries


def legend(drawing, entries, where="lower"):
    """Put legend entries below the panels, or above them (`where="upper"`), in as few lines as fit."""
    widths = sum(0.052 * len(shown.get_label()) + 0.3 for shown in entries)
    lines = int(-(-widths // (0.95 * drawing.get_figwidth())))
    drawing.legend(handles=entries, loc=f"outside {where} center", ncols=-(-len(entries) // lines))


def unique(values):
    """The different values in the order in which they come."""
    return list(dict.fromkeys(values))


def looks(names, colours=COLOURS):
    """A colour and a marker for each of the different names."""
    return {
        name: {"color": colours[place % len(colours)], "marker": MARKERS[place % len(MARKERS)]}
        for place, name in enumerate(unique(names))
    }


def chosen(table, **wanted):
    """The lines of one camera, ISP, and so on, of the value asked for or the first in the table; and these values."""
    values = {}
    for column, value in wanted.items():
        known = [str(name) for name in unique(table[column])]
        if value is not None and value not in known:
            raise UserError(f"{column} {value} is not in the table; it has {', '.join(known)}")
        values[column] = known[0] if value is None else value
        table = table[table[column].astype(str) == values[column]]
    return table, values


def codecs_learn(table):
    """Whether learned codecs stand in a table with more than one weight of their loss."""
    return table.loc[table[grid.CODEC] != grid.NONE, grid.CODEC].nunique() > 1


def codec_name(codec, table):
    """What a figure calls the training's codec and the real one, for the channels of a table, as evaluations do."""
    return DIFFERENTIABLE if codec == DIFFERENTIABLE else grid.real_codec(table)


def over_pipelines(table):
    """A table as `with_variants` gives it, for a figure over the pipeline's λ, which would mix several of codecs."""
    if codecs_learn(table):
        raise UserError(
            f"the table has several weights of learned codecs ({grid.CODEC}), for which rate_distortion_accuracy is "
            "the figure"
        )
    return with_variants(table)


def intervals(means, low, high):
    """How far intervals reach below and above means, as error bars take it."""
    return [(end - means).abs() for end in (low, high)]


def picture_width(pixels, most):
    """Inches of a photograph that is so many pixels wide: `most`, or less where it would be enlarged."""
    return min(most, max(LEAST, pixels / RESOLUTION))


def picture(axes, image, **options):
    """Show a picture without ticks, in a thin frame."""
    shown = axes.imshow(image, **options)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(True)
    axes.spines[:].set_linewidth(0.4)
    return shown


def percentages(axes, values, **options):
    """Show a matrix of percentages as a heat map in a frame."""
    axes.tick_params(length=0)
    axes.spines[:].set_visible(True)
    return axes.imshow(values, cmap="Blues", vmin=0, vmax=100, **options)


def on_percentage(value):
    """The colour of text on a heat map's cell of so many percent."""
    return "white" if value > 55 else "black"


def colour_bar(drawing, image, axes, label, **options):
    """A bar beside these axes that says what the colours of an image mean."""
    bar = drawing.colorbar(image, ax=axes, **{"pad": 0.01, **options})
    bar.set_label(label)
    bar.outline.set_linewidth(0.5)
