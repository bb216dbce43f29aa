"""The distribution channel: what happens to a photograph between its author and the analyst."""

import math

import keras
import numpy as np
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.coding import libjpeg
from neural_imaging.forensics import chains
from neural_imaging.imaging import batches
from neural_imaging.models.dcn.base import DCN
from neural_imaging.ops import samples
from neural_imaging.study import channel_facts, channels, ready_channels

# Seed of what is random outside of trainings.
_STEADY = 0


@keras.saving.register_keras_serializable(package="neural_imaging")
class Channel(keras.layers.Layer):
    """Steps that a photograph goes through on its way, such as a resize and lossy compression by a social network.

    A channel is a list of `steps`, or, in short, a down-sampling and a codec behind it. What it does may vary while
    something is trained behind it: numbers can be a whole number, a range [low, high], or a longer list; `factor` a
    number or a list, `downsampling` a name or a list of names. Each batch of a training draws its own. Outside of
    trainings a channel is steady: it takes the middle of a range, the first of a list, and origin 0.

    Args:
        downsampling: none, pool (means of factor × factor pixels) or bilinear (without low-pass filter).
        factor: how many times smaller the sides become.
        codec: none, jpeg, or dcn: a learned codec.
        quality: JPEG quality factor.
        rounding: how the differentiable JPEG rounds: round, sin, soft or harmonic.
        seed: seeds what is drawn.
        network: the learned codec, a `models.dcn.base.DCN`, where the codec is dcn. It learns where it is trainable.
        origin: pixels that are cut off at the top before anything else, and, drawn on their own, at the left.
        steps: in place of all of these but seed and network, a list of mappings, each with `step`, its name (crop,
            resize, jpeg, webp, avif, jpegxl, jpeg2000, dcn, blur, noise, sharpen, gamma, round or manipulation), and
            its settings, which `study.channels.STEPS` has.

    Call arguments:
        images: float32, shape (batch, height, width, 3), values in [0, 1]. For dcn the sides are multiples of the
            factor times the codec's `multiple`.
        training: draw what varies. Only a crop, then a resize by a whole factor, may change the size then, and they
            stand before all other steps.

    Returns:
        float32 in [0, 1], shape (batch, height / factor, width / factor, 3). Where the origin or the factor varies,
        pictures of a training are as large as the smallest that can come of it.

    Raises:
        UserError: a wrong setting; a learned codec is missing, or given where there is no place for it; images that
            are no such batch; steps that cannot be trained with.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> channel = ni.Channel("pool", 2, "jpeg", quality=50)
        >>> channel(np.zeros((1, 64, 64, 3), np.float32)).shape == (1, 32, 32, 3)
        True
        >>> smaller = ni.Channel(steps=[{"step": "resize", "longest": 40}, {"step": "webp", "quality": 80}])
        >>> smaller.real(np.zeros((1, 60, 80, 3), np.uint8)).shape
        (1, 30, 40, 3)
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
        steps=None,
        **kwargs,
    ):
        super().__init__(**{**kwargs, "dtype": "float32"})
        short = {
            "downsampling": downsampling, "factor": factor, "quality": quality, "rounding": rounding, "origin": origin,
        }  # fmt: skip
        if steps is None:
            chain, short = chains.of_short_form(short, codec)
            self._arguments = {**short, "seed": seed, "codec": codec}
        else:
            chains.check(steps, {**short, "codec": codec})
            chain = [dict(step) for step in steps]
            self._arguments = {"steps": chain, "seed": seed}
        self._steps = tuple(chains.made(chain, seed))
        self._refusal = channel_facts.trainable(chain)
        coder = self._steps[-1] if self._steps and self._steps[-1].codes else None
        self._before = self._steps if coder is None else self._steps[:-1]
        self.codec = "none" if coder is None else coder.name
        self.coder = None if self.codec == channels.LEARNED else coder
        self.jpeg = coder.layer if coder is not None else None
        # Layers with state, which Keras has to know.
        if inner := [step.layer for step in self._before if step.layer is not None]:
            self._inner = inner
        self._seeds = keras.random.SeedGenerator(seed)
        if (self.codec == channels.LEARNED) != isinstance(network, DCN):
            given = "none" if network is None else f"a {type(network).__name__}"
            wanted = "a learned codec" if self.codec == channels.LEARNED else "no learned codec"
            raise UserError(f"a channel with codec {self.codec} takes {wanted}, and was given {given}")
        self.network = network
        self._crop, self._resize = (chains.first(name, self._steps) for name in ("crop", "resize"))
        if self._crop is not None:
            self._crop.unit = self.factors[-1] * (1 if network is None else network.multiple)
            self._crop.steady = 0 if steps is None else None

    @classmethod
    def ready(cls, name, **more):
        """A channel that the library has ready, such as "messenger"; see `study.ready_channels`.

        Args:
            name: its name.
            more: `seed`, and what all layers take.

        Raises:
            UserError: there is none of that name.
        """
        return cls(**ready_channels.get(name), **more)

    @property
    def factor(self):
        """How many times smaller sides become outside of trainings; 1 where a longest side says it."""
        return 1 if self._resize is None or self._resize.factor is None else self._resize.factor

    @property
    def multiple(self):
        """Sides of pictures that come into the channel must be multiples of so many pixels."""
        if self._refusal:
            return 1
        return self.factor if self.network is None else self.factor * self.network.multiple

    @property
    def factors(self):
        """All factors that there can be, the smallest first; of a range of any numbers its ends."""
        return [1] if self._resize is None or self._resize.factor is None else self._resize.factors

    @property
    def most_origin(self):
        """The most pixels that an origin cuts off."""
        return 0 if self._crop is None else self._crop.most

    @property
    def grid(self):
        """The period in which the steps behind the down-sampling treat pixels alike, in received pixels."""
        own = 1 if self.network is None else self.network.multiple
        return math.lcm(own, *(step.grid for step in self._steps))

    @property
    def reach(self):
        """On how many pixels around a received one, at most, this one depends, behind the down-sampling.

        None where a step looks at all of a photograph, as most real codecs do.
        """
        reaches = [step.reach for step in self._steps]
        if None in reaches:
            return None
        if self.network is None:
            return sum(reaches)
        cells = self.network.encoder_reach + self.network.decoder_reach
        return sum(reaches) + (cells + 1) * self.network.multiple - 1

    @property
    def quality(self):
        """The JPEG quality outside of trainings; None where the codec is another one."""
        return None if self.jpeg is None else self.coder.quality

    def check_trainable(self):
        """Refuse to be trained with where sizes change in a way that patches cannot follow: a `UserError`."""
        channel_facts.check_trainable("channel", self._refusal)

    def fixed(self):
        """The channel as it is outside of trainings: nothing varies, and the learned codec is the same."""
        least = 0 if self._crop is None else self._crop.least
        if least == self.most_origin and not any(step.varies for step in self._steps):
            return self
        if "steps" in self._arguments:
            return self._changed([step.fixed() for step in self._steps])
        steady = {"origin": 0} | ({} if self.jpeg is None else {"quality": self.quality})
        if self._resize is not None:
            kernel = chains.SHORT.get(self._resize.kernel, self._resize.kernel)
            steady |= {"downsampling": kernel, "factor": self.factor}
        return Channel(**{**self._arguments, **steady, "network": self.network})

    def drawn(self, seed):
        """The channel with what one batch of a training might draw, so that each picture can have its own.

        Args:
            seed: whole number; the same one gives the same channel.
        """
        rng = np.random.default_rng(seed)
        return self._changed([step.fixed(rng) for step in self._steps])

    def _changed(self, chain):
        kept = [step for step in chain if step.get("kernel") != "none"]
        return Channel(steps=kept or [{"step": "crop"}], seed=self._arguments["seed"], network=self.network)

    def build(self, input_shape):
        """Build what has state."""
        batches.check_shape(input_shape)
        for step in self._steps:
            if step.layer is not None:
                step.layer.build(self._received(input_shape))

    def reduce(self, images, training=False):
        """What the channel does before its codec: its cut and down-sampling, and all else."""
        images = samples.pictures(images)
        if training:
            self.check_trainable()
        for step in self._before:
            images = step.apply(images, training, self._seeds if training else _STEADY)
        return images

    def compress(self, images, training=False, margin=0, estimate=True):
        """The channel's compression alone, where it ends with a codec.

        In training a learned codec quantises so that gradients pass; otherwise as a bit-stream would.

        Args:
            images: what `reduce` gave.
            training: whether gradients shall pass through a learned codec.
            margin: pixels on each side that do not count for the entropy.
            estimate: whether the entropy is wanted, which takes a third of the time; not in training.

        Returns:
            (images, entropy): the images after compression, and what a learned codec needs in bits a symbol, a scalar;
            None for other codecs, and where it is not wanted.
        """
        images = samples.pictures(images)
        if self.network is None:
            return (images if self.coder is None else self.coder.apply(images, training, self._seeds)), None
        if training:
            return self.network.reconstruct(images, training=self.network.trainable, margin=margin)
        latent = self.network.encode(images)
        if not estimate:
            return self.network.decode(latent), None
        entropy, _ = self.network.quantizer.entropy(samples.inside(latent, margin // self.network.multiple))
        return self.network.decode(latent), entropy

    def call(self, images, training=False):
        """Send the images through the channel."""
        return self.compress(self.reduce(images, training), training, estimate=False)[0]

    def real(self, images):
        """Send images through the same channel with real codecs: 8 bits in, 8 bits out, and between all steps.

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
        received = self.reduced_levels(images)
        if self.coder is not None and len(received):
            received = np.stack([self.coder.real(picture) for picture in received])
        return received.astype(np.float32) / np.float32(255)

    def reduced_levels(self, images):
        """What a real codec is given: 8 bits, after all that the channel does before.

        Args:
            images: as for `real`.

        Returns:
            uint8, shape (batch, height / factor, width / factor, 3).
        """
        levels = libjpeg.batch(images if isinstance(images, np.ndarray) else ops.convert_to_numpy(images))
        if not len(levels):
            return np.zeros(self._received(levels.shape), np.uint8)
        return np.stack([chains.sent(picture, self._before) for picture in levels])

    def _received(self, shape):
        batch, height, width, colours = shape
        for step in self._steps:
            height, width = step.received(height, width)
        return batch, height, width, colours

    def compute_output_shape(self, input_shape):
        """Sides are divided by the factor."""
        return self._received(input_shape)

    def get_config(self):
        """Settings for saving."""
        learned = {} if self.network is None else {"network": keras.saving.serialize_keras_object(self.network)}
        return {**super().get_config(), **self._arguments, **learned}

    @classmethod
    def from_config(cls, config):
        """Make the channel from its settings, the learned codec among them."""
        learned = config.get("network")
        codec = {} if learned is None else {"network": keras.saving.deserialize_keras_object(learned)}
        return cls(**{**config, **codec})
