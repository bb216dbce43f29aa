"""A convolution with its pooling, in the order that costs least."""

import keras
from keras import ops

from neural_imaging.ops.samples import LAST


@keras.saving.register_keras_serializable(package="neural_imaging")
class PooledConv2D(keras.layers.Conv2D):
    """Convolution, bias, activation and 2×2 max pooling, where the pooling comes first.

    Adding a bias and a rising activation keep the order of values, so pooling before them gives the same bits
    as pooling after them, and leaves them a quarter of the work and of the memory.

    Args:
        filters: number of output features.
        kernel_size: side of the kernel.
        activation: name of an activation that never falls (leaky_relu, relu, tanh, sigmoid, softsign).

    Call arguments:
        inputs: shape (batch, height, width, channels).

    Returns:
        Shape (batch, height // 2, width // 2, filters).
    """

    def __init__(self, filters, kernel_size, activation=None, **kwargs):
        super().__init__(filters, kernel_size, padding="same", activation=activation, **kwargs)

    def call(self, inputs):
        """Convolve, pool, then add the bias and apply the activation."""
        features = ops.conv(inputs, self.kernel, strides=1, padding="same", data_format=LAST)
        features = ops.max_pool(features, 2, 2, padding="valid", data_format=LAST) + self.bias
        return features if self.activation is None else self.activation(features)

    def compute_output_shape(self, input_shape):
        """Sides are halved, an odd last row or column is left out."""
        batch, height, width, _ = input_shape
        halves = (None if side is None else side // 2 for side in (height, width))
        return (batch, *halves, self.filters)

    def get_config(self):
        """Settings for saving."""
        config = super().get_config()
        del config["padding"]
        return config
