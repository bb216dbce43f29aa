"""Open pictures as people have them: 8-bit RGB, upright, whatever the file holds."""

import contextlib
import io
import logging
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path

import imagecodecs
import numpy as np
import tifffile
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from neural_imaging.errors import UserError

# What a folder is searched for. A file that is named by itself is tried whatever its ending.
ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".ppm", ".pgm", ".jp2", ".avif")
# Many of these open as a TIFF file with a tiny preview in it.
_RAW = (".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".gpr", ".iiq", ".kdc", ".mef", ".mos", ".mrw", ".nef",
        ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".srw", ".x3f")  # fmt: skip
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_PNG_START, _PNG_DEPTH = b"\x89PNG\r\n\x1a\n", 24
_ORIENTATION, _PROFILE = 274, 34675
_RGB_OR_GREY = (tifffile.PHOTOMETRIC.RGB, tifffile.PHOTOMETRIC.MINISBLACK)
# Pillow opens no more than that.
_MOST_PIXELS = 2 * Image.MAX_IMAGE_PIXELS
_FRAMES_OF_ONE = ("MPO",)  # A photograph with its previews.
# What the decoders raise at damaged files; they do not keep to a few.
_FAILURES = (OSError, SyntaxError, ValueError, EOFError, ArithmeticError, LookupError, TypeError, RuntimeError,
             struct.error)  # fmt: skip


class PictureError(UserError):
    """A file that cannot be opened as a picture; the message names the file and the reason."""

    def __init__(self, path, reason):
        super().__init__(f"{path}: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Opened:
    """A picture as it is used here.

    Attributes:
        picture: uint8, shape (height, width, 3), sRGB, upright.
        notes: what was changed so that it is, in words; empty where nothing was lost.
    """

    picture: np.ndarray
    notes: tuple


def read(path):
    """Open a picture.

    Grey pictures and palettes become RGB. What is turned by EXIF is turned. Samples of 16 bits are rounded to 8, parts
    that are transparent are laid on white, and colours of a profile become sRGB; a note says so for each of these.

    Args:
        path: a file in one of Pillow's formats, or TIFF with 16 bits.

    Returns:
        `Opened`.

    Raises:
        PictureError: no such file, no picture, a damaged one, or one with samples that are not of 1 to 16 bits.
    """
    path = Path(path)
    if path.is_dir():
        raise PictureError(path, "is a folder, not a picture")
    if not path.is_file():
        raise PictureError(path, "no such file")
    if path.suffix.lower() in _RAW:
        raise PictureError(path, "is a RAW photograph; develop it first (scripts/develop.py)")
    notes = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, of large pictures and of tags that it does not know.
            picture = _picture(path, notes)
    except UnidentifiedImageError:
        raise PictureError(path, "not a picture, or of a kind that cannot be read") from None
    except Image.DecompressionBombError:
        raise PictureError(path, _too_large()) from None
    except PictureError:
        raise
    except _FAILURES as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())[:200] or type(error).__name__
        raise PictureError(path, f"cannot be read as a picture ({reason})") from None
    return Opened(picture, tuple(notes))


def read_named(path):
    """Open a picture of a folder that has other files too: only what is called a picture by its ending is tried.

    Raises:
        PictureError: as for `read`, or another ending.
    """
    if Path(path).suffix.lower() not in ENDINGS:
        raise PictureError(path, f"not a picture by its name ({', '.join(ENDINGS)})")
    return read(path)


def _picture(path, notes):
    image = _deep(path, notes) or _plain(path, notes)
    return np.array(_srgb(_opaque(ImageOps.exif_transpose(image), notes), notes))


def _plain(path, notes):
    """What Pillow reads, with as many bits as it reads."""
    with Image.open(path) as image:
        if getattr(image, "n_frames", 1) > 1 and image.format not in _FRAMES_OF_ONE:
            notes.append(f"the first of {image.n_frames} pictures in the file")
        image.load()
    if image.mode == "F":
        raise PictureError(path, "its samples are floating-point numbers; those of 8 or 16 bits are read")
    if not image.mode.startswith("I"):
        return image
    samples = np.asarray(image)
    if samples.min() < 0 or samples.max() >= 1 << 16:
        raise PictureError(path, "its samples have more than 16 bits; those of 8 or 16 bits are read")
    return _eight(samples, 16, image.info.get("icc_profile"), image.getexif().get(_ORIENTATION), notes)


def _deep(path, notes):
    """What Pillow cuts to 8 bits, or does not read: PNG and TIFF files of 16 bits; None for all other files."""
    with path.open("rb") as file:
        start = file.read(_PNG_DEPTH + 1)
    if start.startswith(_PNG_START) and start.endswith(b"\x10"):
        with Image.open(path) as header:
            profile, orientation = header.info.get("icc_profile"), header.getexif().get(_ORIENTATION)
        return _eight(imagecodecs.png_decode(path.read_bytes()), 16, profile, orientation, notes)
    if start[:4] not in _TIFF_STARTS:
        return None
    with _silence(), tifffile.TiffFile(path) as file:
        page = file.pages[0]
        if page.dtype != np.uint16 or page.photometric not in _RGB_OR_GREY:
            return None
        if np.prod(page.shape, dtype=float) > 3 * _MOST_PIXELS:
            raise PictureError(path, _too_large())
        samples = page.asarray()
        if page.axes.startswith("S"):
            samples = np.moveaxis(samples, 0, -1)
        profile, orientation = (page.tags.valueof(tag) for tag in (_PROFILE, _ORIENTATION))
        return _eight(samples, page.bitspersample, profile, orientation, notes)


@contextlib.contextmanager
def _silence():
    """Keep tifffile from logging what is odd in a file: what it cannot read it raises, too."""
    logger = logging.getLogger("tifffile")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _too_large():
    return f"more than {_MOST_PIXELS} pixels"


def _eight(samples, bits, profile, orientation, notes):
    """Samples of more bits as a picture of 8, with what the file says of it."""
    notes.append(f"{bits} bits a sample are rounded to 8")
    most = (1 << bits) - 1
    image = Image.fromarray(((samples.astype(np.uint32) * 255 + most // 2) // most).astype(np.uint8))
    if profile:
        image.info["icc_profile"] = profile
    if orientation in range(1, 9):
        image.getexif()[_ORIENTATION] = orientation
    return image


def _opaque(image, notes):
    """Lay what is transparent on white."""
    if not image.has_transparency_data:
        return image
    image = image.convert("RGBA")
    if image.getchannel("A").getextrema()[0] == 255:
        return image.convert("RGB")
    notes.append("transparent parts are laid on white")
    opaque = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    opaque.info = image.info
    return opaque


def _srgb(image, notes):
    """RGB as screens show it: through the profile where the file has one."""
    profile = image.info.get("icc_profile")
    if profile and image.mode not in ("1", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            name = ImageCms.getProfileDescription(source).strip()
            if "sRGB" in name:
                return image.convert("RGB")
            image = image if image.mode in ("RGB", "CMYK", "LAB") else image.convert("RGB")
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            notes.append(f"colours of the profile {name} become sRGB")
            return converted
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            notes.append("its colour profile cannot be used and is passed over")
    return image.convert("RGB")
