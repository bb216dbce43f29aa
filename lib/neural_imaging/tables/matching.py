"""JPEG as good, or as small, as something else: the quality factor that comes nearest to an SSIM or to bits a pixel."""

import functools
from dataclasses import dataclass, field

import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.coding import libjpeg, payload
from neural_imaging.imaging import measures


@dataclass(frozen=True)
class Match:
    """A picture as JPEG: quality factor (1 to 100), file, pixels (uint8), and the SSIM or bits a pixel reached."""

    quality: int
    data: bytes = field(repr=False)
    decoded: np.ndarray = field(repr=False)
    value: float

    @property
    def bpp(self):
        """Bits a pixel of the file."""
        return 8 * len(self.data) / (self.decoded.shape[0] * self.decoded.shape[1])

    @property
    def effective_bpp(self):
        """Bits a pixel without headers, as the papers count them; see `coding.payload`."""
        return 8 * payload.jpeg(self.data) / (self.decoded.shape[0] * self.decoded.shape[1])


def jpeg_at_ssim(image, ssim, window="gaussian"):
    """The JPEG of an 8-bit picture whose SSIM comes nearest to one with the same window (`measures.ssim`).

    Where even quality 1 is better, or quality 100 is not as good, it is that one: see its `value`.
    """
    if not -1 <= ssim <= 1:
        raise UserError(f"an SSIM lies between -1 and 1, not at {ssim:g}")
    return _nearest(image, ssim, lambda data, decoded: measures.ssim(image, decoded, window=window))


def jpeg_at_bpp(image, bpp, effective=True):
    """The JPEG whose bits a pixel come nearest: without headers, as the papers count, or those of the whole file."""
    if not bpp > 0:
        raise UserError(f"bits a pixel are more than 0, not {bpp:g}")
    size = payload.jpeg if effective else len
    pixels = np.shape(image)[0] * np.shape(image)[1]
    return _nearest(image, bpp, lambda data, decoded: 8 * size(data) / pixels)


def _nearest(image, wanted, value):
    """Halve the range of qualities until two are left. Values rise with quality, but for a hair here and there."""

    @functools.cache
    def match(quality):
        data = libjpeg.encode(image, quality)
        decoded = libjpeg.decode(data)
        return Match(quality, data, decoded, value(data, decoded))

    low, high = 1, 100
    while high - low > 1:
        middle = (low + high) // 2
        if match(middle).value < wanted:
            low = middle
        else:
            high = middle
    return min((match(low), match(high)), key=lambda reached: abs(reached.value - wanted))
