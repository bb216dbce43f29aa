"""The architecture of a learned codec: encoder, quantiser and decoder, layer by layer."""

from neural_imaging.base.errors import UserError
from neural_imaging.figures import layers, style
from neural_imaging.tables import described
from neural_imaging.tables.typeset import number

PARTS = ("encoder", "quantiser", "decoder")


def plot(networks):
    """Draw from a file with the codec's layers, as `scripts/describe_networks.py` lists them."""
    return draw(*described.read(networks, 1))


@style.look
def draw(codec):
    """Draw the encoder above and the decoder below of what `architecture.describe` says of a codec."""
    parts = {part["name"]: part for part in codec["parts"]}
    if set(parts) != set(PARTS):
        raise UserError(f"{codec['network']} is not a codec: it has no encoder, quantiser and decoder")
    settings = codec["settings"]
    codes = f"{2 ** settings['latent_bpf']} codes"
    rows = {"encoder": ("RGB", f"quantiser,\n{codes}"), "decoder": (f"latent,\n{codes}", "RGB")}
    across = layers.steps(*(parts[name]["layers"] for name in rows))
    drawing = style.figure(style.PAGE, 3.2)
    kinds = []
    for axes, (name, ends) in zip(drawing.subplots(2, 1), rows.items(), strict=True):
        kinds += layers.draw_row(axes, parts[name]["layers"], across, (-0.86, 0.72), 1.0, ends)
        axes.set_title(_title(parts[name], settings), loc="left")
    style.legend(drawing, layers.entries(kinds))
    return drawing


def _title(part, settings):
    weights = f"{part['name'].capitalize()}, {layers.thousands(part['weights'])} weights"
    if part["name"] == "decoder":
        return f"{weights}; below each layer its kernel (/ stride) and features"
    kernel = f"t-Student kernel, v = {number(settings['v'], decimals=0)}" if settings["v"] else "Gaussian kernel"
    return (
        f"{weights}; {settings['n_features']} features in the latent "
        f"(rounding in training: {settings['rounding']}; entropy: {kernel}, γ = {settings['gamma']:g})"
    )
