"""The real JPEG codec: libjpeg through imagecodecs, without chroma sub-sampling."""

import imagecodecs
import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_tables
from neural_imaging.imaging import batches


def encode(image, quality):
    """The bytes of a JPEG file of a picture, uint8 of shape (height, width, 3): standard tables, 4:4:4."""
    image = np.ascontiguousarray(image)
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise UserError(f"JPEG takes 8-bit RGB pictures, not {image.dtype} of shape {image.shape}")
    return imagecodecs.jpeg8_encode(image, level=jpeg_tables.quality_factor(quality), subsampling="444")


def decode(data):
    """Decode a JPEG file's bytes to uint8, shape (height, width, 3)."""
    return imagecodecs.jpeg8_decode(data)


def to_8_bits(images):
    """Values in [0, 1] to uint8, rounded to the nearest level."""
    images = np.asarray(images)
    return images if images.dtype == np.uint8 else np.rint(255 * np.clip(images, 0, 1)).astype(np.uint8)


def batch(images):
    """A batch of pictures, uint8 or float in [0, 1], as uint8; a `UserError` refuses something else."""
    images = np.asarray(images)
    batches.check(images, lambda: (images.min(), images.max()), levels=True)
    return to_8_bits(images)


def compress(images, quality):
    """Store pictures as JPEG and read them again.

    Args:
        images: a batch, shape (batch, height, width, 3): uint8, or float in [0, 1], which is rounded to 8 bits.
        quality: 1 to 100.

    Returns:
        float32 in [0, 1], same shape: whole levels divided by 255.
    """
    images = batch(images)
    compressed = [decode(encode(image, quality)) for image in images]
    return np.stack(compressed).astype(np.float32) / np.float32(255) if compressed else images.astype(np.float32)
