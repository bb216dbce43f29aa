"""Quantisation tables of qualities that are tensors: whole numbers, or real ones that gradients pass to."""

import numpy as np
from keras import backend, ops

from neural_imaging.coding import jpeg_tables
from neural_imaging.ops import rounding as roundings


def tables(quality, base=None, whole=True):
    """Tables of a quality, or of each picture's.

    Args:
        quality: a number from 1 to 100, a list of such numbers, or a tensor of these, shape () or (batch,). Tensors of
            floats are real numbers that gradients pass to; what they hold beyond 1 and 100 counts as these.
        base: whole numbers, shape (2, 8, 8), that are scaled, as `jpeg_tables.pair` does; None for the standard ones.
        whole: tables of real numbers are whole, as libjpeg's, with the gradient of those that are not; otherwise they
            are not rounded, so that their gradient is exact.

    Returns:
        float32, shape (2, 8, 8) or (batch, 2, 8, 8).
    """
    base = jpeg_tables.STANDARD if base is None else np.asarray(base, np.int64)
    if not ops.is_tensor(quality):
        several = isinstance(quality, list)
        pairs = [jpeg_tables.pair(each, base) for each in (quality if several else [quality])]
        return ops.convert_to_tensor(np.array(pairs if several else pairs[0], np.float32))
    if "float" in backend.standardize_dtype(quality.dtype):
        return _of_real(ops.cast(quality, "float32"), base, whole)
    every = np.stack([jpeg_tables.pair(each, base) for each in range(1, 101)]).astype(np.float32)
    return ops.take(ops.convert_to_tensor(every), ops.clip(ops.cast(quality, "int32") - 1, 0, 99), axis=0)


def _of_real(quality, base, whole):
    quality = ops.reshape(roundings.clip(quality, 1.0, 100.0), (*quality.shape, 1, 1, 1))
    # The other branch is divided by 50, so that it has a gradient where it does not count.
    low = 5000.0 / ops.minimum(quality, 50.0)
    percent = ops.where(quality < 50.0, low, 200.0 - 2.0 * quality)
    values = ops.convert_to_tensor(base.astype(np.float32))
    if whole:
        # Quarters keep whole results of a division from falling short; both dividends are whole numbers.
        percent = _floor(percent, 1e-4)
        scaled = _floor((percent * values + 50.25) / 100.0, 0.0)
        return roundings.clip(scaled, 1.0, float(jpeg_tables.largest(base)))
    return roundings.limit(percent * values / 100.0, 1.0, float(jpeg_tables.largest(base)))


def _floor(values, margin):
    """Whole numbers below, with the gradient of the identity."""
    return roundings.half_up(values, margin - 0.5)
