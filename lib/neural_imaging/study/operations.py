"""How much the networks compute, counted from their settings. This loads no network."""

import itertools

from neural_imaging.study import networks

# A multiplication and an addition are two operations.
_EACH = 2
# How often a network is gone through in a training: forwards, back to what it was given, back to its weights.
FORWARDS, BACKWARDS, WEIGHTS = 1, 1, 1
LEARNING = FORWARDS + BACKWARDS + WEIGHTS
# Networks, with their defaults, whose operations count in place of those of plugins, which only their classes know.
STAND_INS = {networks.PIPELINE: "UNet", networks.CODEC: "TwitterDCN"}


def forward(name, settings, height, width=None):
    """Operations of a network's convolutions and dense layers on one picture.

    What is done with each number by itself (activations, pooling, curves, a codebook) does not count.

    Args:
        name: of a network; of a plugin's one of `STAND_INS` is counted.
        settings: those that are given; the others are the defaults.
        height, width: of what it takes, in Bayer cells for pipelines, else in pixels; without a width a square.

    Returns:
        A whole number.
    """
    if name not in _COUNTS:
        name, settings = STAND_INS[networks.known()[name].role], {}
    return _EACH * _COUNTS[name](networks.complete(name, settings), height, height if width is None else width)


def learns(name, settings):
    """Whether a pipeline has anything to train; of a plugin's it is taken for granted."""
    if name == "ClassicISP":
        chosen = networks.complete(name, settings)
        return bool(chosen["c_filters"]) or not chosen["residual"]
    return name != "ONet"


def reach(name, settings):
    """Bayer cells that a pipeline looks around itself; None for a plugin's, of which only its class knows."""
    if name not in _COUNTS:
        return None
    chosen = networks.complete(name, settings)
    if (declared := networks.NETWORKS[name].reach) is not None:
        return declared(chosen)
    half = chosen.get("kernel", 1) // 2
    if name == "ClassicISP":
        half *= max(len(chosen["c_filters"]), int(chosen["residual"]))
    # Filters at full resolution, of whose pixels two make a cell; before them those of a DNet, at half of it.
    return chosen.get("n_layers", 0) * half + -(-half // 2)


def _inet(settings, height, width):
    cells = height * width
    # To three colours, to sRGB, and a curve of 12 hidden features.
    return 4 * 12 * cells + 4 * cells * (9 * settings["kernel"] ** 2 + 9 + 2 * 3 * 12)


def _unet(settings, height, width):
    total, features = 0, 4
    for step in range(settings["n_steps"]):
        cells, filters = (height >> step) * (width >> step), settings["n_filters"] << step
        total += 9 * (features + filters) * filters * cells
        if step < settings["n_steps"] - 1:
            # On the way up: the step from below, whose 2 × 2 results of a cell do not overlap, and two convolutions.
            total += (2 + 9 * 3) * filters**2 * cells
        features = filters
    return total + 9 * settings["n_filters"] * 12 * height * width


def _dnet(settings, height, width):
    kernel, features = settings["kernel"], settings["n_features"]
    # Convolutions are computed where the kernel fits.
    lost = kernel - 1
    widths = [4, *[features] * (settings["n_layers"] - 1), 12]
    total = sum(kernel**2 * before * after for before, after in itertools.pairwise(widths))
    total = total * (height - lost) * (width - lost) + 4 * 12 * height * width
    total += kernel**2 * 6 * features * (2 * height - lost) * (2 * width - lost)
    return total + 3 * features * 4 * height * width


def _classic(settings, height, width):
    pixels, kernel, residual = 4 * height * width, settings["kernel"], settings["residual"]
    widths = [3, *settings["c_filters"]]
    learned = sum(kernel**2 * before * after for before, after in itertools.pairwise(widths))
    learned += 3 * widths[-1] if len(widths) > 1 or not residual else 0
    bilinear = 9 * kernel**2 if residual else 0
    return 4 * 12 * height * width + pixels * (learned + bilinear + 9)


def _fan(settings, height, width):
    kernel, scale = settings["kernel"], settings["n_fscale"]
    widths = [max(1, int(settings["n_filters"] * scale**step)) for step in range(settings["n_convolutions"])]
    # The constrained filters.
    total = 5**2 * 3 * 3 * height * width
    for step, (before, after) in enumerate(itertools.pairwise([3, *widths])):
        total += kernel**2 * before * after * (height >> step) * (width >> step)
    last, cells = widths[-1], (height >> len(widths)) * (width >> len(widths))
    hidden = settings["dense"]
    if settings["n_dense"] is not None:
        hidden = [max(1, int(last // scale ** (step + 1))) for step in range(settings["n_dense"])]
    dense = [last if settings["use_gap"] else cells * last, *hidden, settings["n_classes"]]
    return total + last**2 * cells + sum(before * after for before, after in itertools.pairwise(dense))


def _dcn(settings, height, width):
    full, blocks = settings["width"], 2 * settings["n_blocks"] * 9 * settings["width"] ** 2
    half, quarter, eighth = (_cells(height, width, 2**step) for step in (1, 2, 3))
    encoder = 25 * (3 * (full // 2) * half + (full // 2) * full * quarter + full * settings["n_features"] * eighth)
    decoder = 9 * (settings["n_features"] * 4 * full * eighth + 2 * full**2 * quarter + (full // 2) * 12 * half)
    return encoder + decoder + 2 * blocks * quarter


def _cells(height, width, side):
    return (height // side) * (width // side)


_COUNTS = {
    "INet": _inet,
    "UNet": _unet,
    "DNet": _dnet,
    "ClassicISP": _classic,
    "ONet": lambda settings, height, width: 0,
    "FAN": _fan,
    "TwitterDCN": _dcn,
}
