"""The distribution channel: what happens to a photograph between its author and the analyst."""

import keras
import numpy as np
from keras import ops

from neural_imaging.coding import libjpeg
from neural_imaging.errors import UserError
from neural_imaging.models import settings
from neural_imaging.models.dcn.base import DCN
from neural_imaging.models.jpeg import DifferentiableJPEG, LibJPEG
from neural_imaging.ops import filters

DOWNSAMPLING = ("none", "pool", "bilinear")
CODECS = ("none", "jpeg", "dcn")


@keras.saving.register_keras_serializable(package="neural_imaging")
class Channel(keras.layers.Layer):
    """Down-sampling, then lossy compression, as social networks do it.

    Args:
        downsampling: none, pool (means of factor × factor pixels) or bilinear.
        factor: how many times smaller the sides become.
        codec: none, jpeg, or dcn: a learned codec.
        quality: JPEG quality factor, a range or a set; see `DifferentiableJPEG`.
        rounding: how the differentiable JPEG rounds: round, sin, soft or harmonic.
        seed: seeds the drawing of quality factors.
        network: the learned codec, a `models.dcn.base.DCN`, where the codec is dcn. It learns where it is trainable.

    Call arguments:
        images: float32, shape (batch, height, width, 3), values in [0, 1]. For dcn the sides are multiples of the
            factor times the codec's `multiple`.

    Returns:
        float32 in [0, 1], shape (batch, height / factor, width / factor, 3).

    Raises:
        UserError: a wrong setting; a learned codec is missing, or given where there is no place for it.
    """

    def __init__(
        self, downsampling="pool", factor=2, codec="jpeg", quality=50, rounding="sin", seed=None, network=None, **kwargs
    ):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.downsampling = settings.choice("downsampling", downsampling, DOWNSAMPLING)
        self.factor = 1 if downsampling == "none" else settings.integer("factor", factor, 1, 64)
        self.codec = settings.choice("codec", codec, CODECS)
        self.jpeg = DifferentiableJPEG(quality, rounding, seed=seed) if codec == "jpeg" else None
        self._real_jpeg = LibJPEG(quality, seed=seed) if codec == "jpeg" else None
        if (codec == "dcn") != isinstance(network, DCN):
            given = "none" if network is None else f"a {type(network).__name__}"
            wanted = "a learned codec" if codec == "dcn" else "no learned codec"
            raise UserError(f"a channel with codec {codec} takes {wanted}, and was given {given}")
        self.network = network
        self._arguments = {"quality": quality, "rounding": rounding, "seed": seed}

    @property
    def multiple(self):
        """Sides of pictures that come into the channel must be multiples of so many pixels."""
        return self.factor * (1 if self.network is None else self.network.multiple)

    def fixed(self):
        """The channel at one stated setting: the middle of a range of qualities, the first of a list."""
        quality = self._arguments["quality"]
        if self.jpeg is None or isinstance(self.jpeg.quality, int):
            return self
        quality = round(sum(quality) / 2) if len(quality) == 2 else next(iter(quality))
        return Channel.from_config({**self.get_config(), "quality": quality})

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

    def compress(self, images, training=False):
        """The channel's compression alone.

        In training a learned codec quantises so that gradients pass; otherwise as a bit-stream would.

        Args:
            images: what `reduce` gave.
            training: whether gradients shall pass through a learned codec.

        Returns:
            (images, entropy): the images after compression, and what a learned codec needs in bits a symbol, a scalar;
            None for other codecs.
        """
        if self.network is None:
            return (images if self.jpeg is None else self.jpeg(images)), None
        if training:
            return self.network.reconstruct(images, training=self.network.trainable)
        latent = self.network.encode(images)
        entropy, _ = self.network.quantizer.entropy(latent)
        return self.network.decode(latent), entropy

    def call(self, images, training=False):
        """Send the images through the channel."""
        return self.compress(self.reduce(images), training)[0]

    def real(self, images):
        """Send images through the same channel with the real codec: 8 bits in, 8 bits out.

        Args:
            images: array or tensor, shape (batch, height, width, 3): uint8, or float in [0, 1].

        Returns:
            NumPy array, float32 in [0, 1]: whole levels divided by 255.

        Raises:
            UserError: the codec is a learned one; see `evaluation.forensics`.
        """
        if self.network is not None:
            raise UserError(
                "a learned codec's bit-stream is written by neural_imaging.codec, one room above the channel"
            )
        reduced = self.reduced_levels(images)
        return reduced.astype(np.float32) / np.float32(255) if self._real_jpeg is None else self._real_jpeg(reduced)

    def reduced_levels(self, images):
        """What a real codec is given: 8 bits, after the channel's down-sampling.

        Args:
            images: as for `real`.

        Returns:
            uint8, shape (batch, height / factor, width / factor, 3).
        """
        levels = libjpeg.to_8_bits(images if isinstance(images, np.ndarray) else ops.convert_to_numpy(images))
        reduced = self.reduce(ops.convert_to_tensor(levels.astype(np.float32) / 255))
        return libjpeg.to_8_bits(ops.convert_to_numpy(reduced))

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
        learned = {} if self.network is None else {"network": keras.saving.serialize_keras_object(self.network)}
        return {**super().get_config(), **own, **self._arguments, "quality": quality, **learned}

    @classmethod
    def from_config(cls, config):
        """Make the channel from its settings, the learned codec among them."""
        learned = config.get("network")
        made = {} if learned is None else {"network": keras.saving.deserialize_keras_object(learned)}
        return cls(**{**config, **made})
