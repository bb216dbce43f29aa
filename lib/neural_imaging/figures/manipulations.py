"""A patch, each manipulation of it, and what the manipulation changed."""

from neural_imaging.figures import style
from neural_imaging.tables import arrays

ARRAYS = ("names", "patches", "amplified", "amplification")
# The seven classes of the papers stand side by side.
ACROSS = 7


@style.look
def draw(sample):
    """Draw a column a manipulation of `manipulated.sample`: the patch, and its difference to the native one."""
    names = sample["names"]
    blocks = -(-len(names) // ACROSS)
    across = -(-len(names) // blocks)
    size = style.PAGE / max(5, across)
    drawing = style.figure(size * across + 0.15, blocks * (2 * size + 0.2))
    axes = drawing.subplots(2 * blocks, across, squeeze=False)
    for panel in axes.flat:
        panel.set_axis_off()
    for place, name in enumerate(names):
        block, column = divmod(place, across)
        above, below = axes[2 * block : 2 * block + 2, column]
        above.set_axis_on()
        style.picture(above, sample["patches"][place])
        above.set_title(str(name).replace(":", " "))
        if place:
            below.set_axis_on()
            style.picture(below, sample["amplified"][place])
    axes[1, 0].text(
        0.95, 0.5, f"difference to\nnative × {sample['amplification']}", ha="right", va="center",
        transform=axes[1, 0].transAxes,
    )  # fmt: skip
    return drawing


plot = style.from_file(draw, arrays.read, ARRAYS)
