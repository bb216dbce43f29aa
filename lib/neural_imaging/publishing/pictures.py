"""Pictures as browsers show them, with every pixel as it was."""

import imageio.v3 as imageio

from neural_imaging.base import files

# WebP without losses: half of a figure's PNG, four fifths of a photograph's.
SUFFIX = ".webp"


def write(path, picture):
    """Write a picture, uint8, H × W × 3, to a file that ends with `SUFFIX`, whole or not at all."""
    with files.atomic(path) as temporary:
        imageio.imwrite(temporary, picture, lossless=True)
