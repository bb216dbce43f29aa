"""The steps of JPEG on whole batches, as a few matrix products.

A picture is cut into blocks of 8×8 pixels. Colour conversion and DCT are linear, so both together are one product
of a block's 192 numbers with a 192×192 matrix; division by the quantisation table is folded into the matrix.
On a processor (TensorFlow, two threads, 100 pictures of 128×128) the way there takes as long as a convolution with
the 8×8 basis, 16 ms, and the way back a quarter of the transposed convolution's 79 ms.
"""

import math

import numpy as np
from keras import ops

from neural_imaging.ops import jpeg_planes
from neural_imaging.ops import rounding as roundings
from neural_imaging.ops import subsampling as sampling
from neural_imaging.ops.jpeg_planes import HALF_AWAY, TO_PLANES, TO_RGB, continued
from neural_imaging.ops.jpeg_planes import tensor as _tensor

# Roundings whose forward pass is that of libjpeg, which stores whole levels at each stage.
HARD = ("round", "soft")


def _on_blocks():
    """Matrices for blocks as rows: planes (3 × 64) → coefficients → planes → pixels (64 × 3 interleaved)."""
    to_pixels = np.einsum("ck,pq->kpqc", TO_RGB, np.eye(64)).reshape(192, 192)
    dct = np.kron(np.eye(3), jpeg_planes.DCT)
    return dct, dct.T, to_pixels


_DCT, _INVERSE_DCT, _TO_PIXELS = _on_blocks()
# Zero of brightness; colour differences have theirs in the middle already.
_SHIFT = np.repeat([128.0, 0, 0], 64).astype(np.float32)


def compress(images, tables, rounding, subsampling="4:4:4", origin=(0, 0)):
    """Compress and restore pictures.

    Args:
        images: float32, shape (batch, height, width, 3), values in [0, 1].
        tables: float32, shape (2, 8, 8): quantisation of brightness and of colour differences; or (batch, 2, 8, 8).
        rounding: name of a rounding function; "round" and "soft" also round all that libjpeg rounds.
        subsampling: 4:4:4, 4:2:2 or 4:2:0.
        origin: row and column at which a block begins.

    Returns:
        float32 in [0, 1], same shape.
    """
    height, width = images.shape[1:3]
    # Rows and columns in front of the picture, which complete the first blocks.
    above, left = (-place % (8 * factor) for place, factor in zip(origin, sampling.FACTORS[subsampling], strict=True))
    if above or left:
        restored = compress(continued(images, -above, -left, axes=(1, 2)), tables, rounding, subsampling)
        return restored[:, above:, left:]
    if subsampling != "4:4:4" or len(tables.shape) == 4:
        return jpeg_planes.compress(images, tables, rounding, subsampling, rounding in HARD)
    blocks, grid = to_blocks(images)
    steps = ops.reshape(ops.take(tables, [0, 1, 1], axis=0), (192,))
    round_with = roundings.get(rounding)
    if rounding in HARD:
        quantised = round_with(_coefficients(_levels(blocks)) * (HALF_AWAY / 8 / steps))
        restored = _picture(ops.matmul(quantised, _tensor(_INVERSE_DCT) * steps[:, None]))
    else:
        if rounding == "sin":
            # One step of the staircase is 2π here: the factors are those of the matrices.
            steps, round_with = steps / (2 * math.pi), roundings.staircase
        forward, shift = _tensor(255 * TO_PLANES @ _DCT), _tensor(_SHIFT @ _DCT)
        inverse = _tensor(_INVERSE_DCT @ _TO_PIXELS / 255)
        coefficients = ops.matmul(blocks, forward / steps) - shift / steps
        restored = ops.matmul(round_with(coefficients), inverse * steps[:, None]) + 128 / 255
    restored = from_blocks(roundings.limit(restored), grid)
    return restored if restored.shape[1:3] == (height, width) else restored[:, :height, :width]


def _levels(blocks):
    """8-bit pixels of blocks in [0, 1] to whole levels of brightness − 128 and colour differences."""
    pixels = roundings.half_up(255.0 * blocks)
    return roundings.half_up(ops.matmul(pixels, _tensor(TO_PLANES)), _tensor(-_SHIFT))


def _coefficients(planes):
    """DCT coefficients times eight, whole numbers, as libjpeg's integer DCT leaves them."""
    return roundings.half_up(ops.matmul(planes, _tensor(8 * _DCT)))


def _picture(planes):
    """Brightness − 128 and colour differences, not yet rounded, to 8-bit pixels in [0, 1]."""
    shift = _tensor(_SHIFT)
    samples = roundings.clip(roundings.half_up(planes, shift), shift - 128, shift + 127)
    pixels = roundings.half_up(ops.matmul(samples, _tensor(_TO_PIXELS)))
    return pixels / 255.0


def to_blocks(images):
    """Cut pictures into blocks: (batch, height, width, 3) to (blocks, 192) and the grid of blocks."""
    _, height, width = ops.shape(images)[:3]
    below, right = (-images.shape[1] % 8, -images.shape[2] % 8) if None not in images.shape[1:3] else (0, 0)
    if below or right:
        images = continued(images, below, right, axes=(1, 2))
        height, width = height + below, width + right
    cut = ops.reshape(images, (-1, height // 8, 8, width // 8, 8 * 3))
    blocks = ops.transpose(cut, (0, 1, 3, 2, 4))
    return ops.reshape(blocks, (-1, 192)), (height // 8, width // 8)


def from_blocks(blocks, grid):
    """Put blocks together: (blocks, 192) to (batch, height, width, 3)."""
    rows, columns = grid
    cut = ops.transpose(ops.reshape(blocks, (-1, rows, columns, 8, 8 * 3)), (0, 1, 3, 2, 4))
    return ops.reshape(cut, (-1, rows * 8, columns * 8, 3))
