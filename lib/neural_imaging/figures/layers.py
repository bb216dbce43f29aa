"""Networks as rows of slabs: one for each kind of layer in turn, as high as its result is large. No figure itself."""

import math
from collections import Counter

from matplotlib.patches import FancyArrowPatch, Patch, Rectangle

from neural_imaging.figures import style

# What is drawn on or between slabs, or is of no interest to a reader.
JOINS = {"Add": "+", "Concatenate": "‖"}
HIDDEN = {"InputLayer", "Activation", "Rescaling", "ClipStraightThrough", "Identity", "Pad", "Dropout", "Scale"}
# kind: (legend, colour). What is not here is named on its slab.
KINDS = {
    "Conv2D": ("convolution", style.COLOURS[5]),
    "PooledConv2D": ("convolution and pooling", style.COLOURS[0]),
    "Conv2DTranspose": ("transposed convolution", style.COLOURS[2]),
    "MaxPooling2D": ("2×2 maximum", style.COLOURS[4]),
    "DepthToSpace": ("depth to space", style.COLOURS[3]),
    "Quantizer": ("quantiser", "#F0E442"),
}
OTHER = ("other", "#cccccc")
FIXED = "#eeeeee"
EDGE = {"edgecolor": "black", "linewidth": 0.5}
LABEL = {"ha": "center", "fontsize": 6, "linespacing": 1.05}
# A picture's full height, and by how much each halving lowers it.
HIGHEST, FALL = 1.0, 0.2
# Of slabs, in steps from one to the next. What only makes pictures smaller is narrow, and its height says it.
WIDTH, NARROW = 0.62, {"MaxPooling2D"}
# Rows of more steps have no place for long lines below a slab.
STACKED = 16
# Steps that a row is wide at least, since fewer layers would be drawn too large, and those for what stands at its ends.
LEAST, ENDS = 8, 2.4


def slabs(layers):
    """What is drawn of the layers of a part (see `architecture.describe`): a list of slabs, and one of joins.

    Layers of one kind, kernel and size that follow each other become one slab. Branches come one after the other. A
    slab is a layer with "times", and "source", the slab that it takes what it gets from. A join is (slab that it comes
    from, slab before it, mark). The slab -1 is the part's input.
    """
    boxes, joins, place = [], [], {}
    takers = Counter(name for layer in layers for name in layer["inputs"])
    for layer in _ordered(layers):
        sources = [place[name] for name in layer["inputs"]]
        last = max(sources, default=-1)
        place[layer["name"]] = last
        if layer["kind"] in JOINS:
            joins += [(source, last, JOINS[layer["kind"]]) for source in sources if source != last]
        elif layer["kind"] not in HIDDEN:
            (before,) = layer["inputs"] or [None]
            if boxes and last == len(boxes) - 1 and takers[before] == 1 and _follows(boxes[-1], layer, joins, last):
                boxes[-1]["times"] += 1
            else:
                boxes.append({**layer, "times": 1, "source": last})
            place[layer["name"]] = len(boxes) - 1
    return boxes, joins


def _ordered(layers):
    """The layers so that each comes after those that it takes, and branches are not mixed."""
    named, ordered, seen = {layer["name"]: layer for layer in layers}, [], set()

    def visit(name):
        if name not in seen:
            seen.add(name)
            for source in named[name]["inputs"]:
                visit(source)
            ordered.append(named[name])

    # Networks of hundreds of layers would be too deep only beyond Python's limit of a thousand.
    visit(layers[-1]["name"])
    return ordered


def _follows(slab, layer, joins, last):
    """Whether a layer is one more of the slab before it, with nothing drawn between them."""
    alike = all(slab[key] == layer[key] for key in ("kind", "kernel", "stride", "features", "scale"))
    return alike and not any(last == end for _, end, _ in joins)


def steps(*parts):
    """How many steps wide a row must be that has room for each of these lists of layers."""
    return max(LEAST, *(len(slabs(part)[0]) for part in parts)) + ENDS


def draw_row(axes, layers, across, vertical, largest, ends):
    """Draw a part of a network, in the middle of its axes.

    Args:
        layers: those of a part.
        across: steps that the axes are wide.
        vertical: limits of the axes; a picture's full height is 1, and 0 the middle.
        largest: scale of the highest slab, see `architecture.describe`.
        ends: what comes in and what goes out, in words.

    Returns:
        The kinds that were drawn; `FIXED` for what has weights and does not learn.
    """
    boxes, joins = slabs(layers)
    blank(axes, across, vertical)
    left = (across - len(boxes)) / 2
    right = left + len(boxes)
    centres = [left + place + 0.5 for place in range(len(boxes))]
    heights = [_height(slab["scale"], largest) for slab in boxes]
    kinds = [slab["kind"] if slab["learns"] or not slab["weights"] else FIXED for slab in boxes]
    for slab, centre, height, kind in zip(boxes, centres, heights, kinds, strict=True):
        colour = FIXED if kind == FIXED else KINDS.get(kind, OTHER)[1]
        corner = centre - _width(slab) / 2, -height / 2
        axes.add_patch(Rectangle(corner, _width(slab), height, facecolor=colour, **EDGE))
        axes.text(centre, -height / 2 - 0.05, _label(slab, across > STACKED), va="top", **LABEL)
    branches = []
    for place, slab in enumerate(boxes):
        if slab["source"] == place - 1:
            start = centres[place - 1] + _width(boxes[place - 1]) / 2 if place else left - 0.12
            arrow(axes, (start, 0), (centres[place] - _width(slab) / 2, 0))
        else:  # What a branch begins with comes from further left.
            branches.append((slab["source"], place - 1, None))
    _draw_joins(axes, [*joins, *branches], heights, left)
    arrow(axes, (right - 0.5 + WIDTH / 2, 0), (right + 0.12, 0))
    for x, side, text in ((left - 0.16, "right", ends[0]), (right + 0.16, "left", ends[1])):
        axes.text(x, 0, text, ha=side, va="center", fontsize=6.5)
    return kinds


def _draw_joins(axes, joins, heights, left):
    look = {"color": "#555555", "linewidth": 0.6, "zorder": 1}
    for source, last, mark in joins:
        # Beside the mark of the join before, so that what ends there and what begins there stay apart.
        start, end = left + source + 1 + (0.13 if source >= 0 else -0.06), left + last + 1
        inside = sum(source <= other[0] and other[1] <= last for other in joins) - 1
        top = max(heights[max(source, 0) : last + 2], default=HIGHEST) / 2 + 0.08 + 0.06 * inside
        axes.plot([start, start, end, end], [0.0, top, top, 0.05], **look)
        if mark is None:
            arrow(axes, (end, 0), (end + (1 - WIDTH) / 2, 0))
            axes.plot([end, end], [0, 0.05], **look)
            continue
        axes.text(
            end, 0, mark, ha="center", va="center", fontsize=6, zorder=3,
            bbox={"boxstyle": "circle,pad=0.12", "facecolor": "white", "edgecolor": "#555555", "linewidth": 0.5},
        )  # fmt: skip


def _width(slab):
    return WIDTH / 2 if slab["kind"] in NARROW else WIDTH


def _height(scale, largest):
    """Halvings fall by equal steps, so that small pictures stay visible."""
    return HIGHEST if scale is None else max(0.2, HIGHEST - FALL * math.log2(largest / scale))


def _label(slab, stacked):
    lines = []
    if slab["kind"] in NARROW:
        return ""
    if slab["kernel"] is not None:
        stride = f"/{slab['stride']}" if slab["stride"] not in (None, 1) else ""
        times = f"{slab['times']} ×{chr(10) if stacked else ' '}" if slab["times"] > 1 else ""
        lines.append(f"{times}{slab['kernel']}×{slab['kernel']}{stride}")
    if slab["kind"] not in KINDS:
        lines.insert(0, slab["kind"])
    if slab["features"] is not None:
        lines.append(str(slab["features"]))
    return "\n".join(lines)


def arrow(axes, start, end, size=4, linewidth=0.5, color="black"):
    """An arrow, a thin one by default."""
    look = {"arrowstyle": "-|>", "mutation_scale": size, "linewidth": linewidth, "color": color}
    axes.add_patch(FancyArrowPatch(start, end, shrinkA=0, shrinkB=0, **look))


def blank(axes, width, vertical):
    """Axes to draw on that show nothing of their own."""
    axes.set(xlim=(0, width), ylim=vertical)
    axes.axis("off")


def entries(kinds):
    """Legend entries of the kinds of layers that were drawn."""
    shown = [Patch(facecolor=KINDS[kind][1], label=KINDS[kind][0], **EDGE) for kind in KINDS if kind in kinds]
    return [*shown, Patch(facecolor=FIXED, label="does not learn", **EDGE)] if FIXED in kinds else shown


def thousands(count):
    """A number of weights as a reader says it: "321", "493 k", "2.41 M"."""
    if count < 10_000:
        return f"{count:,}"
    return f"{count / 1e3:.0f} k" if count < 1e6 else f"{count / 1e6:.2f} M"
