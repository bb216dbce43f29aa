"""The last layer of networks that give pictures."""

import keras

from neural_imaging.ops import rounding


@keras.saving.register_keras_serializable(package="neural_imaging")
class ClipStraightThrough(keras.layers.Layer):
    """Clips a network's output to [0, 1] and passes gradients as if it did not.

    Call arguments:
        images: float32, any shape.

    Returns:
        Values in [0, 1], same shape.
    """

    def call(self, images):
        """Clip to [0, 1]."""
        return rounding.clip(images)

    def compute_output_shape(self, input_shape):
        """The shape does not change."""
        return input_shape
