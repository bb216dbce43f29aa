"""A learned pattern that a camera adds to every photograph."""

import keras
import numpy as np
from keras import ops

from neural_imaging.models import settings
from neural_imaging.ops import rounding


@keras.saving.register_keras_serializable(package="neural_imaging")
class Signature(keras.layers.Layer):
    """A small tile that is repeated over a developed photograph and added to it: a learned watermark.

    It is the plain rival of a trained camera pipeline. Its strength is fixed, so that training chooses its form alone.
    Whoever has some photographs of the camera can estimate it by averaging, and forge or remove it.

    Args:
        strength: root mean square of the tile, in grey levels of 255.
        period: side of the tile in pixels of the developed photograph.
        rate: how many grey levels the tile changes, before it is brought to its strength, where its weights change
            by 1: with Adam's learning rate of 0.001 a rate of 20 is 0.02 grey levels a step. The weights start as
            random numbers of 1.5 grey levels.
        seed: of the start; None takes any.

    Call arguments:
        images: float32, shape (batch, height, width, 3), in [0, 1]; the first pixel has the tile's first number.

    Returns:
        float32, same shape, in [0, 1].
    """

    def __init__(self, strength=1.5, period=16, rate=20.0, seed=None, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.strength = settings.number("strength", strength, 1e-3, 255)
        self.period = settings.integer("period", period, 2, 1024)
        self.rate = settings.number("rate", rate, 1e-6, 1e6)
        self.seed = seed

    def build(self, input_shape):
        """Create the tile."""
        start = keras.initializers.RandomNormal(0, _START / self.rate, seed=self.seed)
        shape = (self.period, self.period, 3)
        self.weights_of_tile = self.add_weight(name="tile", shape=shape, initializer=start)

    def tile(self):
        """The tile in grey levels: float32, shape (period, period, 3), each colour with a mean of 0."""
        tile = self.rate * ops.convert_to_tensor(self.weights_of_tile)
        tile = tile - ops.mean(tile, axis=(0, 1), keepdims=True)
        return tile * (self.strength / ops.sqrt(ops.mean(ops.square(tile)) + np.float32(1e-12)))

    def call(self, images):
        """Add the tile, repeated from the first pixel on, and clip."""
        height, width = ops.shape(images)[1:3]
        rows, columns = ((side + self.period - 1) // self.period for side in (height, width))
        pattern = ops.tile(self.tile() / 255.0, (rows, columns, 1))[:height, :width]
        return rounding.limit(images + pattern)

    def compute_output_shape(self, input_shape):
        """The shape does not change."""
        return input_shape

    def get_config(self):
        """Settings for saving."""
        own = {"strength": self.strength, "period": self.period, "rate": self.rate, "seed": self.seed}
        return {**super().get_config(), **own}


# Standard deviation of the tile's start in grey levels.
_START = 1.5
