"""The standard camera pipeline as a network."""

import keras
import numpy as np
from keras import layers, ops

from neural_imaging.layers import kernels
from neural_imaging.layers.clip import ClipStraightThrough
from neural_imaging.layers.depth_to_space import DepthToSpace
from neural_imaging.layers.tile import Tile
from neural_imaging.models.base import Network
from neural_imaging.study.networks import NETWORKS


@keras.saving.register_keras_serializable(package="neural_imaging")
class INet(Network):
    """Camera pipeline with the standard steps as layers: demosaicing, colour conversion, gamma curve.

    It starts as a working pipeline (bilinear demosaicing, an example colour matrix, a fitted gamma curve) and has 321
    weights to learn at kernel 5. With `random_init` it starts from small random weights and an identity colour matrix;
    `srgb` None takes the toolbox's example. Weights are in the released toolbox's order. It is too small to gain from
    bfloat16 and all colour, so it computes in float32 whatever `precision` says.
    """

    declared = NETWORKS["INet"].settings

    def __init__(self, **given):
        chosen, others = self.choose(given)
        kernel, srgb, phase, random_init = (chosen[name] for name in ("kernel", "srgb", "phase", "random_init"))
        matrix = kernels.colour_matrix(srgb, kernels.CAMERA_TO_SRGB)
        demosaicing = keras.initializers.RandomNormal(0, 0.1)
        gamma = keras.initializers.RandomNormal(0, 0.1), "zeros", keras.initializers.RandomNormal(0, 0.1), "zeros"
        if random_init:
            matrix = np.eye(3)
        else:
            demosaicing = keras.initializers.Constant(kernels.bilinear_demosaicing(kernel))
            gamma = [keras.initializers.Constant(array) for array in kernels.gamma_network()]

        def convolution(filters, size, start, bias=None, **more):
            more = {"use_bias": bias is not None, "bias_initializer": bias or "zeros", "dtype": "float32", **more}
            return layers.Conv2D(filters, size, kernel_initializer=start, **more)

        stack = keras.Input((None, None, 4), name="stack")
        upsampling = keras.initializers.Constant(kernels.upsampling(chosen["cfa_pattern"]))
        bayer = convolution(12, 1, upsampling, trainable=chosen["trainable_upsampling"])(stack)
        bayer = DepthToSpace(2, dtype="float32")(bayer)
        margin = (kernel - 1) // 2
        bayer = ops.pad(bayer, ((0, 0), (margin, margin), (margin, margin), (0, 0)), mode="reflect")
        images = convolution(3, kernel, demosaicing)(bayer)
        images = convolution(3, 1, keras.initializers.Constant(matrix.T[None, None]))(images)
        images = convolution(12, 1, gamma[0], gamma[1], activation="tanh")(images)
        images = convolution(3, 1, gamma[2], gamma[3])(images)
        images = Tile(phase, name="phase")(images) if phase else images
        images = ClipStraightThrough(dtype="float32")(images)

        super().__init__(stack, images, chosen, **others)

    @property
    def reach(self):
        """See `Network`: the demosaicing filter's half, in pixels, of which two make a cell."""
        return -(-(self.settings["kernel"] // 2) // 2)
