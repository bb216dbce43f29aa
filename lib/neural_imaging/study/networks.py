"""The networks of the library and their settings, each with its default and what it can be. This loads no network.

The networks' classes, the check of the workflow's configuration and the choice of the files that a job depends on all
read these declarations.
"""

from collections.abc import Callable
from dataclasses import dataclass

from neural_imaging.base.errors import UserError
from neural_imaging.study import plugins
from neural_imaging.study.settings import (
    Boolean,
    Cameras,
    Choice,
    Even,
    Kind,
    Mapping,
    Matrix,
    Number,
    Odd,
    Pattern,
    Whole,
    Wholes,
    choose,
    guess,
)
from neural_imaging.study.structures import check_names, inside

PIPELINE, CODEC, FORENSIC = "camera pipeline", "codec", "forensic network"

PRECISION = ("float32", Choice(("float32", "mixed_bfloat16")))
_PRECISION = {"precision": (*PRECISION, "`mixed_bfloat16` has float32 weights, and bfloat16 in the deep layers")}
_ACTIVATION = {
    "activation": (
        "leaky_relu",
        Choice(("leaky_relu", "relu", "tanh", "sigmoid", "softsign")),
        "`leaky_relu` has slope 0.2, as in the released toolbox",
    )
}
_PATTERN = {"cfa_pattern": ("GBRG", Pattern(), "colour filters; in trainings those of the photographs")}
_SRGB = {"srgb": (None, Matrix(), "from the camera's colours to linear sRGB; in trainings that of the photographs")}
_PHASE = {"phase": (0, Even(0, 1024), "period in pixels of a learned tile that is added last; 0 has none")}
# Features at the lowest resolution of a UNet.
_MOST_FEATURES = 4096
ROUNDINGS = ("identity", "round", "sin", "soft", "harmonic", "soft-codebook")
# Settings of every learned codec.
DCN = {
    "n_features": (32, Whole(4, 128), "channels of the latent"),
    "rounding": ("soft-codebook", Choice(ROUNDINGS), "how gradients pass the quantisation"),
    "latent_bpf": (5, Whole(1, 8), "bits a feature; the codebook has 2 to the power of it"),
    "train_codebook": (False, Boolean(), "the codebook learns too"),
    "scale_latent": (True, Boolean(), "a learned factor on the latent"),
    "v": (50, Number(0, 1e6), "degrees of freedom of the soft codebook's kernel; 0 takes a Gaussian"),
    "gamma": (25, Number(1e-3, 1e6), "how narrow that kernel is"),
    "entropy_weight": (250, Number(0, 1e6), "weight of the entropy in the loss"),
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
            "kernel": (5, Odd(3, 11), "side of the kernels"),
            "random_init": (False, Boolean(), "start from random weights, not from a bilinear demosaicing"),
            "trainable_upsampling": (False, Boolean(), "the upsampling learns too"),
            **_SRGB,
            **_PRECISION,
            **_PHASE,
        },
    ),
    "UNet": Network(
        "models.isp.unet",
        PIPELINE,
        {
            "n_steps": (5, Whole(2, 6), "resolutions"),
            "n_filters": (
                32,
                Whole(1, lambda settings: _MOST_FEATURES // 2 ** (settings["n_steps"] - 1)),
                f"features of the highest resolution; they double with each, up to {_MOST_FEATURES}",
            ),
            **_ACTIVATION,
            **_PRECISION,
            "borders": ("zero", Choice(("zero", "reflect")), "how pictures go on beyond their borders"),
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
            "n_layers": (15, Whole(1, 32), "convolutions"),
            "kernel": (3, Odd(3, 11), "side of the kernels"),
            "n_features": (64, Whole(1, 512), "features of each"),
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
            "c_filters": ((), Wholes(1, 1024), "features of the layers that correct the demosaicing"),
            "kernel": (5, Odd(3, 11), "side of the kernels"),
            "residual": (True, Boolean(), "they add to the bilinear demosaicing, and do not replace it"),
            **_PATTERN,
            **_SRGB,
            "brightness": ("none", Choice(("none", "percentile", "shift")), "normalisation of the brightness"),
            "gamma": (2.2, Number(1, 4), "of the tone curve"),
            "floor": (0.0, Number(0, 0.1), "least value before the tone curve"),
            "cameras": (None, Cameras(), "cameras that it can be switched to; in trainings those that it learns from"),
            **_PRECISION,
        },
    ),
    "FAN": Network(
        "models.fan",
        FORENSIC,
        {
            "n_classes": (5, Whole(2, 256), "classes, the native one among them"),
            "patch_size": (None, Whole(8, 8192), "side of the pictures that it sees; by default any"),
            "n_filters": (32, Whole(1, 1024), "filters of the first convolution"),
            "n_fscale": (2, Number(0.25, 4), "factor from each convolution's filters to the next one's"),
            "n_convolutions": (4, Whole(1, 13), "convolutions that halve the picture"),
            "kernel": (5, Whole(3, 11), "side of their kernels"),
            "dropout": (0.0, Number(0, 0.99), "share of features that are left out in training"),
            "use_gap": (True, Boolean(), "means over the picture before the dense layers"),
            "n_dense": (None, Whole(0, 16), "dense layers, each narrower by `n_fscale`; by default those of `dense`"),
            "dense": ((512, 128), Wholes(1, 65536), "features of the dense layers"),
            **_ACTIVATION,
            "filter_strength": (100, Number(1e-3, 1e6), "centre of the constrained residual filters"),
            **_PRECISION,
        },
    ),
    "TwitterDCN": Network(
        "models.dcn.twitter",
        CODEC,
        {
            "width": (128, Even(8, 512), "features of the convolutions"),
            "n_blocks": (3, Whole(0, 16), "residual blocks"),
            "start": ("random", Choice(("random", "dct")), "initial weights: random, or those of a block transform"),
            **DCN,
        },
    ),
}


def known():
    """All networks by name, those of plugins behind the library's own, whose names they may not have."""
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


@dataclass(frozen=True)
class Model(Kind):
    """The name of a network of a role."""

    role: str

    @property
    def words(self):
        return f"the name of a {self.role}"

    def read(self, name, value, settings=None):
        if value not in named(self.role):
            there = ", ".join(named(self.role))
            raise UserError(
                f"{name} {value!r} is not in the library's {self.role}s{guess([value], named(self.role))}; "
                f"known are {there}"
            )
        return value


class NetworkSettings(Mapping):
    """Settings of a network, or of the one that the setting `model` before it names.

    `decided` are settings that cannot be set, with what decides each.
    """

    words = "a mapping of the network's settings"

    def __init__(self, network=None, decided=()):
        self._network, self._decided = network, dict(decided)

    def read(self, name, value, settings=None):
        super().read(name, value)
        for key in self._decided.keys() & value.keys():
            raise UserError(f"{inside(name, key)} follows from {self._decided[key]} and cannot be set")
        declared = known()[self._network or settings["model"]].settings
        # Settings of plugins are checked by their classes.
        if declared is not None:
            check_names(name, value, declared)
            choose(declared, value, lambda key: inside(name, key))
        return value


def complete(name, given):
    """All settings of a network by name; of a plugin's those given."""
    declared = known()[name].settings
    return given if declared is None else {key: given.get(key, default) for key, (default, *_) in declared.items()}
