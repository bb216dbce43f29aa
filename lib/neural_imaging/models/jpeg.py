"""JPEG that gradients pass through, and the real one behind the same interface."""

# First, since it says in one line if Keras has no backend.
import neural_imaging.ops  # noqa: F401  # isort: skip

import numbers

import keras
import numpy as np
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_tables, libjpeg
from neural_imaging.coding.jpeg_tables import ROUNDINGS, estimate_quality
from neural_imaging.imaging import batches
from neural_imaging.ops import jpeg as transform
from neural_imaging.ops import rounding as roundings
from neural_imaging.ops import samples

__all__ = ["ROUNDINGS", "DifferentiableJPEG", "LibJPEG", "estimate_quality"]


class Quality:
    """A quality factor, or how to draw one.

    Args:
        quality: a number from 1 to 100; two whole numbers (low, high) draw from the range, both ends included;
            a set, or more than two whole numbers, draw from these. Arrays and tensors that have values are as numbers
            and lists.
    """

    def __init__(self, quality):
        quality = samples.plain(quality)
        if isinstance(quality, numbers.Real):
            values = [jpeg_tables.real_quality(quality)]
        elif isinstance(quality, (list, tuple, set, frozenset, range)) and len(quality) > 0:
            values = [jpeg_tables.quality_factor(choice) for choice in quality]
        else:
            raise UserError(f"JPEG quality must be a number, a range (low, high) or a set of numbers, not {quality!r}")
        if len(values) == 2 and not isinstance(quality, (set, frozenset)):
            if values[0] > values[1]:
                raise UserError(f"JPEG quality range must be (low, high), not {quality!r}")
            self.setting, self.choices = values, list(range(values[0], values[1] + 1))
        else:
            self.choices = sorted(set(values))
            # Two numbers in a list mean a range; written twice they stay a set.
            self.setting = self.choices * 2 if len(self.choices) == 2 else self.choices
        if len(self.choices) == 1:
            self.setting = self.choices[0]

    @property
    def fixed(self):
        """The one quality factor, or None where it is drawn."""
        return self.choices[0] if len(self.choices) == 1 else None

    def tables(self):
        """Tables of all choices: float32, shape (choices, 2, 8, 8), brightness first."""
        return np.array([jpeg_tables.pair(choice) for choice in self.choices], np.float32)


def _one(quality):
    """The quality factor of a call, or a tensor that will hold it, in a graph that is traced."""
    if ops.is_tensor(quality) and tuple(quality.shape) == () and samples.value(quality) is None:
        return quality
    fixed = Quality(quality).fixed
    if fixed is None:
        raise UserError(f"the JPEG quality of a call is one number, not {quality!r}; ranges are for the constructor")
    return fixed


@keras.saving.register_keras_serializable(package="neural_imaging")
class DifferentiableJPEG(keras.layers.Layer):
    """JPEG compression, without sub-sampling of colour, that gradients pass through.

    Quantised DCT coefficients are rounded by one of four functions. "round" and "soft" round in the forward pass
    and give what libjpeg gives, since they also round where libjpeg stores whole levels: the input's 8 bits, the
    colour components, the decoded samples and the picture. Their gradients differ: for "round" it is that of the
    identity, for "soft" that of "sin". "sin" and "harmonic" are smooth in both directions and round nothing
    else, so that the gradient is exactly that of the forward pass.

    Args:
        quality: a whole number from 1 to 100; (low, high) draws one a call from that range; a set, or a list of
            more than two, draws one of these.
        rounding: round, sin, soft or harmonic.
        trainable: the quantisation tables are weights, which start as those of `quality`.
        seed: seeds the drawing of quality factors.

    Call arguments:
        images: float32, shape (batch, height, width, 3), values in [0, 1]. Sides that are no multiples of 8 are
            continued by their last row and column, as libjpeg does; they must be known when a graph is traced.
        quality: another fixed quality factor for this call; a number, or a tensor that holds one.

    Returns:
        Compressed images, float32 in [0, 1], same shape.

    Raises:
        UserError: a wrong setting; images that are no such batch; a quality for a call that is not one number.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> jpeg = ni.DifferentiableJPEG(quality=75, rounding="sin")
        >>> jpeg(np.zeros((1, 20, 30, 3), np.float32)).shape == (1, 20, 30, 3)
        True
    """

    def __init__(self, quality=50, rounding="soft", trainable=False, seed=None, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        if rounding not in ROUNDINGS:
            raise UserError(f"rounding {rounding!r} is not known; known are {', '.join(ROUNDINGS)}")
        self._quality = Quality(quality)
        if trainable and self._quality.fixed is None:
            raise UserError("trainable JPEG tables need one quality factor to start from")
        self.rounding = rounding
        self.trainable_tables = bool(trainable)
        self.seed = seed
        self._tables = self._quality.tables()
        self._generator = None if self._quality.fixed else keras.random.SeedGenerator(seed)

    @property
    def quality(self):
        """The setting: a number, a range or a list of choices."""
        return self._quality.setting

    def build(self, input_shape):
        """Create the tables where they are trained."""
        batches.check_shape(input_shape)
        if self.trainable_tables:
            start = keras.initializers.Constant(self._tables[0])
            self.trained_tables = self.add_weight(name="tables", shape=(2, 8, 8), initializer=start)

    def tables(self, quality=None):
        """The tables of one call: float32, shape (2, 8, 8), brightness first, natural order.

        Args:
            quality: a fixed quality factor instead of the layer's own, a number or a scalar tensor.
        """
        if quality is not None:
            return transform.tables(_one(quality))
        if self.trainable_tables and self.built:
            return roundings.clip(1.0 * self.trained_tables, 1.0, 255.0)
        if self._generator is None:
            return ops.convert_to_tensor(self._tables[0])
        drawn = keras.random.randint((), 0, len(self._tables), seed=self._generator)
        return ops.take(ops.convert_to_tensor(self._tables), drawn, axis=0)

    def estimate_quality(self):
        """The quality factor nearest to the layer's brightness table; None where it is drawn for each call."""
        if self._generator is not None:
            return None
        return estimate_quality(ops.convert_to_numpy(self.tables())[0])

    def call(self, images, quality=None):
        """Compress the images."""
        return transform.compress(samples.pictures(images), self.tables(quality), self.rounding)

    def compute_output_shape(self, input_shape):
        """The shape does not change."""
        return input_shape

    def get_config(self):
        """Settings for saving."""
        own = {"quality": self.quality, "rounding": self.rounding, "trainable": self.trainable_tables}
        return {**super().get_config(), **own, "seed": self.seed}


class LibJPEG:
    """The real codec with the interface of `DifferentiableJPEG`; it has no gradient.

    Args:
        quality: as for `DifferentiableJPEG`.
        seed: seeds the drawing of quality factors.
        subsampling: of the colour differences: 4:4:4, 4:2:2 or 4:2:0.
        tables: as for `DifferentiableJPEG`.

    Call arguments:
        images: array or tensor, shape (batch, height, width, 3): uint8, or float in [0, 1].
        quality: another fixed quality for this call, or a list or an array of one for each picture.

    Returns:
        NumPy array, float32 in [0, 1], same shape.

    Raises:
        UserError: as for `DifferentiableJPEG`.
    """

    def __init__(self, quality=50, seed=None, subsampling="4:4:4", tables=None):
        self._quality = Quality(quality)
        self._generator = np.random.default_rng(seed)
        self.subsampling = jpeg_tables.subsampling_name(subsampling)
        self._tables = None if tables is None else jpeg_tables.given(tables)

    @property
    def quality(self):
        """The setting: a number, a range or a list of choices."""
        return self._quality.setting

    def __call__(self, images, quality=None):
        """Compress the images."""
        quality = self._generator.choice(self._quality.choices) if quality is None else _plain_quality(quality)
        images = images if isinstance(images, np.ndarray) else ops.convert_to_numpy(images)
        return libjpeg.compress(images, quality, self.subsampling, self._tables)


def _plain_quality(quality):
    """The quality of a call as a number, or as a list with each picture's own; ranges are for the constructor."""
    quality = samples.plain(quality)
    if isinstance(quality, list):
        return [jpeg_tables.real_quality(each) for each in quality]
    if not isinstance(quality, numbers.Real):
        raise UserError(f"the JPEG quality of a call is a number, or a list with each picture's own, not {quality!r}")
    return jpeg_tables.real_quality(quality)
