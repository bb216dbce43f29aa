"""Write developed pictures: PNG, TIFF or JPEG by the ending of the name, 8 bits, whole or not at all."""

from pathlib import Path

import imagecodecs
import numpy as np

from neural_imaging.base import files
from neural_imaging.base.errors import UserError

ENDINGS = {"png": ".png", "tiff": ".tif", "jpeg": ".jpg"}
# Fast compression: pictures are read often and written once.
_PNG_LEVEL = 3


def write(path, picture, quality=95):
    """Write a picture, uint8 of shape (height, width, 3); the ending (.png, .tif, .tiff, .jpg, .jpeg) says the format.

    A JPEG file has no chroma sub-sampling, and a quality of 1 to 100.
    """
    path = Path(path)
    ending = path.suffix.lower()
    picture = np.ascontiguousarray(picture)
    if ending in (".tif", ".tiff"):
        import tifffile

        with files.atomic(path) as temporary:
            tifffile.imwrite(temporary, picture, photometric="rgb", compression="zlib", metadata=None)
        return
    if ending == ".png":
        encoded = imagecodecs.png_encode(picture, level=_PNG_LEVEL)
    elif ending in (".jpg", ".jpeg"):
        encoded = imagecodecs.jpeg8_encode(picture, level=quality, subsampling="444")
    else:
        raise UserError(f"{path}: pictures are written as .png, .tif or .jpg")
    with files.atomic(path) as temporary:
        temporary.write_bytes(encoded)
