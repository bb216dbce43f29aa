"""Manipulations of photographs that the forensic network tells apart.

A new one is a function below with the decorator `manipulation`, and its strengths in `study.strengths`; everything else
reads these two.
"""

import dataclasses
import math
from collections.abc import Callable

import keras
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.ops import colour, filters, jpeg, jpeg_quality, rounding, samples, tone
from neural_imaging.study import plugins, strengths

# Edge and corner of the ring around the centre of the papers' sharpening kernel of protocol A.
_RING_OF_CVPR2019 = 0.2, 0.05
# The longest period of a resampling, in pixels, that patches can be laid out by.
_LONGEST_PERIOD = 16


@dataclasses.dataclass(frozen=True)
class Manipulation:
    """A manipulation: its function of (images, strength, seed), and how far and how regularly it works."""

    function: Callable
    reach: int | Callable
    grid: int | Callable


_REGISTRY = {}


def manipulation(name, reach, grid=1):
    """Register a function (images, strength, seed) → images under a name.

    A variant of another manipulation is called by that one's name, a hyphen and its own, as `sharpen-cvpr2019`.

    Args:
        name: the name in settings and tables.
        reach: how many pixels away, at most, a pixel still counts for one of the result; or a function of the strength.
        grid: the period in pixels after which the manipulation repeats; or a function of the strength.
    """

    def register(function):
        _REGISTRY[name] = Manipulation(function, reach, grid)
        return function

    return register


@manipulation("native", reach=0)
def _native(images, strength, seed):
    return images


@manipulation("sharpen", reach=1)
def _sharpen(images, strength, seed):
    """Sharpen the value channel of HSV; hue and saturation stay."""
    kernel = filters.sharpening_kernel(strength)
    return colour.change_value(images, lambda value: rounding.limit(filters.convolve(value, kernel, "symmetric")))


@manipulation("sharpen-hsv-legacy", reach=1)
def _sharpen_hsv_legacy(images, strength, seed):
    """What the released toolbox does: filters hue too, shifts saturation by a pixel, and passes no gradient."""
    return _sharpened_hsv(images, filters.sharpening_kernel(strength))


@manipulation("sharpen-cvpr2019", reach=1)
def _sharpen_cvpr2019(images, strength, seed):
    """The same with the kernel of protocol A: 4.3333 in the centre, −0.6667 at the edges, −0.1667 in the corners."""
    return _sharpened_hsv(images, filters.sharpening_kernel(strength, *_RING_OF_CVPR2019))


def _sharpened_hsv(images, kernel):
    images = ops.stop_gradient(images)
    padded = ops.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="symmetric")
    hsv = colour.rgb_to_hsv(padded)
    hue, value = (filters.correlate(hsv[..., channel : channel + 1], kernel) for channel in (0, 2))
    shifted = ops.concatenate([hue, hsv[:, 2:, 2:, 1:2], value], axis=-1)
    return ops.stop_gradient(ops.clip(colour.hsv_to_rgb(shifted), 0.0, 1.0))


def _percent(strength):
    return strength if ops.is_tensor(strength) else strengths.percent(strength)


def _period(strength):
    """Pixels after which a resampling repeats; None where it is so long that it depends on the picture's size."""
    period = 100 // math.gcd(100, strengths.percent(strength))
    return period if period <= _LONGEST_PERIOD else None


def _span(strength):
    """Pixels that one of the smaller picture stands for; one more where the sides are no multiples of the period."""
    return math.ceil(100 / strengths.percent(strength)) + (_period(strength) is None)


@manipulation("resample", reach=_span, grid=_period)
def _resample(images, strength, seed):
    """Bilinear down-sampling to `strength` per cent (or to that part, up to 1) and back to the size before."""
    return filters.resample(images, _percent(strength))


def _span_tf1(strength):
    # Whole steps leave nothing between two pixels to interpolate on the way down.
    return _span(strength) - (100 % strengths.percent(strength) == 0)


@manipulation("resample-tf1", reach=_span_tf1, grid=_period)
def _resample_tf1(images, strength, seed):
    """The same by TensorFlow 1's resize, as in protocol A: 50 drops every other pixel and fills in between the rest."""
    return filters.resample(images, _percent(strength), half_pixel_centres=False)


@manipulation("gaussian", reach=2)
def _gaussian(images, strength, seed):
    """Low-pass filter of 5×5 pixels; the strength is its standard deviation in pixels."""
    return rounding.limit(filters.blur(images, strength))


def _jpeg_tables(strength):
    """Tables of a quality; of a tensor its whole part counts."""
    return jpeg_quality.tables(ops.cast(ops.floor(strength), "int32") if ops.is_tensor(strength) else strength)


@manipulation("jpeg", reach=7, grid=8)
def _jpeg(images, strength, seed):
    """JPEG compression of quality `strength`, rounding in the forward pass, sinusoidal gradient."""
    return jpeg.compress(images, _jpeg_tables(strength), "soft")


@manipulation("jpeg-sin", reach=7, grid=8)
def _jpeg_sin(images, strength, seed):
    """The same with sinusoidal rounding in the forward pass too, as in protocol A: milder than any real JPEG."""
    return jpeg.compress(images, _jpeg_tables(strength), "sin")


@manipulation("awgn", reach=0)
def _awgn(images, strength, seed):
    """White Gaussian noise whose standard deviation is `strength` 255ths, then 8-bit rounding."""
    noise = keras.random.normal(ops.shape(images), stddev=1.0, dtype="float32", seed=seed)
    return rounding.limit(rounding.to_8_bits(images + noise * (strength / 255)))


@manipulation("gamma", reach=0)
def _gamma(images, strength, seed):
    """Gamma curve, 8-bit rounding, and the curve back: dark levels fall together."""
    dark = rounding.to_8_bits(tone.gamma(images, 1 / strength))
    return ops.power(rounding.limit(dark, 1 / 255), 1 / strength)


def _half_window(strength):
    return strengths.odd(strength) // 2


@manipulation("median", reach=_half_window)
def _median(images, strength, seed):
    """Median of each channel in a window of `strength` pixels, the next odd number."""
    low, high = strengths.MANIPULATIONS["median"].low, strengths.MANIPULATIONS["median"].high
    largest = high if ops.is_tensor(strength) else strengths.odd(strength)
    if any(side is not None and side < largest for side in images.shape[1:3]):
        height, width = images.shape[1:3]
        raise UserError(f"a median of {largest} pixels takes pictures that are no smaller, not {height} × {width}")
    if not ops.is_tensor(strength):
        return filters.median(images, largest)
    sizes = range(low, high + 1, 2)
    index = ops.cast(ops.floor((strength - low + 1) / 2), "int32")
    branches = [lambda pictures, size=size: filters.median(pictures, size) for size in sizes]
    return ops.switch(ops.clip(index, 0, len(sizes) - 1), branches, images)


parse, classes = strengths.parse, strengths.classes


def names():
    """Names of all manipulations; the first is native, which changes nothing."""
    return list(strengths.known())


def get(name):
    """A manipulation by name.

    Raises:
        UserError: no manipulation of that name.
    """
    strengths.get(name)
    if name in _REGISTRY:
        return _REGISTRY[name]
    thing, numbers = plugins.registered("manipulation")[name]
    return Manipulation(plugins.resolved(thing), numbers["reach"], numbers.get("grid", 1))


def random_strength(name, seed=None):
    """A strength for augmentation: a scalar tensor drawn evenly from the manipulation's range.

    Args:
        name: one of `names()`.
        seed: whole number or `keras.random.SeedGenerator`.
    """
    chosen = strengths.get(name)
    return keras.random.uniform((), chosen.low, chosen.high, dtype="float32", seed=seed)


def reach(text):
    """How many pixels away, at most, a pixel still counts for one of the result.

    Args:
        text: "name" or "name:strength".

    Raises:
        UserError: as for `parse`.
    """
    name, strength = parse(text)
    return _of_strength(get(name).reach, strength)


def grid(text):
    """The period in pixels after which a manipulation repeats, as 8 for JPEG's blocks.

    Args:
        text: "name" or "name:strength".

    Returns:
        Whole number; None where it depends on the picture's size.

    Raises:
        UserError: as for `parse`.
    """
    name, strength = parse(text)
    return _of_strength(get(name).grid, strength)


def _of_strength(number, strength):
    return number(strength) if callable(number) else number


def apply(name, images, strength=None, seed=None):
    """Manipulate a batch of pictures.

    Args:
        name: one of `names()`.
        images: float32, shape (batch, height, width, 3), values in [0, 1].
        strength: strength in the manipulation's own unit, a number or a scalar tensor; its usual one where None. Of
            a tensor, JPEG takes the whole part.
        seed: whole number or `keras.random.SeedGenerator`, for manipulations that draw numbers.

    Returns:
        Tensor of the same shape; all manipulations pass gradients, but `sharpen-hsv-legacy` and `sharpen-cvpr2019`.

    Raises:
        UserError: no such manipulation, images that are no such batch, or a strength it cannot take.
    """
    chosen, images = get(name), samples.pictures(images)
    if ops.is_tensor(strength):
        _check_tensor(name, strength)
        strength = ops.cast(strength, "float32")
    else:
        given = strengths.get(name).strength if strength is None else samples.plain(strength)
        strength = strengths.checked(name, given)
    return chosen.function(images, strength, seed)


def manipulate(images, manipulation, seed=None):
    """Manipulate a batch of pictures, named as in the configuration.

    Args:
        images: float32, shape (batch, height, width, 3), values in [0, 1].
        manipulation: "name", for its usual strength, or "name:strength", as "jpeg:80".
        seed: whole number or `keras.random.SeedGenerator`, for manipulations that draw numbers.

    Returns:
        Tensor of the same shape; see `apply`.

    Raises:
        UserError: no such manipulation or strength, or images that are no such batch.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> images = np.linspace(0, 1, 192, dtype=np.float32).reshape(1, 8, 8, 3)
        >>> ni.manipulate(images, "gaussian:1.5").shape == images.shape
        True
    """
    name, strength = parse(manipulation)
    return apply(name, images, strength, seed)


def _check_tensor(name, strength):
    """Refuse a tensor of other than one number, and, where it has a value yet, one that is out of range."""
    value = samples.value(strength)
    if tuple(strength.shape) != ():
        raise UserError(f"the strength of {name} is one number, not a tensor of shape {tuple(strength.shape)}")
    # Strengths that are drawn lie between whole numbers.
    if value is not None:
        strengths.checked(name, value[()], fraction=True)
