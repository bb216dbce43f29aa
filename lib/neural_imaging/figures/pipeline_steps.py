"""The steps of a standard camera pipeline, and the network that replaces them."""

from matplotlib.patches import FancyBboxPatch

from neural_imaging.base.errors import UserError
from neural_imaging.figures import layers, style
from neural_imaging.tables import described

# Steps of ClassicISP in a reader's words.
STEPS = {
    "SparseColour": "colours to\ntheir places",
    "Demosaicing": "demosaicing",
    "ColourMatrix": "colour\nmatrix",
    "Tone": "brightness,\ngamma curve",
}


def plot(networks):
    """Draw from a file with the layers of both, as `scripts/describe_networks.py` lists them."""
    return draw(*described.read(networks, 2))


@style.look
def draw(standard, neural):
    """Draw the standard pipeline's steps above, the network's layers below, as `architecture.describe` gives both."""
    for network in (standard, neural):
        if len(network["parts"]) != 1:
            raise UserError(f"{network['network']} is not a camera pipeline")
    drawing = style.figure(style.PAGE, 3.3)
    above, below = drawing.subplots(2, 1, height_ratios=[1, 2.2])
    _draw_steps(above, standard)
    own = neural["parts"][0]["layers"]
    largest = max((layer["scale"] for layer in own if layer["scale"] is not None), default=1.0)
    kinds = layers.draw_row(below, own, layers.steps(own), (-1.0, 0.95), largest, ("Bayer\nstack", "RGB"))
    weights = layers.thousands(neural["trainable_weights"])
    below.set_title(
        f"Neural: {neural['network']}, {weights} learned weights; below each layer its kernel (/ stride) and features",
        loc="left",
    )
    style.legend(drawing, layers.entries(kinds))
    return drawing


def _draw_steps(axes, network):
    steps = [layer for layer in network["parts"][0]["layers"] if layer["kind"] not in layers.HIDDEN]
    names = ["Bayer\nstack", *(STEPS.get(step["kind"], step["kind"]) for step in steps), "RGB"]
    layers.blank(axes, len(names), (-0.6, 0.6))
    shape = "round,pad=0,rounding_size=0.06"
    for place, name in enumerate(names):
        inside = 0 < place < len(names) - 1
        if inside:
            corner = (place + 0.12, -0.4)
            axes.add_patch(FancyBboxPatch(corner, 0.76, 0.8, boxstyle=shape, facecolor=layers.FIXED, **layers.EDGE))
        axes.text(place + 0.5, 0, name, ha="center", va="center", fontsize=6.5)
        if place:
            start = place - 0.12 if place > 1 else place - 0.25
            layers.arrow(axes, (start, 0), (place + (0.12 if inside else 0.28), 0))
    axes.set_title(f"Standard: {network['network']}", loc="left")
