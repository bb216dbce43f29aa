"""One look for all figures: sizes of a paper's column and page, colours for the colour-blind, embedded fonts.

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
from matplotlib.patches import Rectangle

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.study import grid

COLUMN, PAGE, PAGE_HEIGHT = 3.3, 6.9, 9.0  # inches
RESOLUTION = 200  # dots an inch, of PNG files and of pictures inside PDF files
LEAST = 1.3  # inches, of a photograph with a title
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
# Okabe and Ito's colours, which stay apart for colour-blind readers.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
BASELINE = "#D55E00"
NEUTRAL = "#999999"
# Of learned signatures.
SIGNATURE_MARKER, _SIGNATURES = "*", ("#CC79A7", "#8C3D69", "#F0B4D3", "#5B1E42")
WHOLE, PATCHWISE = "accuracy on whole photographs (%)", "accuracy patch by patch (%)"
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


def figure(width, height, layout="constrained"):
    """An empty figure of this size in inches, no higher than a page, that lays its parts out by itself.

    The layout "compressed" suits grids of pictures: it closes the gaps that their fixed proportions leave.
    """
    drawing = Figure(figsize=(width, min(height, PAGE_HEIGHT)), layout=layout)
    FigureCanvasAgg(drawing)
    return drawing


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
    """A table with the column `variant`, which says what learned: λ, or "signature 1.5", or "0.1, signature 1.5".

    Args:
        table: with the columns of `tables.GROUP`.
        weight: whose λ it is, "lambda_isp" or "lambda_codec".
    """
    return table.assign(variant=[_variant(*pair) for pair in zip(table[weight], table[grid.SIGNATURE], strict=True)])


def _variant(weight, strength):
    if strength == grid.NONE:
        return weight
    named = f"{_SIGNATURE}{float(strength):g}"
    return named if weight in _IDLE else f"{weight}, {named}"


def is_signature(variant):
    """Whether a signature learned."""
    return _SIGNATURE in variant


def weights(values):
    """The different λ of a column, or variants of `with_variants`: the baseline, falling λ, then signatures."""
    return sorted(dict.fromkeys(values), key=_order)


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
    if is_signature(value) or _CODEC in value:
        return value
    return value if value in _BASELINES else f"{float(value):g}"


def weight_title(value):
    """The same where it stands alone: "λ = 0.1"."""
    name = weight_name(value)
    return name if name[0].isalpha() else f"λ = {name}"


def weight_handles(colours, marker="o"):
    """Legend entries of λ or variants; the first that is a number says "λ ="."""
    handles, named = [], False
    for value, colour in colours.items():
        label = weight_name(value)
        if value not in _BASELINES and not is_signature(value) and not named:
            label, named = f"λ = {label}", True
        own = SIGNATURE_MARKER if is_signature(value) else marker
        line = {"linestyle": "none", "marker": own, "markersize": 4.5} if marker else {"linewidth": 1.5}
        handles.append(Line2D([], [], color=colour, label=label, **line))
    return handles


def legend(drawing, handles, where="lower"):
    """Put legend entries below the panels, or above them (`where="upper"`), in as few lines as fit."""
    widths = sum(0.052 * len(handle.get_label()) + 0.3 for handle in handles)
    lines = int(-(-widths // (0.95 * drawing.get_figwidth())))
    drawing.legend(handles=handles, loc=f"outside {where} center", ncols=-(-len(handles) // lines))


def unique(values):
    """The different values in the order in which they come."""
    return list(dict.fromkeys(values))


def chosen(table, **wanted):
    """The lines of one camera, ISP, and so on: of the value asked for, or of the first in the table.

    Returns:
        (lines, the values that were chosen).

    Raises:
        UserError: the table does not have the value.
    """
    found = {}
    for column, value in wanted.items():
        known = [str(name) for name in unique(table[column])]
        if value is not None and value not in known:
            raise UserError(f"{column} {value} is not in the table; it has {', '.join(known)}")
        found[column] = known[0] if value is None else value
        table = table[table[column].astype(str) == found[column]]
    return table, found


def codecs_learn(table):
    """Whether learned codecs stand in a table with more than one weight of their loss."""
    return table.loc[table[grid.CODEC] != grid.NONE, grid.CODEC].nunique() > 1


def codec_name(codec, table):
    """What a figure calls the training's codec and the real one, for the channels of a table, as evaluations do."""
    return DIFFERENTIABLE if codec == DIFFERENTIABLE else grid.real_codec(table)


def without_tuned_codecs(table):
    """Refuse a table whose codecs have several weights, which a figure over the pipeline's λ would mix.

    Raises:
        UserError: it has them.
    """
    if codecs_learn(table):
        raise UserError(
            f"the table has several weights of learned codecs ({grid.CODEC}), for which rate_distortion_accuracy is "
            "the figure"
        )


def picture_width(pixels, most):
    """Inches of a photograph that is so many pixels wide: `most`, or less where it would be enlarged."""
    return min(most, max(LEAST, pixels / RESOLUTION))


def picture(axes, image, **options):
    """Show a picture without ticks, in a thin frame."""
    axes.imshow(image, **options)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_linewidth(0.4)


def frame_cell(axes, column, row):
    """Mark a cell of a matrix by a thick frame inside its borders."""
    axes.add_patch(Rectangle((column - 0.48, row - 0.47), 0.96, 0.94, fill=False, edgecolor="black", linewidth=1.0))
