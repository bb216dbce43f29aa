"""The distribution channel: what happens to a photograph between its author and the analyst."""

import keras
import numpy as np
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.coding import libjpeg
from neural_imaging.imaging import batches
from neural_imaging.models.dcn.base import DCN
from neural_imaging.models.jpeg import DifferentiableJPEG, LibJPEG
from neural_imaging.ops import filters, samples
from neural_imaging.study import settings

DOWNSAMPLING = ("none", "pool", "bilinear")
CODECS = ("none", "jpeg", "dcn")
# How far a pixel of an 8 × 8 block lies from the block's other pixels.
_BLOCK = 8


@keras.saving.register_keras_serializable(package="neural_imaging")
class Channel(keras.layers.Layer):
    """Down-sampling, then lossy compression, as social networks do it.

    What a channel does may vary while something is trained behind it: `quality` and `origin` can be a whole number, a
    range [low, high], or a longer list; `factor` a number or a list, `downsampling` a name or a list of names. Each
    batch of a training draws its own. Outside of trainings a channel is steady: it takes the middle of a range, the
    first of a list, and origin 0.

    Args:
        downsampling: none, pool (means of factor × factor pixels) or bilinear.
        factor: how many times smaller the sides become.
        codec: none, jpeg, or dcn: a learned codec.
        quality: JPEG quality factor.
        rounding: how the differentiable JPEG rounds: round, sin, soft or harmonic.
        seed: seeds what is drawn.
        network: the learned codec, a `models.dcn.base.DCN`, where the codec is dcn. It learns where it is trainable.
        origin: pixels that are cut off at the top before anything else, and, drawn on their own, at the left.

    Call arguments:
        images: float32, shape (batch, height, width, 3), values in [0, 1]. For dcn the sides are multiples of the
            factor times the codec's `multiple`.
        training: draw what varies.

    Returns:
        float32 in [0, 1], shape (batch, height / factor, width / factor, 3). Where the origin or the factor varies,
        pictures of a training are as large as the smallest that can come of it.

    Raises:
        UserError: a wrong setting; a learned codec is missing, or given where there is no place for it; images that
            are no such batch.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> channel = ni.Channel("pool", 2, "jpeg", quality=50)
        >>> channel(np.zeros((1, 64, 64, 3), np.float32)).shape == (1, 32, 32, 3)
        True
    """

    def __init__(
        self,
        downsampling="pool",
        factor=2,
        codec="jpeg",
        quality=50,
        rounding="sin",
        seed=None,
        network=None,
        origin=0,
        **kwargs,
    ):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self._kinds = [downsampling] if isinstance(downsampling, str) else list(downsampling)
        if not self._kinds:
            raise UserError(f"downsampling is {downsampling!r}; it must name one of {', '.join(DOWNSAMPLING)}")
        for kind in self._kinds:
            settings.Choice(DOWNSAMPLING).read("downsampling", kind)
        chosen, self._origin = Choice("factor", factor, 1, 64, ranges=False), Choice("origin", origin, 0, 63)
        # Without down-sampling no factor counts.
        factors = {kind: [1] if kind == "none" else chosen.values for kind in self._kinds}
        self._reductions = [(kind, value) for kind, values in factors.items() for value in values]
        self.downsampling = self._kinds[0]
        self.factor = 1 if self.downsampling == "none" else chosen.steady
        self.codec = settings.Choice(CODECS).read("codec", codec)
        self.jpeg = DifferentiableJPEG(quality, rounding, seed=seed) if codec == "jpeg" else None
        self._quality = Choice("quality", self.jpeg.quality, 1, 100) if codec == "jpeg" else None
        self._real_jpeg = LibJPEG(self._quality.steady) if codec == "jpeg" else None
        self._seeds = keras.random.SeedGenerator(seed)
        if (codec == "dcn") != isinstance(network, DCN):
            given = "none" if network is None else f"a {type(network).__name__}"
            wanted = "a learned codec" if codec == "dcn" else "no learned codec"
            raise UserError(f"a channel with codec {codec} takes {wanted}, and was given {given}")
        self.network = network
        self._arguments = {
            "downsampling": downsampling, "factor": factor, "quality": quality, "rounding": rounding, "seed": seed,
            "origin": origin,
        }  # fmt: skip

    @property
    def multiple(self):
        """Sides of pictures that come into the channel must be multiples of so many pixels."""
        return self.factor * self.grid if self.network is not None else self.factor

    @property
    def factors(self):
        """All factors that there can be, the smallest first."""
        return sorted({factor for _, factor in self._reductions})

    @property
    def most_origin(self):
        """The most pixels that an origin cuts off."""
        return max(self._origin.values)

    @property
    def grid(self):
        """The period in which the codec treats pixels alike, in received pixels."""
        if self.network is not None:
            return self.network.multiple
        return 1 if self.jpeg is None else _BLOCK

    @property
    def reach(self):
        """On how many pixels around a received one, at most, this one depends, behind the down-sampling."""
        bilinear = int("bilinear" in self._kinds)
        if self.network is None:
            return bilinear + (0 if self.jpeg is None else _BLOCK - 1)
        cells = self.network.encoder_reach + self.network.decoder_reach
        return bilinear + (cells + 1) * self.network.multiple - 1

    @property
    def quality(self):
        """The JPEG quality outside of trainings; None where the codec is another one."""
        return None if self._quality is None else self._quality.steady

    def fixed(self):
        """The channel as it is outside of trainings: nothing varies, and the learned codec is the same."""
        if self._steady:
            return self
        steady = {"downsampling": self.downsampling, "factor": self.factor, "origin": 0}
        steady |= {} if self.jpeg is None else {"quality": self.quality}
        return Channel(**{**self._arguments, **steady, "codec": self.codec, "network": self.network})

    @property
    def _steady(self):
        qualities = [] if self._quality is None else self._quality.values
        return len(self._reductions) == 1 and len(qualities) < 2 and self.most_origin == 0

    def build(self, input_shape):
        """Build the codec."""
        batches.check_shape(input_shape)
        if self.jpeg is not None:
            self.jpeg.build(self._received(input_shape))

    def reduce(self, images, training=False):
        """The channel's cut and down-sampling alone."""
        images = samples.pictures(images)
        if not training:
            return _smaller(images, self.downsampling, self.factor)
        images = self._cut(images)
        if len(self._reductions) == 1:
            return _smaller(images, self.downsampling, self.factor)
        # Whatever is drawn, results have one size: that of the largest factor.
        height, width = (side // self.factors[-1] for side in images.shape[1:3])
        branches = [
            lambda pictures, kind=kind, factor=factor: _smaller(pictures, kind, factor)[:, :height, :width]
            for kind, factor in self._reductions
        ]
        return ops.switch(keras.random.randint((), 0, len(branches), seed=self._seeds), branches, images)

    def _cut(self, images):
        """Cut off the drawn origin at the top and left, and what makes all results equally large at the other ends."""
        if self.most_origin == 0:
            return images
        unit = self.factors[-1] * (1 if self.network is None else self.network.multiple)
        height, width = ((side - self.most_origin) // unit * unit for side in images.shape[1:3])
        drawn = keras.random.randint((2,), 0, len(self._origin.values), seed=self._seeds)
        top, left = ops.unstack(ops.take(ops.convert_to_tensor(self._origin.values, "int32"), drawn))
        return ops.slice(images, (0, top, left, 0), (ops.shape(images)[0], height, width, images.shape[3]))

    def compress(self, images, training=False, margin=0):
        """The channel's compression alone.

        In training a learned codec quantises so that gradients pass; otherwise as a bit-stream would.

        Args:
            images: what `reduce` gave.
            training: whether gradients shall pass through a learned codec.
            margin: pixels on each side that do not count for the entropy.

        Returns:
            (images, entropy): the images after compression, and what a learned codec needs in bits a symbol, a scalar;
            None for other codecs.
        """
        images = samples.pictures(images)
        if self.network is None:
            quality = None if training else self.quality
            return (images if self.jpeg is None else self.jpeg(images, quality=quality)), None
        if training:
            return self.network.reconstruct(images, training=self.network.trainable, margin=margin)
        latent = self.network.encode(images)
        entropy, _ = self.network.quantizer.entropy(samples.inside(latent, margin // self.network.multiple))
        return self.network.decode(latent), entropy

    def call(self, images, training=False):
        """Send the images through the channel."""
        return self.compress(self.reduce(images, training), training)[0]

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
                "a learned codec's bit-stream is written by neural_imaging.codec.codec, one room above the channel"
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
        levels = libjpeg.batch(images if isinstance(images, np.ndarray) else ops.convert_to_numpy(images))
        reduced = self.reduce(ops.convert_to_tensor(levels.astype(np.float32) / 255))
        return libjpeg.to_8_bits(ops.convert_to_numpy(reduced))

    def _received(self, shape):
        batch, height, width, channels = shape
        return (batch, *(None if side is None else side // self.factor for side in (height, width)), channels)

    def compute_output_shape(self, input_shape):
        """Sides are divided by the factor."""
        return self._received(input_shape)

    def get_config(self):
        """Settings for saving."""
        own = {**self._arguments, "codec": self.codec}
        own["quality"] = own["quality"] if self.jpeg is None else self.jpeg.quality
        learned = {} if self.network is None else {"network": keras.saving.serialize_keras_object(self.network)}
        return {**super().get_config(), **own, **learned}

    @classmethod
    def from_config(cls, config):
        """Make the channel from its settings, the learned codec among them."""
        learned = config.get("network")
        codec = {} if learned is None else {"network": keras.saving.deserialize_keras_object(learned)}
        return cls(**{**config, **codec})


class Choice:
    """A whole number that a setting fixes, or that is drawn: a number, a range [low, high], or a longer list.

    Args:
        name: of the setting.
        setting: its value.
        low, high: the least and the largest number.
        ranges: a list of two is a range, and not a list.

    Attributes:
        values: the numbers that there can be, in the order of the setting.
        steady: the one that stands for them: the middle of a range, the first of a list.

    Raises:
        UserError: neither of these, or a number that is out of bounds.
    """

    def __init__(self, name, setting, low, high, ranges=True):
        numbers = list(setting) if isinstance(setting, list | tuple) else [setting]
        self.values = [settings.Whole(low, high).read(name, number) for number in numbers]
        span = ranges and len(numbers) == 2
        if not numbers or (span and numbers[0] > numbers[1]):
            raise UserError(f"{name} is {setting!r}; it should be a number, a range [low, high] or a longer list")
        self.steady = self.values[0]
        if span:
            self.steady = (self.values[0] + self.values[1]) // 2
            self.values = list(range(self.values[0], self.values[1] + 1))


def _smaller(images, kind, factor):
    if factor == 1:
        return images
    if kind == "pool":
        return ops.average_pool(images, factor, factor, padding="valid", data_format=samples.LAST)
    return filters.resize(images, images.shape[1] // factor, images.shape[2] // factor)
