"""libjpeg's sub-sampling of colour differences, and its way back, "fancy" up-sampling, with gradients.

libjpeg averages pixels, and adds 0 and 1 (4:2:2) or 1 and 2 (4:2:0) in turn from column to column before it drops the
remainder, so that halves are rounded down as often as up. On the way back each sample takes three quarters of the
nearest stored sample and a quarter of the next one, along each sub-sampled side; at the picture's edges the nearest
alone. Rows and columns that were added to fill whole blocks take no part in that.
"""

import numpy as np
from keras import ops

# How many pixels, by rows and columns, share one sample of the colour differences.
FACTORS = {"4:4:4": (1, 1), "4:2:2": (1, 2), "4:2:0": (2, 2)}
# In planes that are this narrow libjpeg repeats samples.
_NARROW = 2


def means(subsampling):
    """Averages of one 8×8 block of the two colour differences, as a matrix: float64, (2 × 64, 2 × rows × columns)."""
    rows, columns = (np.repeat(np.eye(8 // factor), factor, axis=0) / factor for factor in FACTORS[subsampling])
    return np.kron(np.eye(2), np.kron(rows, columns))


def biases(subsampling):
    """What libjpeg adds to those averages before it drops the fraction: float32, shape (2 × rows × columns,)."""
    rows, columns = (8 // factor for factor in FACTORS[subsampling])
    pattern = {"4:2:2": [0, 0.5], "4:2:0": [0.25, 0.5]}[subsampling]
    return np.tile(pattern, 2 * rows * columns // 2).astype(np.float32)


def upsample(planes, subsampling, whole):
    """Planes of colour differences as large as the picture's.

    Args:
        planes: float32, shape (batch, planes, rows, columns).
        subsampling: 4:2:2 or 4:2:0.
        whole: round as libjpeg does; the gradient is that of the weights alone.

    Returns:
        float32, shape (batch, planes, rows or 2 × rows, 2 × columns).
    """
    vertical = FACTORS[subsampling][0] == 2
    if planes.shape[3] is not None and planes.shape[3] <= _NARROW:
        planes = ops.repeat(planes, 2, axis=3)
        return ops.repeat(planes, 2, axis=2) if vertical else planes

    @ops.custom_gradient
    def upsampled(values):
        def gradient(*arguments, upstream=None):
            (upstream,) = arguments if upstream is None else (upstream,)
            upstream = _gathered(upstream, 3)
            return _gathered(upstream, 2) / 16 if vertical else upstream / 4

        offsets, divisor = ((8, 7), 16) if vertical else ((1, 2), 4)
        even, odd = _neighbours(_joined(*_neighbours(values, 2), 2) if vertical else values, 3)
        if whole:
            even, odd = (
                ops.floor((side + offset) * (1 / divisor)) for side, offset in zip((even, odd), offsets, strict=True)
            )
            return _joined(even, odd, 3), gradient
        return _joined(even, odd, 3) / divisor, gradient

    return upsampled(ops.convert_to_tensor(planes))


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
