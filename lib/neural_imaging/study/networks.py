"""The networks of the library and their settings, each with its default and what it can be. This loads no network.

The networks' classes, the check of the workflow's configuration and the choice of the files that a job depends on all
read these declarations.
"""

from collections.abc import Callable
from dataclasses import dataclass

from neural_imaging.base.errors import UserError
from neural_imaging.study import plugins
from neural_imaging.study.settings import Boolean, Cameras, Choice, Even, Matrix, Number, Odd, Pattern, Whole, Wholes

PIPELINE, CODEC, FORENSIC = "camera pipeline", "codec", "forensic network"

# float32 weights, and of "mixed_bfloat16" bfloat16 arithmetic in the deep layers.
_PRECISION = {"precision": ("float32", Choice(("float32", "mixed_bfloat16")))}
# leaky_relu has slope 0.2, as in the released toolbox.
_ACTIVATION = {"activation": ("leaky_relu", Choice(("leaky_relu", "relu", "tanh", "sigmoid", "softsign")))}
_PATTERN = {"cfa_pattern": ("GBRG", Pattern())}
# The period of a learned tile, in pixels.
_PHASE = {"phase": (0, Even(0, 1024))}
# Features at the lowest resolution of a UNet.
_MOST_FEATURES = 4096
ROUNDINGS = ("identity", "round", "sin", "soft", "harmonic", "soft-codebook")
# Settings of every learned codec.
DCN = {
    "n_features": (32, Whole(4, 128)),
    "rounding": ("soft-codebook", Choice(ROUNDINGS)),
    "latent_bpf": (5, Whole(1, 8)),
    "train_codebook": (False, Boolean()),
    "scale_latent": (True, Boolean()),
    "v": (50, Number(0, 1e6)),
    "gamma": (25, Number(1e-3, 1e6)),
    "entropy_weight": (250, Number(0, 1e6)),
    **_ACTIVATION,
    **_PRECISION,
}


@dataclass(frozen=True)
class Network:
    """A network.

    Attributes:
        module: where its class is, below the package.
        role: `PIPELINE`, `CODEC` or `FORENSIC`.
        settings: mapping of its settings to pairs of default and kind; None for a plugin's, whose class checks them.
        takes_rgb: of a pipeline: it passes developed pictures through, and takes no Bayer stacks.
        unit: of a pipeline: function of its settings; it takes stacks whose sides are multiples of so many cells.
        reach: of a pipeline: function of its settings; see `models.base.Network`. None where only its class says it.
    """

    module: str
    role: str
    settings: dict | None
    takes_rgb: bool = False
    unit: Callable = lambda settings: 1
    reach: Callable | None = None


NETWORKS = {
    "INet": Network(
        "models.isp.inet",
        PIPELINE,
        {
            **_PATTERN,
            "kernel": (5, Odd(3, 11)),
            "random_init": (False, Boolean()),
            "trainable_upsampling": (False, Boolean()),
            "srgb": (None, Matrix()),
            **_PRECISION,
            **_PHASE,
        },
    ),
    "UNet": Network(
        "models.isp.unet",
        PIPELINE,
        {
            "n_steps": (5, Whole(2, 6)),
            "n_filters": (32, Whole(1, lambda settings: _MOST_FEATURES // 2 ** (settings["n_steps"] - 1))),
            **_ACTIVATION,
            **_PRECISION,
            "borders": ("zero", Choice(("zero", "reflect"))),
            **_PHASE,
        },
        # Cells of the lowest resolution lie side by side.
        unit=lambda settings: 2 ** (settings["n_steps"] - 1),
        # Two convolutions at each resolution, on the way down and up, and the last one.
        reach=lambda settings: 3 * 2 ** settings["n_steps"] - 2,
    ),
    "DNet": Network(
        "models.isp.dnet",
        PIPELINE,
        {
            "n_layers": (15, Whole(1, 32)),
            "kernel": (3, Odd(3, 11)),
            "n_features": (64, Whole(1, 512)),
            **_PATTERN,
            **_PRECISION,
            **_PHASE,
        },
    ),
    "ONet": Network("models.isp.onet", PIPELINE, _PRECISION, takes_rgb=True),
    "ClassicISP": Network(
        "models.isp.classic",
        PIPELINE,
        {
            "c_filters": ((), Wholes(1, 1024)),
            "kernel": (5, Odd(3, 11)),
            "residual": (True, Boolean()),
            **_PATTERN,
            "srgb": (None, Matrix()),
            "brightness": ("none", Choice(("none", "percentile", "shift"))),
            "gamma": (2.2, Number(1, 4)),
            "floor": (0.0, Number(0, 0.1)),
            "cameras": (None, Cameras()),
            **_PRECISION,
        },
    ),
    "FAN": Network(
        "models.fan",
        FORENSIC,
        {
            "n_classes": (5, Whole(2, 256)),
            "patch_size": (None, Whole(8, 8192)),
            "n_filters": (32, Whole(1, 1024)),
            "n_fscale": (2, Number(0.25, 4)),
            "n_convolutions": (4, Whole(1, 13)),
            "kernel": (5, Whole(3, 11)),
            "dropout": (0.0, Number(0, 0.99)),
            "use_gap": (True, Boolean()),
            "n_dense": (None, Whole(0, 16)),
            "dense": ((512, 128), Wholes(1, 65536)),
            **_ACTIVATION,
            "filter_strength": (100, Number(1e-3, 1e6)),
            **_PRECISION,
        },
    ),
    "TwitterDCN": Network(
        "models.dcn.twitter",
        CODEC,
        {
            "width": (128, Even(8, 512)),
            "n_blocks": (3, Whole(0, 16)),
            "start": ("random", Choice(("random", "dct"))),
            **DCN,
        },
    ),
}


def known():
    """All networks by name, those of plugins behind the library's own.

    Raises:
        UserError: a plugin has a name of the library's own.
    """
    outside = {
        name: Network("", role, None)
        for kind, role in (("pipeline", PIPELINE), ("codec", CODEC))
        for name in plugins.registered(kind)
    }
    if twice := NETWORKS.keys() & outside.keys():
        raise UserError(f"a plugin cannot register {', '.join(sorted(twice))}, which the library has")
    return {**NETWORKS, **outside}


def named(role):
    """Names of the networks of a role."""
    return [name for name, network in known().items() if network.role == role]
