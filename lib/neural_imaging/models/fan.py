"""The forensic analysis network."""

# First, since it says in one line if Keras has no backend.
import neural_imaging.ops  # noqa: F401  # isort: skip

import itertools

import keras
from keras import layers

from neural_imaging.base.errors import UserError
from neural_imaging.layers.constrained_conv import ConstrainedConv2D
from neural_imaging.layers.pooled_conv import PooledConv2D
from neural_imaging.models.base import Network
from neural_imaging.study.networks import NETWORKS

# 1 GB of them, and Adam keeps two numbers more for each; the papers' network has 1.3 million.
MOST_WEIGHTS = 250_000_000


@keras.saving.register_keras_serializable(package="neural_imaging")
class FAN(Network):
    """Names the manipulation that a picture went through, from its noise-like residuals.

    A constrained convolution, `n_convolutions` times convolution and 2×2 max pooling, a 1×1 convolution, pooling over
    the picture (or flattening), hidden layers, softmax. With the defaults it is the papers' network: 1,341,990 weights
    for 5 classes. With `n_dense` the hidden layers' widths fall by `n_fscale` each, beginning below the last
    convolution's; `n_dense=0` gives the default of the toolbox's TensorFlow 2 edition, 1,145,382. Settings that would
    give more than 250 million are refused. "mixed_bfloat16" computes the convolutions after the constrained one in
    bfloat16. See `study.networks` for all settings.

    Call arguments:
        images: float32, shape (batch, height, width, 3), values in [0, 1].

    Returns:
        Probabilities, float32, shape (batch, n_classes).
    """

    declared = NETWORKS["FAN"].settings

    def __init__(self, **given):
        chosen, others = self.choose(given)
        n_classes, patch_size, n_convolutions = (chosen[name] for name in ("n_classes", "patch_size", "n_convolutions"))
        n_filters, n_fscale, n_dense = (chosen[name] for name in ("n_filters", "n_fscale", "n_dense"))
        kernel, use_gap, dropout = (chosen[name] for name in ("kernel", "use_gap", "dropout"))
        activation, precision = chosen["activation"], chosen["precision"]
        if not use_gap and patch_size is None:
            raise UserError("without use_gap the FAN must know patch_size, the side of its pictures")
        widths = [max(1, int(n_filters * n_fscale**step)) for step in range(n_convolutions)]
        if n_dense is None:
            hidden = chosen["dense"]
        else:
            hidden = [max(1, int(widths[-1] // n_fscale ** (step + 1))) for step in range(n_dense)]
        if patch_size is not None and patch_size < 2**n_convolutions:
            raise UserError(f"FAN: pictures of {patch_size} pixels cannot be halved by {n_convolutions} convolutions")
        cells = 1 if use_gap else (patch_size // 2**n_convolutions) ** 2
        weights = _weights(widths, kernel, cells, [*hidden, n_classes])
        if weights > MOST_WEIGHTS:
            raise UserError(
                f"FAN: n_convolutions {n_convolutions}, n_filters {n_filters}, n_fscale {n_fscale} and the hidden "
                f"layers give {weights:,} weights; {MOST_WEIGHTS:,} are allowed, the papers' network has 1.3 million"
            )

        images = keras.Input((patch_size, patch_size, 3), name="images")
        features = ConstrainedConv2D(chosen["filter_strength"])(images)
        for width in widths:
            features = PooledConv2D(width, kernel, activation=activation, dtype=precision)(features)
        features = layers.Conv2D(widths[-1], 1, activation=activation, dtype=precision)(features)
        features = (layers.GlobalAveragePooling2D if use_gap else layers.Flatten)(dtype="float32")(features)
        for width in hidden:
            features = layers.Dense(width, activation=activation, dtype="float32")(features)
            if dropout > 0:
                features = layers.Dropout(dropout, dtype="float32")(features)
        probabilities = layers.Dense(n_classes, activation="softmax", dtype="float32")(features)
        super().__init__(images, probabilities, chosen, **others)


def _weights(widths, kernel, cells, dense):
    """How many weights a FAN will have: of the constrained and the other convolutions, the 1×1 one, dense layers."""
    convolutions = sum((kernel**2 * before + 1) * width for before, width in itertools.pairwise([3, *widths]))
    last = widths[-1]
    layers_after = sum((before + 1) * width for before, width in itertools.pairwise([cells * last, *dense]))
    return 5**2 * 3 * 3 + convolutions + (last + 1) * last + layers_after
