"""JPEG that gradients pass through, and the real one behind the same interface."""

# First, since it says in one line if Keras has no backend.
import neural_imaging.ops  # noqa: F401  # isort: skip

import keras
import numpy as np
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_tables, libjpeg
from neural_imaging.coding.jpeg_tables import ROUNDINGS, estimate_quality
from neural_imaging.imaging import batches
from neural_imaging.models import jpeg_settings
from neural_imaging.models.jpeg_settings import Quality
from neural_imaging.ops import jpeg as transform
from neural_imaging.ops import jpeg_quality, samples
from neural_imaging.ops import rounding as roundings

__all__ = ["ROUNDINGS", "DifferentiableJPEG", "LibJPEG", "Quality", "estimate_quality"]


@keras.saving.register_keras_serializable(package="neural_imaging")
class DifferentiableJPEG(keras.layers.Layer):
    """JPEG compression that gradients pass through.

    Quantised DCT coefficients are rounded by one of four functions. "round" and "soft" round in the forward pass
    and give what libjpeg gives, since they also round where libjpeg stores whole levels: the input's 8 bits, the
    colour components and their averages, the decoded samples and the picture. Their gradients differ: for "round" it
    is that of the identity, for "soft" that of "sin". "sin" and "harmonic" are smooth in both directions and round
    nothing else, so that the gradient is exactly that of the forward pass.

    Args:
        quality: a number from 1 to 100; (low, high) draws a whole one a call from that range; a set, or a list of
            more than two, draws one of these.
        rounding: round, sin, soft or harmonic.
        trainable: the quantisation tables are weights, which start as those of `quality`.
        seed: seeds the drawing of quality factors.
        subsampling: of the colour differences: 4:4:4, 4:2:2 or 4:2:0, down and up as libjpeg does.
        tables: quantisation tables in place of the standard ones: whole numbers, shape (2, 8, 8), brightness first,
            natural order; or the path of a JPEG file that has them. `quality` scales them as libjpeg scales the
            standard ones, where 50, the default, leaves them as they are.
        origin: row and column at which a block begins, for pictures that were cut out of compressed ones. What is
            missing of the first blocks is continued by the first row and column.

    Call arguments:
        images: float32, shape (batch, height, width, 3), values in [0, 1]. Sides that are no multiples of 8 are
            continued by their last row and column, as libjpeg does; they must be known when a graph is traced.
        quality: another fixed quality for this call, or a list or array with one for each picture. Tensors of floats
            are real numbers, which gradients pass to: with "round" and "soft" that of tables which are not rounded,
            with "sin" and "harmonic" the tables are not.
        tables: tables for this call, used as they are; as above, or an array or tensor of shape (2, 8, 8), or
            (batch, 2, 8, 8) with each picture's own. Gradients pass to tensors.

    Returns:
        Compressed images, float32 in [0, 1], same shape.

    Raises:
        UserError: a wrong setting; images that are no such batch; a quality or tables of a call that do not fit them.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> jpeg = ni.DifferentiableJPEG(quality=75, rounding="sin")
        >>> jpeg(np.zeros((1, 20, 30, 3), np.float32)).shape == (1, 20, 30, 3)
        True
    """

    def __init__(
        self,
        quality=50,
        rounding="soft",
        trainable=False,
        seed=None,
        subsampling="4:4:4",
        tables=None,
        origin=(0, 0),
        **kwargs,
    ):
        super().__init__(**{**kwargs, "dtype": "float32"})
        if rounding not in ROUNDINGS:
            raise UserError(f"rounding {rounding!r} is not known; known are {', '.join(ROUNDINGS)}")
        self._quality = Quality(quality)
        if trainable and self._quality.fixed is None:
            raise UserError("trainable JPEG tables need one quality factor to start from")
        self.rounding = rounding
        self.trainable_tables = bool(trainable)
        self.seed = seed
        self.subsampling = jpeg_tables.subsampling_name(subsampling)
        self.origin = jpeg_settings.origin(origin)
        self._base = None if tables is None else jpeg_tables.given(tables)
        self._tables = self._quality.tables(self._base)
        self._generator = None if self._quality.fixed else keras.random.SeedGenerator(seed)

    @classmethod
    def like(cls, path, **settings):
        """The codec that made a JPEG file: with its tables and its sub-sampling.

        Args:
            path: a JPEG file.
            settings: other arguments of the constructor.

        Raises:
            UserError: see `neural_imaging.coding.jpeg_tables.read`; a sub-sampling that is not to be had.
        """
        file = jpeg_tables.read(path)
        return cls(**{"tables": file.tables, "subsampling": file.subsampling, **settings})

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

    def tables(self, quality=None, tables=None, count=None):
        """The tables of one call, brightness first, natural order.

        Args:
            quality: a quality instead of the layer's own; see the call arguments.
            tables: tables instead of the layer's own; see the call arguments.
            count: the number of pictures, if it is known.

        Returns:
            float32, shape (2, 8, 8), or (batch, 2, 8, 8) where each picture has its own.
        """
        if tables is not None and quality is not None:
            raise UserError("a call takes a JPEG quality or tables, not both")
        if tables is not None:
            return jpeg_settings.tables_of_call(tables, count)
        if quality is not None:
            whole = self.rounding in transform.HARD
            return jpeg_quality.tables(jpeg_settings.quality_of_call(quality, count), self._base, whole)
        if self.trainable_tables and self.built:
            return roundings.clip(1.0 * self.trained_tables, 1.0, float(jpeg_tables.largest(self._tables)))
        if self._generator is None:
            return ops.convert_to_tensor(self._tables[0])
        drawn = keras.random.randint((), 0, len(self._tables), seed=self._generator)
        return ops.take(ops.convert_to_tensor(self._tables), drawn, axis=0)

    def estimate_quality(self):
        """The quality factor nearest to the layer's brightness table; None where it is drawn for each call."""
        if self._generator is not None:
            return None
        return estimate_quality(ops.convert_to_numpy(self.tables())[0])

    def call(self, images, quality=None, tables=None):
        """Compress the images."""
        images = samples.pictures(images)
        tables = self.tables(quality, tables, images.shape[0])
        return transform.compress(images, tables, self.rounding, self.subsampling, self.origin)

    def compute_output_shape(self, input_shape):
        """The shape does not change."""
        return input_shape

    def get_config(self):
        """Settings for saving."""
        own = {"quality": self.quality, "rounding": self.rounding, "trainable": self.trainable_tables}
        own |= {"seed": self.seed, "subsampling": self.subsampling, "origin": self.origin}
        return {**super().get_config(), **own, "tables": None if self._base is None else self._base.tolist()}


class LibJPEG:
    """The real codec with the interface of `DifferentiableJPEG`; it has no gradient.

    Args:
        quality: as for `DifferentiableJPEG`.
        seed: seeds the drawing of quality factors.
        subsampling: of the colour differences: 4:4:4, 4:2:2 or 4:2:0.
        tables: as for `DifferentiableJPEG`.
        origin: as for `DifferentiableJPEG`.

    Call arguments:
        images: array or tensor, shape (batch, height, width, 3): uint8, or float in [0, 1].
        quality: another fixed quality for this call, or a list or an array of one for each picture.
        tables: tables for this call, used as they are: whole numbers, shape (2, 8, 8) or (batch, 2, 8, 8); or a path.

    Returns:
        NumPy array, float32 in [0, 1], same shape.

    Raises:
        UserError: as for `DifferentiableJPEG`.
    """

    def __init__(self, quality=50, seed=None, subsampling="4:4:4", tables=None, origin=(0, 0)):
        self._quality = Quality(quality)
        self._generator = np.random.default_rng(seed)
        self.subsampling = jpeg_tables.subsampling_name(subsampling)
        self._base = None if tables is None else jpeg_tables.given(tables)
        self.origin = jpeg_settings.origin(origin)

    @property
    def quality(self):
        """The setting: a number, a range or a list of choices."""
        return self._quality.setting

    like = classmethod(DifferentiableJPEG.like.__func__)

    def __call__(self, images, quality=None, tables=None):
        """Compress the images."""
        if tables is not None and quality is not None:
            raise UserError("a call takes a JPEG quality or tables, not both")
        images = images if isinstance(images, np.ndarray) else ops.convert_to_numpy(images)
        if tables is not None:
            tables = ops.convert_to_numpy(tables) if ops.is_tensor(tables) else tables
            return libjpeg.compress(images, 50, self.subsampling, tables, self.origin)
        drawn = self._generator.choice(self._quality.choices) if quality is None else quality
        quality = samples.plain(jpeg_settings.quality_of_call(drawn, len(images)))
        return libjpeg.compress(images, quality, self.subsampling, self._base, self.origin)
