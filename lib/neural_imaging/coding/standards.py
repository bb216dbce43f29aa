"""Today's standards of lossy compression behind one form: JPEG, JPEG 2000, WebP, JPEG XL, AVIF; BPG where installed.

All keep the colours' full resolution (4:4:4), except WebP: its lossy format has 4:2:0 alone, so that fine coloured
detail is lost at any quality, and the library offers no better way to reduce the colours. Each codec runs on one
thread, at the effort that its own tools have by default; WebP takes its best, since it is fast.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import imagecodecs
import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.coding import bpg, libjpeg, payload


@dataclass(frozen=True, kw_only=True)
class Standard:
    """A codec."""

    name: str  # As programs and tables have it, e.g. "jpegxl".
    label: str  # As figures have it, e.g. "JPEG XL".
    qualities: tuple  # Default grid; about 0.1 to 3 bits a pixel of photographs, or that of the papers.
    scale: str  # What a quality is.
    range: tuple  # Least and largest quality; whole numbers for a codec that takes these alone.
    subsampling: str = "4:4:4"  # Of colour; or "4:2:0".
    settings: Mapping  # Of the encoder, for records.
    payload: Callable  # From a file's bytes to how many of them are picture; see `coding.payload`.
    _encode: Callable = field(repr=False)
    _decode: Callable = field(repr=False)
    _version: Callable = field(repr=False)

    @property
    def version(self):
        """The library or program behind it, with its version, e.g. "libjxl 0.11.2"."""
        return self._version()

    def check(self, quality):
        """Refuse a quality that the codec does not have: no number, out of range, or not whole where it must be."""
        low, high = self.range
        whole = isinstance(low, int)
        known = not isinstance(quality, (bool, str, bytes)) and np.isscalar(quality) and low <= quality <= high
        if not known or (whole and quality != int(quality)):
            kind = "a whole number" if whole else "a number"
            raise UserError(
                f"{self.label}: quality must be {kind} from {low:g} to {high:g} ({self.scale}), not {quality!r}"
            )

    def encode(self, image, quality):
        """The bytes of a file of a picture, uint8 of shape (height, width, 3), at a quality in `range`.

        Raises:
            UserError: another kind of picture or quality, or one that the codec cannot take.
        """
        self.check(quality)
        image = np.ascontiguousarray(image)
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
            raise UserError(f"{self.label} takes 8-bit RGB pictures, not {image.dtype} of shape {image.shape}")
        try:
            return bytes(self._encode(image, int(quality) if isinstance(self.range[0], int) else float(quality)))
        except UserError:
            raise
        except (RuntimeError, ValueError) as error:
            raise UserError(f"{self.label} cannot code {image.shape[1]} × {image.shape[0]} pixels ({error})") from None

    def decode(self, data):
        """Decode a file's bytes to uint8, shape (height, width, 3); a `UserError` says that they are damaged."""
        try:
            return self._decode(data)
        except UserError:
            raise
        except (RuntimeError, ValueError) as error:
            raise UserError(f"{self.label} cannot decode it ({error})") from None


# The irreversible transform, that of lossy coding. Glymur, which the papers used, takes the reversible one by default;
# it needs about 7 % more bytes for the same PSNR.
_JPEG2000 = {"codecformat": "jp2", "reversible": False, "numthreads": 1}
# Lossless is what imagecodecs takes for WebP when nothing is said.
_WEBP = {"lossless": False, "method": 6, "numthreads": 1}
_JPEGXL = {"lossless": False, "effort": 7, "usecontainer": False, "numthreads": 1}
_AVIF = {"codec": "aom", "pixelformat": "444", "speed": 6, "numthreads": 1}

_STANDARDS = (
    Standard(
        name="jpeg",
        label="JPEG",
        qualities=tuple(range(95, 5, -5)),
        scale="quality factor",
        range=(1, 100),
        settings={},
        payload=payload.jpeg,
        _encode=libjpeg.encode,
        _decode=libjpeg.decode,
        _version=imagecodecs.jpeg8_version,
    ),
    Standard(
        name="jpeg2000",
        label="JPEG 2000",
        qualities=tuple(range(25, 45)),
        scale="target PSNR in dB",
        range=(1.0, 100.0),
        settings=_JPEG2000,
        payload=payload.jpeg2000,
        _encode=lambda image, quality: imagecodecs.jpeg2k_encode(image, level=quality, **_JPEG2000),
        _decode=lambda data: imagecodecs.jpeg2k_decode(data, numthreads=1),
        _version=imagecodecs.jpeg2k_version,
    ),
    Standard(
        name="webp",
        label="WebP",
        qualities=tuple(range(0, 100, 5)),
        scale="quality factor",
        range=(0, 100),
        subsampling="4:2:0",
        settings=_WEBP,
        payload=payload.webp,
        _encode=lambda image, quality: imagecodecs.webp_encode(image, level=quality, **_WEBP),
        _decode=lambda data: imagecodecs.webp_decode(data, hasalpha=False),
        _version=imagecodecs.webp_version,
    ),
    Standard(
        name="jpegxl",
        label="JPEG XL",
        qualities=(0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0),
        scale="butteraugli distance; less is better",
        range=(0.05, 25.0),
        settings=_JPEGXL,
        payload=payload.jpegxl,
        _encode=lambda image, quality: imagecodecs.jpegxl_encode(image, distance=quality, **_JPEGXL),
        _decode=lambda data: imagecodecs.jpegxl_decode(data, numthreads=1),
        _version=imagecodecs.jpegxl_version,
    ),
    Standard(
        name="avif",
        label="AVIF",
        qualities=tuple(range(5, 95, 5)),
        scale="quality factor",
        range=(0, 99),
        settings=_AVIF,
        payload=payload.avif,
        _encode=lambda image, quality: imagecodecs.avif_encode(image, level=quality, **_AVIF),
        _decode=lambda data: imagecodecs.avif_decode(data, numthreads=1),
        _version=imagecodecs.avif_version,
    ),
    Standard(
        name="bpg",
        label="BPG",
        qualities=tuple(range(10, 40)),
        scale="quantiser; less is better",
        range=(0, 51),
        settings=bpg.SETTINGS,
        payload=payload.bpg,
        _encode=bpg.encode,
        _decode=bpg.decode,
        _version=bpg.version,
    ),
)
_BY_NAME = {standard.name: standard for standard in _STANDARDS}


def names():
    """Names of all standards."""
    return list(_BY_NAME)


def available():
    """Names of the standards that work here: all but BPG where its programs are not on the path."""
    return [name for name in _BY_NAME if name != "bpg" or bpg.available()]


def get(name):
    """A standard by its name.

    Raises:
        UserError: an unknown name, or BPG without its programs.
    """
    if name not in _BY_NAME:
        raise UserError(f"codec {name!r} is not known; known are {', '.join(_BY_NAME)}")
    if name not in available():
        raise UserError(f"BPG needs the programs {bpg.ENCODER} and {bpg.DECODER} on the path (https://bellard.org/bpg)")
    return _BY_NAME[name]
