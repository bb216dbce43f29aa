"""The real JPEG codec, libjpeg-turbo: through imagecodecs, and through Pillow where quantisation tables are given."""

import io

import imagecodecs
import numpy as np
from PIL import Image

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_tables
from neural_imaging.imaging import batches

# Sub-samplings of rows, and of columns.
_HALVED = (("4:2:0",), ("4:2:0", "4:2:2"))


def encode(image, quality, subsampling="4:4:4", tables=None):
    """The bytes of a JPEG file of a picture.

    Args:
        image: uint8, shape (height, width, 3).
        quality: 1 to 100. Of a number that is not whole, its tables are written, which lie between its neighbours'.
        subsampling: of the colour differences: 4:4:4, 4:2:2 or 4:2:0.
        tables: quantisation tables in place of the standard ones: whole numbers, shape (2, 8, 8), brightness first,
            natural order; or the path of a JPEG file that has them. `quality` scales them as it scales the standard
            ones: 50 leaves them as they are.
    """
    image = np.ascontiguousarray(image)
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise UserError(f"JPEG takes 8-bit RGB pictures, not {image.dtype} of shape {image.shape}")
    quality, name = jpeg_tables.real_quality(quality), jpeg_tables.subsampling_name(subsampling)
    if tables is None and isinstance(quality, int):
        return imagecodecs.jpeg8_encode(image, level=quality, subsampling=name.replace(":", ""))
    # imagecodecs takes no tables. Both are libjpeg-turbo, and tests hold their pictures to be the same.
    pair = jpeg_tables.pair(quality, None if tables is None else jpeg_tables.given(tables))
    coded = io.BytesIO()
    try:
        Image.fromarray(image).save(coded, "JPEG", subsampling=name, qtables=pair.reshape(2, 64).tolist())
    except OSError as error:
        raise UserError(f"JPEG cannot code {image.shape[1]} × {image.shape[0]} pixels ({error})") from None
    return coded.getvalue()


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


def compress(images, quality, subsampling="4:4:4", tables=None, origin=(0, 0)):
    """Store pictures as JPEG and read them again.

    Args:
        images: a batch, shape (batch, height, width, 3): uint8, or float in [0, 1], which is rounded to 8 bits.
        quality: as for `encode`, or as many qualities as there are pictures, each picture its own.
        subsampling: as for `encode`.
        tables: as for `encode`, or of shape (batch, 2, 8, 8), each picture its own.
        origin: row and column at which a block begins; the first row and column are continued to fill those before.

    Returns:
        float32 in [0, 1], same shape: whole levels divided by 255.

    Raises:
        UserError: as for `encode`; not as many qualities or tables as pictures.
    """
    images = batch(images)
    qualities = _of_each("qualities", quality, np.ndim(quality) == 1, len(images))
    each = _of_each("pairs of tables", tables, np.ndim(tables) == 4, len(images))
    # The smallest unit of a file: a block of colour differences.
    above, left = (-place % (16 if subsampling in halved else 8) for place, halved in zip(origin, _HALVED, strict=True))
    levels = np.pad(images, ((0, 0), (above, 0), (left, 0), (0, 0)), mode="edge") if above or left else images
    coded = [encode(image, own, subsampling, pair) for image, own, pair in zip(levels, qualities, each, strict=True)]
    compressed = [decode(data)[above:, left:] for data in coded]
    return np.stack(compressed).astype(np.float32) / np.float32(255) if compressed else images.astype(np.float32)


def _of_each(name, setting, several, count):
    """A setting of each picture."""
    if not several:
        return [setting] * count
    if len(setting) != count:
        raise UserError(f"there are {len(setting)} {name} for {count} pictures")
    return list(setting)
