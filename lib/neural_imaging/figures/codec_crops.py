"""Crops of pictures as a learned codec and JPEG leave them, at the nearest SSIM and at the nearest bits a pixel."""

import numpy as np

from neural_imaging.figures import photographs, style
from neural_imaging.tables import arrays
from neural_imaging.tables.typeset import number

ARRAYS = ("images", "names", "crops", "bpp", "ssim", "quality")
LOWEST = 1


@style.look
def draw(sample):
    """Draw a row a picture: the original, then what each codec made of it; `sample` is of `codec_crops.sample`."""

    def quality(*place):
        bpp, ssim, setting = (sample[measure][place] for measure in ("bpp", "ssim", "quality"))
        said = f"{number(bpp, decimals=2)} bpp, SSIM {number(ssim, decimals=3)}"
        if np.isnan(setting):  # A codec without a quality.
            return said
        # The lowest may still be far above the wanted rate.
        return f"{said} (Q {setting:.0f}{', lowest' if setting == LOWEST else ''})"

    return photographs.patches(sample["images"], sample["names"], sample["crops"], quality)


plot = style.from_file(draw, arrays.read, ARRAYS)
