"""Resampling of pictures along one side at a time, as a matrix that differentiable and real channels both use.

A pixel of the result is a weighted mean of pixels around the same place; weights come from a kernel, which becomes
wider where pictures become smaller, so that fine detail is filtered out (anti-aliasing), and are scaled to the sum 1
where the picture ends. That is how Pillow resamples, and most programs that make pictures smaller well.
"""

import math

import numpy as np
from scipy import sparse

from neural_imaging.base import memory
from neural_imaging.base.errors import UserError

# Of Keys's cubic convolution; Pillow's and ImageMagick's "Catrom".
_CUBIC = -0.5
# Pillow's weights are whole numbers of this share, which decides where a sum lies at a half. Sums of float64 are exact.
_FIXED = 2.0**22
# Bytes of an entry of a matrix while that is made.
_AT_ONCE = 16
# Products with a dense matrix are faster up to so many of its entries.
_DENSE = 2**16


def _triangle(distance):
    return np.maximum(0.0, 1.0 - np.abs(distance))


def _cubic(distance):
    x = np.abs(distance)
    near = ((_CUBIC + 2) * x - (_CUBIC + 3)) * x * x + 1
    far = ((x - 5) * x + 8) * x * _CUBIC - 4 * _CUBIC
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


def _lanczos(distance):
    return np.where(np.abs(distance) < 3, np.sinc(distance) * np.sinc(distance / 3), 0.0)


# Each kernel with its support: how many pixels of the smaller of the two pictures it reaches to each side.
_KERNELS = {"bilinear": (_triangle, 1.0), "bicubic": (_cubic, 2.0), "lanczos": (_lanczos, 3.0)}
AREA, ALIASED = "area", "bilinear-aliased"
KERNELS = (*_KERNELS, AREA, ALIASED)


def weights(kernel, source, size):
    """The weights of a resampling along one side.

    Args:
        kernel: one of `KERNELS`. bilinear, bicubic and lanczos are Pillow's. area is the mean over what a pixel of the
            result covers, parts of pixels counting as such; for whole factors it is pooling, and Pillow's box.
            bilinear-aliased interpolates between two pixels and has no low-pass filter.
        source: pixels along the side.
        size: pixels along the side of the result.

    Returns:
        float32, shape (size, source); each row's sum is 1.

    Raises:
        UserError: another kernel, or a side without pixels.
    """
    return _weights(kernel, source, size).astype(np.float32)


def _weights(kernel, source, size, part=slice(None)):
    """Weights as `weights` has them, float64, of the pixels of a part of the result."""
    if kernel not in KERNELS:
        raise UserError(f"kernel {kernel!r} is not known; known are {', '.join(KERNELS)}")
    if source < 1 or size < 1:
        raise UserError(f"a side of {source} pixels cannot become one of {size}; sides have at least one")
    memory.check(f"a side of {source} pixels that becomes one of {size}", _AT_ONCE * source * size)
    scale = source / size
    places, pixels = np.arange(size)[part, None], np.arange(source)[None, :]
    centres = (places + 0.5) * scale
    if kernel == AREA:
        covered = np.minimum(pixels + 1, (places + 1) * scale) - np.maximum(pixels, places * scale)
        result = np.maximum(0.0, covered)
    elif kernel == ALIASED:
        result = _triangle(np.clip(centres - 0.5, 0, source - 1) - pixels)
    else:
        function, support = _KERNELS[kernel]
        stretch = max(scale, 1.0)
        distance = pixels + 0.5 - centres
        # Pillow counts pixels by their centres, whole ones, whose place is within the support when rounded.
        first = np.maximum(0, np.floor(centres - support * stretch + 0.5))
        last = np.minimum(source, np.floor(centres + support * stretch + 0.5))
        result = np.where((pixels >= first) & (pixels < last), function(distance / stretch), 0.0)
    return result / result.sum(axis=1, keepdims=True)


def reach(kernel):
    """How many pixels away, at most, in the smaller picture's pixels, a pixel counts for one of a smaller picture."""
    if kernel in _KERNELS:
        return math.ceil(_KERNELS[kernel][1])
    return 1 if kernel == ALIASED else 0


def resized_levels(picture, height, width, kernel, part=(slice(None), slice(None))):
    """A picture of 8 bits in another size.

    Args:
        picture: uint8, shape (h, w, channels).
        height, width: of the result.
        kernel: as for `weights`.
        part: rows and columns of the result, slices that are not empty; only what these need is computed.

    Returns:
        uint8, shape (height, width, channels), or that part of it: Pillow's kernels round after the rows and after the
        columns, as it does; others round once.

    Raises:
        UserError: as for `weights`.
    """
    sides = zip(picture.shape[:2], (height, width), part, strict=True)
    rows, columns = (_weights(kernel, old, new, inside) for old, new, inside in sides)
    if kernel in _KERNELS:
        rows, columns = (np.round(matrix * _FIXED) / _FIXED for matrix in (rows, columns))
    (rows, above), (columns, left) = _needed(rows), _needed(columns)
    picture = picture[above : above + rows.shape[1], left : left + columns.shape[1]]
    across = _product(columns, np.swapaxes(picture, 0, 1))
    across = _levels(across) if kernel in _KERNELS else across
    return _levels(_product(rows, np.swapaxes(across, 0, 1)))


def _needed(matrix):
    """A matrix of weights without those at the source's ends that are all 0, and the first pixel that is left."""
    used = np.flatnonzero(matrix.any(axis=0))
    return matrix[:, used[0] : used[-1] + 1], used[0]


def _product(matrix, samples):
    """A matrix times the first axis of some samples."""
    flat = samples.reshape(samples.shape[0], -1).astype(np.float64)
    flat = matrix @ flat if matrix.size <= _DENSE else sparse.csr_array(matrix) @ flat
    return flat.reshape(matrix.shape[0], *samples.shape[1:])


def _levels(samples):
    """Samples as levels, halves rounded up."""
    return np.floor(np.clip(samples, 0, 255) + 0.5).astype(np.uint8)
