"""libjpeg's sub-sampling of colour differences, and its way back, "fancy" up-sampling, with gradients.

libjpeg averages pixels, and adds 0 and 1 (4:2:2) or 1 and 2 (4:2:0) in turn from column to column before it drops the
remainder, so that halves are rounded down as often as up. On the way back each sample takes three quarters of the
nearest stored sample and a quarter of the next one, along each sub-sampled side; at the picture's edges the nearest
alone. Rows and columns that were added to fill whole blocks take no part in that.
"""

import numpy as np
from keras import ops

from neural_imaging.ops import rounding as roundings

# How many pixels, by rows and columns, share one sample of the colour differences.
FACTORS = {"4:4:4": (1, 1), "4:2:2": (1, 2), "4:2:0": (2, 2)}
# In planes that are this narrow libjpeg repeats samples.
_NARROW = 2
# Up to so many samples in a row, one product with a matrix, most of it zeros, is faster than moving samples about.
_DENSE = 256


def average(planes, subsampling, whole):
    """Planes of colour differences that are sub-sampled.

    Args:
        planes: float32, shape (planes, batch, rows, columns); rows are even where they are sub-sampled, columns
            multiples of 16.
        subsampling: 4:2:2 or 4:2:0.
        whole: round as libjpeg does; the gradient is that of the mean.

    Returns:
        float32, shape (planes, batch, rows or rows / 2, columns / 2).
    """
    count, _, rows, columns = ops.shape(planes)
    vertical = FACTORS[subsampling][0] == 2
    weights = np.repeat(np.eye(8), 2, axis=0) / (4 if vertical else 2)
    biases = [0.25, 0.5] if vertical else [0, 0.5]

    @ops.custom_gradient
    def averaged(values):
        def gradient(*arguments, upstream=None):
            (upstream,) = arguments if upstream is None else (upstream,)
            shared = ops.matmul(ops.reshape(upstream, (-1, 8)), _tensor(weights.T))
            if vertical:
                shared = ops.reshape(shared, (count, -1, rows // 2, columns))
                shared = ops.stack([shared, shared], axis=3)
            return ops.reshape(shared, (count, -1, rows, columns))

        if vertical:
            pairs = ops.reshape(values, (count, -1, rows // 2, 2, columns))
            values = pairs[:, :, :, 0] + pairs[:, :, :, 1]
        means = ops.matmul(ops.reshape(values, (-1, 16)), _tensor(weights))
        if whole:
            means = ops.floor(means + _tensor(np.tile(biases, 4)))
        return ops.reshape(means, (count, -1, rows // 2 if vertical else rows, columns // 2)), gradient

    return averaged(planes)


def upsample(planes, subsampling, whole):
    """Planes of colour differences as large as the picture's.

    Args:
        planes: float32, shape (planes, batch, rows, columns).
        subsampling: 4:2:2 or 4:2:0.
        whole: round as libjpeg does; the gradient is that of the weights alone.

    Returns:
        float32, shape (planes, batch, rows or 2 × rows, 2 × columns).
    """
    vertical = FACTORS[subsampling][0] == 2
    if planes.shape[3] is not None and planes.shape[3] <= _NARROW:
        planes = ops.repeat(planes, 2, axis=3)
        return ops.repeat(planes, 2, axis=2) if vertical else planes

    offsets, divisor = ((8, 7), 16) if vertical else ((1, 2), 4)
    sides = planes.shape[2:] if vertical else planes.shape[3:]
    if None not in sides and max(sides) <= _DENSE:
        summed = ops.matmul(planes, _tensor(_weights(sides[-1])))
        summed = ops.matmul(_tensor(_weights(sides[0]).T), summed) if vertical else summed
        if not whole:
            return summed * (1 / divisor)
        return roundings.half_up(summed * (1 / divisor), _tensor(np.tile(offsets, sides[-1]) / divisor - 0.5))

    @ops.custom_gradient
    def upsampled(values):
        def gradient(*arguments, upstream=None):
            (upstream,) = arguments if upstream is None else (upstream,)
            upstream = _gathered(upstream, 3)
            return _gathered(upstream, 2) / 16 if vertical else upstream / 4

        even, odd = _neighbours(_joined(*_neighbours(values, 2), 2) if vertical else values, 3)
        if whole:
            even, odd = (
                ops.floor((side + offset) * (1 / divisor)) for side, offset in zip((even, odd), offsets, strict=True)
            )
            return _joined(even, odd, 3), gradient
        return _joined(even, odd, 3) * (1 / divisor), gradient

    return upsampled(ops.convert_to_tensor(planes))


def _tensor(array):
    return ops.convert_to_tensor(array.astype(np.float32))


def _weights(count):
    """Four times the weights of so many samples in twice as many: (samples, 2 × samples)."""
    weights = np.zeros((count, 2 * count))
    for sample in range(count):
        weights[sample, 2 * sample : 2 * sample + 2] += 3
        weights[max(sample - 1, 0), 2 * sample] += 1
        weights[min(sample + 1, count - 1), 2 * sample + 1] += 1
    return weights


def _cut(values, axis, first, last):
    """Part of an axis; `last` may be negative or None, as in Python."""
    return values[(slice(None),) * axis + (slice(first, last),)]


def _neighbours(values, axis):
    """Three times each sample plus the one before it, and plus the one behind it; edges are their own neighbours."""
    before = ops.concatenate([_cut(values, axis, 0, 1), _cut(values, axis, 0, -1)], axis=axis)
    behind = ops.concatenate([_cut(values, axis, 1, None), _cut(values, axis, -1, None)], axis=axis)
    tripled = 3.0 * values
    return tripled + before, tripled + behind


def _joined(even, odd, axis):
    """Samples of two arrays in turn along an axis."""
    shape = list(ops.shape(even))
    shape[axis] = 2 * shape[axis]
    return ops.reshape(ops.stack([even, odd], axis=axis + 1), shape)


def _gathered(values, axis):
    """The transpose of `_neighbours` and `_joined`."""
    shape = list(ops.shape(values))
    halves = ops.reshape(values, [*shape[:axis], shape[axis] // 2, 2, *shape[axis + 1 :]])
    even, odd = ops.unstack(halves, 2, axis=axis + 1)
    from_behind = ops.concatenate([_cut(even, axis, 1, None), _cut(odd, axis, -1, None)], axis=axis)
    from_before = ops.concatenate([_cut(even, axis, 0, 1), _cut(odd, axis, 0, -1)], axis=axis)
    return 3.0 * (even + odd) + from_behind + from_before
