"""How many bits JPEG's entropy coding takes, with a gradient.

Counted are the codes of libjpeg's standard Huffman tables and the bits behind them, block by block, without headers
and without the zero bytes that follow bytes of ones. A code stands for how many zeros come before a coefficient and how
many bits this one takes, so that counts change in steps. Their gradient is that of

    `WEIGHT` × Σ log2(1 + (c / `SCALE`)²)

over the coefficients c in steps of their table, not rounded, those of the mean as differences to the block before.
"""

import math

import numpy as np
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_huffman, jpeg_tables
from neural_imaging.ops import jpeg_planes
from neural_imaging.ops import subsampling as sampling

# The weight fits counts of Kodak's photographs over qualities and sub-samplings best for that scale: the sum is then
# off by 15 % (root mean square). Larger scales are off by more.
SCALE, WEIGHT = 0.3, 0.94


def count(images, tables, subsampling="4:4:4", hard=True):
    """Bits of the coded data of each picture.

    Args:
        images: float32, shape (batch, height, width, 3), values in [0, 1]; sides must be known.
        tables: float32, shape (2, 8, 8) or (batch, 2, 8, 8).
        subsampling: 4:4:4, 4:2:2 or 4:2:0.
        hard: round all that libjpeg rounds before it quantises.

    Returns:
        float32, shape (batch,).
    """
    if None in images.shape[1:3]:
        raise UserError(f"JPEG's bits can be counted for pictures of known sides alone, not {images.shape}")
    steps = jpeg_planes.steps_of(tables)
    luma, chroma = jpeg_planes.planes(images, subsampling, hard)
    # Columns that fill units of a file hold nothing there.
    luma = jpeg_planes.cropped(luma, *(-(-side // 8) * 8 for side in images.shape[1:3]))
    units = sampling.FACTORS[subsampling]
    total = _bits(_scaled(luma, steps[:1], hard), _order(luma.shape[2:], units), 0)
    return total + _bits(_scaled(chroma, steps[1:], hard), _order(chroma.shape[2:], (1, 1)), 1)


def _scaled(planes, steps, hard):
    """Coefficients in steps of their tables: (planes, batch, blocks, 64)."""
    number, _, height, width = ops.shape(planes)
    cut = ops.transpose(ops.reshape(planes, (number, -1, height // 8, 8, width // 8, 8)), (0, 1, 2, 4, 3, 5))
    blocks = ops.reshape(cut, (number, -1, height * width // 64, 64))
    return jpeg_planes.coefficients(blocks, hard) * ((jpeg_planes.HALF_AWAY / 8 if hard else 1.0) / steps)


def _order(sides, unit):
    """Blocks as a file has them, by units of so many down and across; and how many blocks are missing in the last."""
    down, across = (side // 8 for side in sides)
    rows, columns = np.mgrid[:down, :across]
    keys = (columns % unit[1], rows % unit[0], columns // unit[1], rows // unit[0])
    order = np.lexsort([key.ravel() for key in keys])
    units = math.prod(-(-length // size) * size for length, size in zip((down, across), unit, strict=True))
    return order.astype(np.int32), units - down * across


def _bits(scaled, order, component):
    order, missing = order
    coefficients = ops.take(ops.take(scaled, order, axis=2), jpeg_tables.ZIGZAG.astype(np.int32), axis=3)
    counted = _counted(ops.round(ops.stop_gradient(coefficients)), component, missing)
    smooth = WEIGHT / math.log(2) * ops.sum(ops.log1p(ops.square(_predicted(coefficients) * (1 / SCALE))), axis=(2, 3))
    return ops.sum(smooth + ops.stop_gradient(counted - smooth), axis=0)


def _predicted(coefficients):
    """Coefficients with the first of each block as the difference to that of the block before."""
    means = coefficients[..., :1]
    before = ops.concatenate([ops.zeros_like(means[:, :, :1]), means[:, :, :-1]], axis=2)
    return ops.concatenate([means - before, coefficients[..., 1:]], axis=3)


def _counted(quantised, component, missing):
    """Bits of quantised coefficients in the order of files: (planes, batch)."""
    of_means, of_others = (
        ops.convert_to_tensor(lengths.astype(np.float32)) for lengths in jpeg_huffman.code_lengths()[component]
    )
    predicted = _predicted(quantised)
    # Halves keep powers of two from falling short.
    sizes = ops.floor(ops.log2(ops.abs(predicted) + 0.5)) + 1.0
    first, others = sizes[..., 0], sizes[..., 1:]
    places = ops.convert_to_tensor(np.arange(1.0, 64.0, dtype=np.float32))
    filled = ops.where(others > 0, places, ops.zeros_like(others))
    so_far = ops.associative_scan(ops.maximum, filled, axis=3)
    before = ops.concatenate([ops.zeros_like(so_far[..., :1]), so_far[..., :-1]], axis=3)
    zeros = places - before - 1.0
    long = ops.floor(zeros / 16.0)
    codes = ops.take(of_others, ops.cast(16.0 * (zeros - 16.0 * long) + others, "int32"))
    spent = ops.where(others > 0, codes + others + long * of_others[0xF0], ops.zeros_like(others))
    end = ops.where(so_far[..., -1] < 63, of_others[0], ops.zeros_like(first))
    means = ops.take(of_means, ops.cast(first, "int32")) + first
    # Blocks that fill the last units have the mean of the block before and nothing else.
    return ops.sum(spent, axis=(2, 3)) + ops.sum(means + end, axis=2) + missing * (of_means[0] + of_others[0])
