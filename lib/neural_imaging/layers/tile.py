"""Learned patterns that repeat over a picture."""

import keras
import numpy as np
from keras import ops

from neural_imaging.ops import rounding
from neural_imaging.study.settings import Number, Whole


@keras.saving.register_keras_serializable(package="neural_imaging")
class Tile(keras.layers.Layer):
    """Adds a learned tile to pictures, repeated from the first pixel on.

    A convolution does the same at each pixel. With a tile a network knows the phase of a pixel in a period.

    Args:
        period: side of the tile in pixels.
        rate: how many grey levels of 255 the tile changes where its weights change by 1: with Adam's learning rate of
            0.001 a rate of 20 is 0.02 grey levels a step.
        start: standard deviation of the tile at the start, in grey levels.
        seed: of the start; None takes any.

    Call arguments:
        images: float32, shape (batch, height, width, 3), in [0, 1].

    Returns:
        float32, same shape, not clipped.
    """

    def __init__(self, period=16, rate=20.0, start=0.0, seed=None, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.period = Whole(2, 1024).read("period", period)
        self.rate = Number(1e-6, 1e6).read("rate", rate)
        self.start = Number(0, 255).read("start", start)
        self.seed = seed

    def build(self, input_shape):
        """Create the tile."""
        self.values = self.add_weight(
            name="tile",
            shape=(self.period, self.period, 3),
            initializer=lambda shape, dtype=None: ops.convert_to_tensor(self._random(self.start, self.seed), dtype),
        )

    def restart(self, strength, seed):
        """Start anew, from random numbers of so many grey levels."""
        self.values.assign(self._random(strength, seed))

    def _random(self, strength, seed):
        """Random stripes, in units of the weights: grey, across the picture, two pixels high where the period is even.

        What is colourful or fine is what down-sampling and JPEG remove first, and JPEG's tables keep waves down a
        picture better than those across. A start that has all of these settles on one wave or another by chance, and
        most of them tell a forensic network little.
        """
        height = 2 if self.period % 2 == 0 else 1
        stripes = np.random.default_rng(seed).normal(0, strength / self.rate, (self.period // height, 1, 1))
        return np.broadcast_to(stripes.repeat(height, 0), (self.period, self.period, 3)).astype("float32")

    def tile(self):
        """The tile in grey levels: float32, shape (period, period, 3)."""
        return self.rate * ops.convert_to_tensor(self.values)

    def call(self, images):
        """Add the tile."""
        return self.added(images, self.tile())

    def added(self, images, tile):
        """Pictures with a tile of grey levels, repeated, added to them."""
        height, width = ops.shape(images)[1:3]
        rows, columns = ((side + self.period - 1) // self.period for side in (height, width))
        return images + ops.tile(tile / 255.0, (rows, columns, 1))[:height, :width]

    def compute_output_shape(self, input_shape):
        """The shape does not change."""
        return input_shape

    def get_config(self):
        """Settings for saving."""
        own = {"period": self.period, "rate": self.rate, "start": self.start, "seed": self.seed}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="neural_imaging")
class Signature(Tile):
    """A tile of fixed strength that a camera adds to every photograph: a learned watermark.

    It is the plain rival of a trained camera pipeline: training chooses its form alone. Whoever has some photographs of
    the camera can estimate it by averaging, and forge or remove it.

    Args:
        strength: root mean square of the tile, in grey levels of 255.
        start: strength with which a training's warm-up begins; it ends with `strength`. None: the same all along. What
            is loud is found soon, and what reads it can then follow it down.
        others: see `Tile`.

    Returns:
        float32, same shape as the pictures, in [0, 1].
    """

    def __init__(self, strength=1.5, start=None, **others):
        self.strength = Number(1e-3, 255).read("strength", strength)
        start = self.strength if start is None else Number(1e-3, 255).read("start", start)
        super().__init__(start=start, **others)

    def tile(self, strength=None):
        """The tile in grey levels: float32, shape (period, period, 3); each colour has a mean of 0."""
        tile = super().tile()
        tile = tile - ops.mean(tile, axis=(0, 1), keepdims=True)
        strength = self.strength if strength is None else strength
        return tile * (strength / ops.sqrt(ops.mean(ops.square(tile)) + np.float32(1e-12)))

    def call(self, images, warm=1.0, move=None):
        """Add the tile, and clip.

        Args:
            images: see above.
            warm: how much of the warm-up is done, 0 to 1.
            move: row and column of the tile that the pictures begin with, int32, shape (2,); None: its first.
        """
        tile = self.tile(self.start + (self.strength - self.start) * warm)
        if move is not None:
            places, move = ops.arange(self.period, dtype="int32"), ops.cast(move, "int32")
            for axis in (0, 1):
                tile = ops.take(tile, (places + move[axis]) % self.period, axis=axis)
        return rounding.limit(self.added(images, tile))

    def get_config(self):
        """Settings for saving."""
        return {**super().get_config(), "strength": self.strength}
