"""Samples as photographs store them, and as networks take them."""

import keras
import numpy as np
from keras import ops

from neural_imaging.imaging import batches

# Said wherever Keras asks, since its own default is a setting of the user's other projects as well.
LAST = "channels_last"
# The largest sample of each type that photographs are stored in.
_LARGEST = {"uint8": 255.0, "uint16": 65535.0, "int32": 65535.0}


def to_unit(images):
    """Samples in [0, 1], float32.

    Batches travel as the integers that photographs store, which is half and a quarter of the bytes.

    Args:
        images: uint8 (of 255) or uint16 (of 65535); floats are taken to be in [0, 1] already. int32 counts as uint16,
            which Keras makes of it on PyTorch.

    Returns:
        float32, of the same shape.
    """
    images = ops.convert_to_tensor(images)
    whole = _LARGEST.get(keras.backend.standardize_dtype(images.dtype))
    images = ops.cast(images, "float32")
    return images if whole is None else images * (1.0 / whole)


def value(tensor):
    """A tensor's values as a NumPy array; None where it has none yet, in a graph that is traced."""
    try:
        return ops.convert_to_numpy(tensor)
    except (TypeError, ValueError, NotImplementedError):
        return None


def plain(setting):
    """A setting without the library it came from: NumPy's numbers, arrays and tensors with values as Python's own."""
    known = value(setting) if ops.is_tensor(setting) else setting
    return known.tolist() if isinstance(known, np.ndarray | np.generic) else setting


def pictures(images):
    """A batch of RGB pictures as a tensor, float32.

    Args:
        images: array or tensor, (batch, height, width, 3), floats in [0, 1]. In a graph that is traced they have no
            values, and only their shape and type are looked at.

    Raises:
        UserError: something else; see `imaging.batches`.
    """
    images = ops.convert_to_tensor(images)
    batches.check(images, lambda: value(ops.stack([ops.min(images), ops.max(images)])))
    return ops.cast(images, "float32")


def inside(images, margin):
    """Pictures without so many pixels on each side. On processors TensorFlow's gradient of a slice takes a tenth of the
    time that an index's takes.

    Raises:
        ValueError: nothing would be left.
    """
    if margin == 0:
        return images
    # To TensorFlow a size of -1 is all that is there.
    if any(side is not None and side <= 2 * margin for side in images.shape[1:3]):
        raise ValueError(f"a margin of {margin} pixels leaves nothing of {images.shape[1]} by {images.shape[2]}")
    count, height, width, channels = ops.shape(images)
    return ops.slice(images, (0, margin, margin, 0), (count, height - 2 * margin, width - 2 * margin, channels))
