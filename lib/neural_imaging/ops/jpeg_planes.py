"""JPEG plane by plane, as libjpeg does it: sub-sampled or not, with one pair of tables or each picture's own.

Planes stand in front, (planes, batch, rows, columns), so that each is one product with its own matrix. The DCT of a
block is a product of its 64 numbers with a matrix.
"""

import math

import numpy as np
from keras import ops

from neural_imaging.ops import rounding as roundings
from neural_imaging.ops import subsampling as sampling

# ITU-T T.871 (JFIF): RGB to YCbCr. The offset of the colour differences cancels with the DCT's shift of 128.
TO_YCBCR = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
TO_RGB = np.array([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]])
# libjpeg rounds halves up, those of quantised coefficients away from zero; ties are common, since its coefficients
# are whole eighths.
HALF_AWAY = 1 + 1e-6


def dct_matrix():
    """The orthonormal DCT of eight values: coefficients = matrix @ values."""
    frequency, position = np.mgrid[:8, :8]
    matrix = np.cos((2 * position + 1) * frequency * np.pi / 16) / 2
    matrix[0] /= np.sqrt(2)
    return matrix


DCT = np.kron(dct_matrix(), dct_matrix()).T
# Zero of brightness; colour differences have theirs in the middle already.
_SHIFT = np.array([128.0, 0, 0])


def tensor(array):
    """A constant, float32. PyTorch's tensors cannot be added to arrays or multiplied by them."""
    return ops.convert_to_tensor(array.astype(np.float32))


def continued(planes, rows, columns, axes=(2, 3)):
    """Repeat the last row and column until there are so many more; before the first where a number is negative."""
    for axis, more in zip(axes, (rows, columns), strict=True):
        if more:
            index = slice(-1, None) if more > 0 else slice(0, 1)
            edge = ops.repeat(planes[(slice(None),) * axis + (index,)], abs(more), axis=axis)
            planes = ops.concatenate([planes, edge] if more > 0 else [edge, planes], axis=axis)
    return planes


def compress(images, tables, rounding, subsampling, hard):
    """Compress and restore pictures; arguments are those of `ops.jpeg.compress`, sides are any.

    Args:
        hard: round all that libjpeg rounds.
    """
    height, width = images.shape[1:3]
    steps = steps_of(tables)
    if subsampling == "4:4:4":
        images = continued(images, _missing(height, 8), _missing(width, 8), axes=(1, 2))
        colours = _colours(_levels(images, hard), hard)
        _, rows, columns, _ = ops.shape(colours)
        cut = ops.reshape(colours, (-1, rows // 8, 8, columns // 8, 8, 3))
        blocks = restored(ops.transpose(cut, (5, 0, 1, 3, 2, 4)), steps, rounding, hard, _SHIFT)
        pixels = _pixels(ops.transpose(blocks, (1, 2, 4, 3, 5, 0)), (rows, columns), hard)
        return cropped(pixels, height, width, axis=1)
    luma, chroma = planes(images, subsampling, hard)
    luma = cropped(_whole_planes(luma, steps[:1], rounding, hard, _SHIFT[:1]), height, width)
    vertical, horizontal = sampling.FACTORS[subsampling]
    stored = (None if side is None else -(-side // by) for side, by in ((height, vertical), (width, horizontal)))
    chroma = cropped(_whole_planes(chroma, steps[1:], rounding, hard, _SHIFT[1:]), *stored)
    chroma = cropped(sampling.upsample(chroma, subsampling, hard), height, width)
    together = ops.concatenate([luma, chroma], axis=0)
    return _pixels(ops.transpose(together, (1, 2, 3, 0)), ops.shape(together)[2:], hard)


def cropped(values, rows, columns, axis=2):
    """Values without what was added below and right, along an axis and the next one."""
    if values.shape[axis : axis + 2] == (rows, columns):
        return values
    return values[(slice(None),) * axis + (slice(rows), slice(columns))]


def steps_of(tables):
    """Tables as they meet blocks: (2, 8, 8) or (batch, 2, 8, 8) to (3, 1 or batch, 1, 64)."""
    tables = ops.reshape(tables, (-1, 2, 1, 64))
    return ops.take(ops.transpose(tables, (1, 0, 2, 3)), [0, 1, 1], axis=0)


def planes(images, subsampling, hard):
    """Brightness − 128 and colour differences, each of whole blocks.

    Args:
        images: pixels in [0, 1], shape (batch, height, width, 3).
        subsampling: 4:4:4, 4:2:2 or 4:2:0.
        hard: round as libjpeg does.

    Returns:
        (luma, chroma): shapes (1, batch, rows, columns) and (2, batch, rows, columns).
    """
    height, width = images.shape[1:3]
    vertical, horizontal = sampling.FACTORS[subsampling]
    # Sides are filled before libjpeg averages, and what is missing below of whole blocks after it.
    images = continued(images, _missing(height, vertical), _missing(width, 8 * horizontal), axes=(1, 2))
    colours = ops.transpose(_colours(_levels(images, hard), hard), (3, 0, 1, 2))
    luma, chroma = ops.split(colours, [1], axis=0)
    if subsampling != "4:4:4":
        chroma = sampling.average(chroma, subsampling, hard)
    return tuple(continued(part, _missing(part.shape[2], 8), 0) for part in (luma, chroma))


def _levels(images, hard):
    return roundings.half_up(255.0 * images) if hard else 255.0 * images


def _missing(side, unit):
    """How many pixels a side lacks of a multiple; none where it is not known."""
    return 0 if side is None else -side % unit


def _colours(levels, hard):
    colours = ops.matmul(levels, tensor(TO_YCBCR.T))
    return roundings.half_up(colours, tensor(-_SHIFT)) if hard else colours - tensor(_SHIFT)


def coefficients(blocks, hard):
    """DCT coefficients; times eight, and whole numbers, as libjpeg's integer DCT leaves them, where all is rounded."""
    return roundings.half_up(ops.matmul(blocks, tensor(8 * DCT))) if hard else ops.matmul(blocks, tensor(DCT))


def restored(blocks, steps, rounding, hard, shift):
    """Blocks after DCT, quantisation and the way back; samples are limited to 8 bits where all is rounded.

    Args:
        blocks: shape (planes, batch, down, across, 8, 8).
        steps: shape (planes, 1 or batch, 1, 64).
        rounding: name of a rounding function.
        hard: round all that libjpeg rounds.
        shift: what was taken off each plane, which is added again.
    """
    shape, round_with = ops.shape(blocks), roundings.get(rounding)
    single = steps.shape[1] == 1
    rows = (shape[0], -1, 64) if single else (shape[0], -1, shape[2] * shape[3], 64)
    blocks, steps = ops.reshape(blocks, rows), steps[:, 0] if single else steps
    transformed = coefficients(blocks, hard)
    if hard:
        quantised = round_with(transformed * (HALF_AWAY / 8 / steps))
    else:
        if rounding == "sin":
            # One step of the staircase is 2π here.
            steps, round_with = steps / (2 * math.pi), roundings.staircase
        quantised = round_with(transformed * (1.0 / steps))
    if single:
        samples = ops.matmul(quantised, tensor(DCT.T) * ops.transpose(steps, (0, 2, 1)))
    else:
        samples = ops.matmul(quantised * steps, tensor(DCT.T))
    if not hard:
        return ops.reshape(samples, shape)
    shift = shift.reshape((-1,) + (1,) * (len(samples.shape) - 1))
    samples = roundings.half_up(samples, tensor(shift))
    return ops.reshape(roundings.clip(samples, tensor(shift - 128), tensor(shift + 127)), shape)


def _whole_planes(values, steps, rounding, hard, shift):
    count, _, height, width = ops.shape(values)
    cut = ops.reshape(values, (count, -1, height // 8, 8, width // 8, 8))
    blocks = restored(ops.transpose(cut, (0, 1, 2, 4, 3, 5)), steps, rounding, hard, shift)
    return ops.reshape(ops.transpose(blocks, (0, 1, 2, 4, 3, 5)), (count, -1, height, width))


def _pixels(samples, sides, hard):
    """Pixels in [0, 1] of brightness and colour differences, which stand last."""
    pixels = ops.matmul(ops.reshape(samples, (-1, *sides, 3)), tensor(TO_RGB.T))
    # Brightness has its 128 again where all is rounded.
    return roundings.limit(roundings.half_up(pixels) / 255.0 if hard else pixels * (1 / 255) + 128 / 255)
