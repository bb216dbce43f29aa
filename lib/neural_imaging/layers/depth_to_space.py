"""From features at half resolution to pictures at full resolution."""

import keras
from keras import ops

from neural_imaging.ops.samples import LAST


@keras.saving.register_keras_serializable(package="neural_imaging")
class DepthToSpace(keras.layers.Layer):
    """Turns groups of channels into blocks of pixels: (h, w, b²·c) becomes (b·h, b·w, c).

    Args:
        block_size: side b of a block.

    Call arguments:
        inputs: shape (batch, height, width, channels).

    Returns:
        Shape (batch, b · height, b · width, channels / b²).
    """

    def __init__(self, block_size=2, **kwargs):
        super().__init__(**kwargs)
        self.block_size = block_size

    def call(self, inputs):
        """Rearrange; no value changes."""
        return ops.depth_to_space(inputs, self.block_size, data_format=LAST)

    def compute_output_shape(self, input_shape):
        """Sides grow by the block size."""
        batch, height, width, channels = input_shape
        sides = (None if side is None else side * self.block_size for side in (height, width))
        return (batch, *sides, channels // self.block_size**2)

    def get_config(self):
        """Settings for saving."""
        return {**super().get_config(), "block_size": self.block_size}
