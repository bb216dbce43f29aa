"""A deep camera pipeline."""

import keras
from keras import layers, ops

from neural_imaging.base.errors import UserError
from neural_imaging.layers import kernels
from neural_imaging.layers.clip import ClipStraightThrough
from neural_imaging.layers.depth_to_space import DepthToSpace
from neural_imaging.layers.tile import Tile
from neural_imaging.models.base import Network
from neural_imaging.study.networks import NETWORKS


@keras.saving.register_keras_serializable(package="neural_imaging")
class DNet(Network):
    """Camera pipeline after Gharbi et al., as in the released toolbox.

    Convolutions at half resolution, whose features are brought to full resolution and joined with the samples
    themselves, then two more convolutions. With the defaults 493,068 weights. Weights are in the toolbox's order.
    (There the pattern is GBRG whatever the camera.) "mixed_bfloat16" computes the convolutions at half resolution, but
    the first, in bfloat16.

    Reference:
        M. Gharbi, G. Chaurasia, S. Paris, F. Durand, "Deep joint demosaicking and denoising", ACM TOG 35(6), 2016.
    """

    declared = NETWORKS["DNet"].settings

    def __init__(self, **given):
        chosen, others = self.choose(given)
        n_layers, kernel, n_features = (chosen[name] for name in ("n_layers", "kernel", "n_features"))
        deep, margin, phase = chosen["precision"], (kernel - 1) // 2, chosen["phase"]

        def convolution(features, filters, dtype):
            """Convolve where the kernel fits, and mirror the result's borders."""
            start = {"activation": "relu", "kernel_initializer": "he_normal", "dtype": dtype}
            features = layers.Conv2D(filters, kernel, **start)(features)
            return ops.pad(features, ((0, 0), (margin, margin), (margin, margin), (0, 0)), mode="reflect")

        stack = keras.Input((None, None, 4), name="stack")
        features = stack
        for step in range(n_layers):
            last = step == n_layers - 1
            features = convolution(features, 12 if last else n_features, deep if step else "float32")
        upsampling = keras.initializers.Constant(kernels.upsampling(chosen["cfa_pattern"]))
        bayer = layers.Conv2D(12, 1, use_bias=False, kernel_initializer=upsampling, trainable=False, dtype="float32")(
            stack
        )
        bayer = DepthToSpace(2, dtype="float32")(bayer)
        features = DepthToSpace(2, dtype="float32")(features)
        features = layers.Concatenate(dtype="float32")([features, bayer])
        features = convolution(features, n_features, "float32")
        images = layers.Conv2D(3, 1, use_bias=False, dtype="float32")(features)
        images = Tile(phase, name="phase")(images) if phase else images
        images = ClipStraightThrough(dtype="float32")(images)

        super().__init__(stack, images, chosen, **others)

    @property
    def reach(self):
        """See `Network`: each convolution looks half its kernel further; of the last one's pixels two make a cell."""
        margin = self.settings["kernel"] // 2
        return self.settings["n_layers"] * margin + -(-margin // 2)

    def call(self, inputs, training=None, mask=None):
        """Develop a batch of Bayer stacks."""
        least = 3 * (self.settings["kernel"] // 2) + 1
        if any(side is not None and side < least for side in inputs.shape[1:3]):
            height, width = inputs.shape[1:3]
            raise UserError(
                f"a DNet of kernel {self.settings['kernel']} takes Bayer stacks with sides of at least "
                f"{least}, not {height} × {width}"
            )
        return super().call(inputs, training=training, mask=mask)
