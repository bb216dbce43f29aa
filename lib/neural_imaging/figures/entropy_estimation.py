"""Estimated against true entropy for each kernel, on drawn numbers and, where the table has them, on latents."""

from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from neural_imaging.figures import style
from neural_imaging.tables import tables

# A line a draw and kernel; numbers without a scale are latents.
COLUMNS = ["source", "kernel", "scale", "entropy", "estimate", "error", "relative_error"]
# Hundreds of dots shade to show where most of them are.
DOTS = {"linestyle": "none", "markersize": 2.6, "markeredgewidth": 0, "alpha": 0.45}
# The paper's two kernels: orange circles below blue squares.
COLOURS = (style.COLOURS[1], style.COLOURS[0], *style.COLOURS[2:])
EQUAL = {"color": "black", "linewidth": 0.6, "linestyle": (0, (4, 2))}


@style.look
def draw(table):
    """Draw the error and its share of the entropy over the scale, and each source's estimate against the entropy."""
    looks = style.looks(table["kernel"], COLOURS)
    scaled = table[table["scale"].notna()]
    panels = [(_draw_error, scaled), (_draw_relative_error, scaled)] if len(scaled) else []
    panels += [(_draw_estimate, lines) for _, lines in table.groupby("source", sort=False)]
    drawing = style.figure(style.PAGE, 2.3 if len(panels) < 4 else 2.0)
    for axes, (panel, lines) in zip(drawing.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        axes.grid(True)
        panel(axes, lines, looks)
    entries = [style.entry(kernel, **{**look, "markersize": 4}) for kernel, look in looks.items()]
    style.legend(drawing, [*entries, Line2D([], [], label="exact", **EQUAL)])
    return drawing


plot = style.from_file(draw, tables.read, COLUMNS)


def _draw_error(axes, lines, looks):
    axes.axhline(0, **EQUAL)
    _draw_dots(axes, lines, looks, "scale", lines["error"])
    _label_scale(axes, lines)
    axes.set_ylabel("estimate − entropy (bit)")


def _draw_relative_error(axes, lines, looks):
    # Exact estimates have no place on a logarithmic axis; nor has what has no entropy to be a share of.
    _draw_dots(axes, lines, looks, "scale", lines["relative_error"].abs().where(lambda values: values > 0))
    _label_scale(axes, lines)
    axes.set_yscale("log")
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylabel("|estimate − entropy| (%)")


def _draw_estimate(axes, lines, looks):
    _draw_dots(axes, lines, looks, "entropy", lines["estimate"])
    axes.axline((0, 0), slope=1, **EQUAL)
    largest = 1.05 * max(lines["entropy"].max(), lines["estimate"].max(), 0.1)
    axes.set(xlim=(-0.02 * largest, largest), ylim=(-0.02 * largest, largest))
    source = lines["source"].iloc[0]
    axes.set(xlabel="entropy (bit a symbol)", ylabel="estimate (bit a symbol)")
    axes.set_title(f"latent of {source}" if lines["scale"].isna().all() else f"{source} numbers")


def _label_scale(axes, lines):
    """Logarithmic: at small scales the estimates differ most, and that is where a codec's latent lies."""
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlabel(f"scale of the {lines['source'].iloc[0]} distribution")


def _draw_dots(axes, lines, looks, across, values):
    for kernel, look in looks.items():
        of_kernel = lines["kernel"] == kernel
        axes.plot(lines[across][of_kernel], values[of_kernel], **DOTS, **look)
