"""JPEG where brightness and colour differences go ways of their own: sub-sampled, or with tables for each picture.

A block's colour conversion is a product of its 192 numbers with a matrix, and so is sub-sampling; the DCT is one of
64 numbers. What is smooth throughout takes colour, sub-sampling and DCT in one product where it can.
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
# Pixels of a block, 64 × 3 interleaved, to planes, 3 × 64.
TO_PLANES = np.einsum("kc,pq->pckq", TO_YCBCR, np.eye(64)).reshape(192, 192)


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
    levels = roundings.half_up(255.0 * images) if hard else 255.0 * images
    luma, chroma = planes(levels, subsampling, hard)
    factors = sampling.FACTORS[subsampling]
    sides = [
        None if side is None else -(-side // factor) for side, factor in zip((height, width), factors, strict=True)
    ]
    tables = tables if len(tables.shape) == 4 else tables[None]
    luma = _restored(luma, tables[:, 0], rounding, hard)[:, :, :height, :width]
    chroma = _restored(chroma, tables[:, 1], rounding, hard)[:, :, : sides[0], : sides[1]]
    if subsampling != "4:4:4":
        chroma = sampling.upsample(chroma, subsampling, hard)[:, :, :height, :width]
    pixels = ops.matmul(ops.transpose(ops.concatenate([luma, chroma], axis=1), (0, 2, 3, 1)), tensor(TO_RGB.T))
    pixels = roundings.half_up(pixels, 128.0) if hard else pixels + 128.0
    return roundings.limit(pixels / 255.0)


def planes(levels, subsampling, hard):
    """Brightness − 128 and colour differences, each of whole blocks.

    Args:
        levels: pixels from 0 to 255, shape (batch, height, width, 3).
        subsampling: 4:4:4, 4:2:2 or 4:2:0.
        hard: round as libjpeg does.

    Returns:
        (luma, chroma): shapes (batch, 1, rows, columns) and (batch, 2, rows, columns).
    """
    factors = sampling.FACTORS[subsampling]
    height, width = levels.shape[1:3]
    below, right = (
        0 if side is None else -side % (8 * factor) for side, factor in zip((height, width), factors, strict=True)
    )
    blocks, grid = _blocks(continued(levels, below, right, axes=(1, 2)))
    colours = ops.matmul(blocks, tensor(TO_PLANES))
    shift = np.repeat([128.0, 0, 0], 64)
    colours = roundings.half_up(colours, tensor(-shift)) if hard else colours - tensor(shift)
    luma, chroma = colours[:, :64], colours[:, 64:]
    if subsampling != "4:4:4":
        chroma = ops.matmul(chroma, tensor(sampling.means(subsampling)))
        chroma = roundings.half_up(chroma, tensor(sampling.biases(subsampling) - 0.5)) if hard else chroma
    rows, columns = (8 // factor for factor in factors)
    chroma = _plane(ops.reshape(chroma, (-1, *grid, 2, rows, columns)))
    if below and factors[0] > 1:
        # libjpeg fills blocks after it has averaged, the sides before.
        stored = -(-height // factors[0])
        chroma = continued(chroma[:, :, :stored], chroma.shape[2] - stored, 0)
    return _plane(ops.reshape(luma, (-1, *grid, 1, 8, 8))), chroma


def _blocks(images):
    """Cut pictures into blocks: (batch, height, width, 3) to (blocks, 192) and the grid of blocks."""
    _, height, width = ops.shape(images)[:3]
    cut = ops.reshape(images, (-1, height // 8, 8, width // 8, 8 * 3))
    return ops.reshape(ops.transpose(cut, (0, 1, 3, 2, 4)), (-1, 192)), (height // 8, width // 8)


def _plane(blocks):
    """(batch, down, across, planes, rows, columns) to (batch, planes, down × rows, across × columns)."""
    _, down, across, count, rows, columns = ops.shape(blocks)
    turned = ops.transpose(blocks, (0, 3, 1, 4, 2, 5))
    return ops.reshape(turned, (-1, count, down * rows, across * columns))


def _restored(planes, table, rounding, hard):
    """Planes after DCT, quantisation and the way back; samples are limited to 8 bits where all is rounded."""
    _, count, height, width = ops.shape(planes)
    cut = ops.reshape(planes, (-1, count, height // 8, 8, width // 8, 8))
    blocks = ops.reshape(ops.transpose(cut, (0, 1, 2, 4, 3, 5)), (-1, count * height * width // 64, 64))
    steps, round_with = ops.reshape(table, (-1, 1, 64)), roundings.get(rounding)
    if hard:
        eighths = roundings.half_up(ops.matmul(blocks, tensor(8 * DCT)))
        quantised = round_with(eighths * (HALF_AWAY / 8 / steps))
    else:
        if rounding == "sin":
            # One step of the staircase is 2π here.
            steps, round_with = steps / (2 * math.pi), roundings.staircase
        quantised = round_with(ops.matmul(blocks, tensor(DCT)) / steps)
    restored = ops.matmul(quantised * steps, tensor(DCT.T))
    if hard:
        restored = roundings.clip(roundings.half_up(restored), -128.0, 127.0)
    cut = ops.reshape(restored, (-1, count, height // 8, width // 8, 8, 8))
    return ops.reshape(ops.transpose(cut, (0, 1, 2, 4, 3, 5)), (-1, count, height, width))
