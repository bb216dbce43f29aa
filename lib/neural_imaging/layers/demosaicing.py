"""Full colour from the samples of a Bayer sensor, by a small convolutional network."""

import keras
from keras import layers, ops

from neural_imaging.layers import kernels
from neural_imaging.ops import rounding
from neural_imaging.ops.samples import LAST


@keras.saving.register_keras_serializable(package="neural_imaging")
class Demosaicing(keras.layers.Layer):
    """Neural demosaicing, as a correction of bilinear demosaicing or directly.

    Convolutions look at the sparse picture as it is, so that one set of weights serves all Bayer patterns. The
    correction is a tanh scaled by a learned `alpha`, and starts as none: the layer begins as bilinear demosaicing.
    Without convolutions it stays that. Weights are in the released toolbox's order.

    Args:
        c_filters: features of each convolution; more than none where `residual` is off.
        kernel: side of their kernels and of the bilinear one, odd.
        residual: correct bilinear demosaicing; if not, colours are learned from nothing.
        precision: "mixed_bfloat16" computes the convolutions between the first and the last in bfloat16.

    Call arguments:
        sparse: RGB, float32, shape (batch, height, width, 3), one colour a pixel, the others 0.

    Returns:
        RGB, float32, same shape, in [0, 1]; clipped with a straight-through gradient.
    """

    def __init__(self, c_filters=(), kernel=5, residual=True, precision="float32", **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.c_filters, self.kernel_size, self.residual = list(c_filters), kernel, bool(residual)
        self._precision = precision
        self._convolutions = [
            layers.Conv2D(
                filters, kernel, padding="same", activation="leaky_relu", dtype=precision if step else "float32"
            )
            for step, filters in enumerate(self.c_filters)
        ]
        if self.c_filters or not self.residual:
            start = "zeros" if self.residual else "glorot_uniform"
            activation = "tanh" if self.residual else "sigmoid"
            last = layers.Conv2D(3, 1, activation=activation, kernel_initializer=start, dtype="float32")
            self._convolutions.append(last)

    def build(self, input_shape):
        """Create the weights."""
        if self.residual:
            self.alpha = self.add_weight(name="alpha", shape=(), initializer=keras.initializers.Constant(0.1))
            self.bilinear = self.add_weight(
                name="bilinear",
                shape=(self.kernel_size, self.kernel_size, 3, 3),
                initializer=keras.initializers.Constant(kernels.bilinear_demosaicing(self.kernel_size)),
                trainable=False,
            )
        shape = tuple(input_shape)
        for convolution in self._convolutions:
            convolution.build(shape)
            shape = (*shape[:-1], convolution.filters)

    def call(self, sparse):
        """Demosaic."""
        features = sparse
        for convolution in self._convolutions:
            features = convolution(features)
        if self.residual:
            margin = (self.kernel_size - 1) // 2
            padded = ops.pad(sparse, ((0, 0), (margin, margin), (margin, margin), (0, 0)), mode="reflect")
            # Without convolutions there is nothing to scale; alpha stays a weight, as in the released toolbox.
            correction = self.alpha * (features if self._convolutions else 0.0)
            features = ops.conv(padded, self.bilinear, strides=1, padding="valid", data_format=LAST) - correction
        return rounding.clip(features)

    def compute_output_shape(self, input_shape):
        """The shape does not change."""
        return input_shape

    def get_config(self):
        """Settings for saving."""
        own = {"c_filters": self.c_filters, "kernel": self.kernel_size, "residual": self.residual}
        return {**super().get_config(), **own, "precision": self._precision}
