"""The steps of JPEG on whole batches, as a few matrix products.

A picture is cut into blocks of 8×8 pixels. Colour conversion and DCT are linear, so both together are one product
of a block's 192 numbers with a 192×192 matrix; division by the quantisation table is folded into the matrix.
On a processor (TensorFlow, two threads, 100 pictures of 128×128) the way there takes as long as a convolution with
the 8×8 basis, 16 ms, and the way back a quarter of the transposed convolution's 79 ms.
"""

import functools
import math

import numpy as np
from keras import ops

from neural_imaging.coding import jpeg_tables
from neural_imaging.ops import rounding as roundings

# Roundings whose forward pass is that of libjpeg, which stores whole levels at each stage.
HARD = ("round", "soft")

# ITU-T T.871 (JFIF): RGB to YCbCr. The offset of the colour differences cancels with the DCT's shift of 128.
TO_YCBCR = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
TO_RGB = np.array([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]])


def dct_matrix():
    """The orthonormal DCT of eight values: coefficients = matrix @ values."""
    frequency, position = np.mgrid[:8, :8]
    matrix = np.cos((2 * position + 1) * frequency * np.pi / 16) / 2
    matrix[0] /= np.sqrt(2)
    return matrix


def _on_blocks():
    """Matrices for blocks as rows: pixels (64 × 3 interleaved) → planes (3 × 64) → coefficients, and back."""
    to_planes = np.einsum("kc,pq->pckq", TO_YCBCR, np.eye(64)).reshape(192, 192)
    to_pixels = np.einsum("ck,pq->kpqc", TO_RGB, np.eye(64)).reshape(192, 192)
    dct = np.kron(np.eye(3), np.kron(dct_matrix(), dct_matrix()).T)
    return to_planes, dct, dct.T, to_pixels


_TO_PLANES, _DCT, _INVERSE_DCT, _TO_PIXELS = _on_blocks()
# libjpeg rounds halves up, those of quantised coefficients away from zero; ties are common, since its coefficients
# are whole eighths.
_HALF_AWAY = 1 + 1e-6
# Zero of brightness; colour differences have theirs in the middle already.
_SHIFT = np.repeat([128.0, 0, 0], 64).astype(np.float32)


def tables(quality):
    """Tables of one quality factor, or of a tensor that holds one, which is rounded down: float32, shape (2, 8, 8)."""
    if not ops.is_tensor(quality):
        return ops.convert_to_tensor(_standard_tables(jpeg_tables.quality_factor(quality)))
    every = np.stack([_standard_tables(one) for one in range(1, 101)])
    return ops.take(ops.convert_to_tensor(every), ops.cast(ops.floor(quality), "int32") - 1, axis=0)


@functools.cache
def _standard_tables(quality):
    return np.stack([jpeg_tables.table(quality), jpeg_tables.table(quality, chroma=True)]).astype(np.float32)


def compress(images, tables, rounding):
    """Compress and restore pictures.

    Args:
        images: float32, shape (batch, height, width, 3), values in [0, 1].
        tables: float32, shape (2, 8, 8): quantisation of brightness and of colour differences.
        rounding: name of a rounding function; "round" and "soft" also round all that libjpeg rounds.

    Returns:
        float32 in [0, 1], same shape.
    """
    height, width = images.shape[1:3]
    blocks, grid = to_blocks(images)
    steps = ops.reshape(ops.take(tables, [0, 1, 1], axis=0), (192,))
    round_with = roundings.get(rounding)
    if rounding in HARD:
        quantised = round_with(_coefficients(_levels(blocks)) * (_HALF_AWAY / 8 / steps))
        restored = _picture(ops.matmul(quantised, _tensor(_INVERSE_DCT) * steps[:, None]))
    else:
        if rounding == "sin":
            # One step of the staircase is 2π here: the factors are those of the matrices.
            steps, round_with = steps / (2 * math.pi), roundings.staircase
        forward, shift = _tensor(255 * _TO_PLANES @ _DCT), _tensor(_SHIFT @ _DCT)
        inverse = _tensor(_INVERSE_DCT @ _TO_PIXELS / 255)
        coefficients = ops.matmul(blocks, forward / steps) - shift / steps
        restored = ops.matmul(round_with(coefficients), inverse * steps[:, None]) + 128 / 255
    restored = from_blocks(roundings.limit(restored), grid)
    return restored if restored.shape[1:3] == (height, width) else restored[:, :height, :width]


def _tensor(array):
    """A constant, float32. PyTorch's tensors cannot be added to arrays or multiplied by them."""
    return ops.convert_to_tensor(array.astype(np.float32))


def _levels(blocks):
    """8-bit pixels of blocks in [0, 1] to whole levels of brightness − 128 and colour differences."""
    pixels = roundings.half_up(255.0 * blocks)
    return roundings.half_up(ops.matmul(pixels, _tensor(_TO_PLANES)), _tensor(-_SHIFT))


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
        images = _continue_edges(images, below, right)
        height, width = height + below, width + right
    cut = ops.reshape(images, (-1, height // 8, 8, width // 8, 8 * 3))
    blocks = ops.transpose(cut, (0, 1, 3, 2, 4))
    return ops.reshape(blocks, (-1, 192)), (height // 8, width // 8)


def from_blocks(blocks, grid):
    """Put blocks together: (blocks, 192) to (batch, height, width, 3)."""
    rows, columns = grid
    cut = ops.transpose(ops.reshape(blocks, (-1, rows, columns, 8, 8 * 3)), (0, 1, 3, 2, 4))
    return ops.reshape(cut, (-1, rows * 8, columns * 8, 3))


def _continue_edges(images, below, right):
    images = ops.concatenate([images, ops.repeat(images[:, -1:], below, axis=1)], axis=1) if below else images
    return ops.concatenate([images, ops.repeat(images[:, :, -1:], right, axis=2)], axis=2) if right else images
