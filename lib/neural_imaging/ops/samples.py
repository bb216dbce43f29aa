"""Samples as photographs store them, and as networks take them."""

import keras
from keras import ops


def to_unit(images):
    """Samples in [0, 1], float32.

    Batches travel as the integers that photographs store, which is half and a quarter of the bytes.

    Args:
        images: uint8 (of 255) or uint16 (of 65535); other types are taken to be in [0, 1] already.

    Returns:
        float32, of the same shape.
    """
    images = ops.convert_to_tensor(images)
    whole = {"uint8": 255.0, "uint16": 65535.0}.get(keras.backend.standardize_dtype(images.dtype))
    images = ops.cast(images, "float32")
    return images if whole is None else images * (1.0 / whole)


def inside(images, margin):
    """Pictures without so many pixels on each side."""
    return images if margin == 0 else images[:, margin:-margin, margin:-margin]
