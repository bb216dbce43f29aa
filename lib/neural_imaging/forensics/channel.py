"""The distribution channel: what happens to a photograph between its author and the analyst."""

import keras
import numpy as np
from keras import ops

from neural_imaging.coding import libjpeg
from neural_imaging.models import settings
from neural_imaging.models.jpeg import DifferentiableJPEG, LibJPEG
from neural_imaging.ops import filters

DOWNSAMPLING = ("none", "pool", "bilinear")
CODECS = ("none", "jpeg")


@keras.saving.register_keras_serializable(package="neural_imaging")
class Channel(keras.layers.Layer):
    """Down-sampling, then lossy compression, as social networks do it.

    Args:
        downsampling: none, pool (means of factor × factor pixels) or bilinear.
        factor: how many times smaller the sides become.
        codec: none or jpeg.
        quality: JPEG quality factor, a range or a set; see `DifferentiableJPEG`.
        rounding: how the differentiable JPEG rounds: round, sin, soft or harmonic.
        seed: seeds the drawing of quality factors.

    Call arguments:
        images: float32, shape (batch, height, width, 3), values in [0, 1].

    Returns:
        float32 in [0, 1], shape (batch, height / factor, width / factor, 3).
    """

    def __init__(self, downsampling="pool", factor=2, codec="jpeg", quality=50, rounding="sin", seed=None, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.downsampling = settings.choice("downsampling", downsampling, DOWNSAMPLING)
        self.factor = 1 if downsampling == "none" else settings.integer("factor", factor, 1, 64)
        self.codec = settings.choice("codec", codec, CODECS)
        self.jpeg = DifferentiableJPEG(quality, rounding, seed=seed) if codec == "jpeg" else None
        self._real_jpeg = LibJPEG(quality, seed=seed) if codec == "jpeg" else None
        self._arguments = {"quality": quality, "rounding": rounding, "seed": seed}

    def build(self, input_shape):
        """Build the codec."""
        if self.jpeg is not None:
            self.jpeg.build(self._smaller(input_shape))

    def reduce(self, images):
        """The channel's down-sampling alone."""
        if self.factor == 1:
            return images
        if self.downsampling == "pool":
            return ops.average_pool(images, self.factor, self.factor, padding="valid")
        return filters.resize(images, images.shape[1] // self.factor, images.shape[2] // self.factor)

    def call(self, images):
        """Send the images through the channel."""
        reduced = self.reduce(images)
        return reduced if self.jpeg is None else self.jpeg(reduced)

    def real(self, images):
        """Send images through the same channel with the real codec: 8 bits in, 8 bits out.

        Args:
            images: array or tensor, shape (batch, height, width, 3): uint8, or float in [0, 1].

        Returns:
            NumPy array, float32 in [0, 1]: whole levels divided by 255.
        """
        levels = libjpeg.to_8_bits(images if isinstance(images, np.ndarray) else ops.convert_to_numpy(images))
        reduced = ops.convert_to_numpy(self.reduce(ops.convert_to_tensor(levels.astype(np.float32) / 255)))
        if self._real_jpeg is None:
            return libjpeg.to_8_bits(reduced).astype(np.float32) / np.float32(255)
        return self._real_jpeg(reduced)

    def _smaller(self, shape):
        batch, height, width, channels = shape
        return (batch, *(None if side is None else side // self.factor for side in (height, width)), channels)

    def compute_output_shape(self, input_shape):
        """Sides are divided by the factor."""
        return self._smaller(input_shape)

    def get_config(self):
        """Settings for saving."""
        own = {"downsampling": self.downsampling, "factor": self.factor, "codec": self.codec}
        quality = self._arguments["quality"] if self.jpeg is None else self.jpeg.quality
        return {**super().get_config(), **own, **self._arguments, "quality": quality}
