"""Open pictures as people have them: 8-bit RGB, upright, whatever the file holds."""

import contextlib
import struct
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import imagecodecs
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from neural_imaging.errors import UserError
from neural_imaging.imaging import foreign, profiles, tiff

# What a folder is searched for. A file that is named by itself is tried whatever its ending.
ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".ppm", ".pgm", ".jp2", ".avif")
# Many of these open as a TIFF file with a tiny preview in it.
_RAW = (".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".gpr", ".iiq", ".kdc", ".mef", ".mos", ".mrw", ".nef",
        ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".srw", ".x3f")  # fmt: skip
_PNG_START, _PNG_DEPTH = b"\x89PNG\r\n\x1a\n", 24
_ORIENTATION, _EXIF, _INTEROPERABILITY, _COLOUR_SPACE = 274, 0x8769, 0xA005, 0xA001
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
        notes: what was changed so that it is, or passed over, in words; empty where nothing was lost.
        doubts: those of the notes that let one doubt whether it shows what a camera took: CMYK, transparent parts,
            several pictures in the file.
    """

    picture: np.ndarray = field(repr=False)
    notes: tuple
    doubts: tuple = ()


def read(path):
    """Open a picture.

    Grey pictures and palettes become RGB. What is turned by EXIF is turned. Samples of 16 bits are rounded to 8, parts
    that are transparent are laid on white, CMYK becomes RGB and colours of a profile sRGB; a note says so for each of
    these. A profile whose numbers are those of sRGB changes nothing.

    Args:
        path: a file in one of Pillow's formats, or TIFF with up to 16 bits.

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
    notes, doubts = [], []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, of large pictures and of tags that it does not know.
            picture = _picture(path, notes, doubts)
    except UnidentifiedImageError:
        with path.open("rb") as file:
            kind = foreign.named(file.read(foreign.DEPTH))
        raise PictureError(path, f"not a picture, or of a kind that cannot be read{kind and f': {kind}'}") from None
    except Image.DecompressionBombError:
        raise PictureError(path, f"more than {_MOST_PIXELS} pixels") from None
    except tiff.TiffError as error:
        raise PictureError(path, str(error)) from None
    except PictureError:
        raise
    except _FAILURES as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())[:200] or type(error).__name__
        raise PictureError(path, f"cannot be read as a picture ({reason})") from None
    return Opened(picture, tuple(notes), tuple(doubts))


def read_named(path):
    """Open a picture of a folder that has other files too: only what is called a picture by its ending is tried.

    Raises:
        PictureError: as for `read`, or another ending.
    """
    if Path(path).suffix.lower() not in ENDINGS:
        raise PictureError(path, f"not a picture by its name ({', '.join(ENDINGS)})")
    return read(path)


def _picture(path, notes, doubts):
    image = ImageOps.exif_transpose(_stored(path, notes, doubts))
    return np.array(_srgb(_opaque(image, notes, doubts), notes, doubts))


def _stored(path, notes, doubts):
    """The first picture of a file as it is stored there, in 8 bits; what Pillow would cut to these, others read."""
    with path.open("rb") as file:
        start = file.read(_PNG_DEPTH + 1)
    if start.startswith(_PNG_START) and start.endswith(b"\x10"):
        return _deep_png(path, notes)
    if start[:4] in tiff.STARTS:
        page = tiff.read(path, _MOST_PIXELS)
        _say_first(page.pictures, notes, doubts)
        if page.measured:
            notes.append("what its tags say of its colours, without a profile, is passed over")
        if page.bits > 8:
            notes.append(_rounded(page.bits))
        if page.image is not None:
            return page.image
    return _plain(path, notes, doubts)


def _deep_png(path, notes):
    with Image.open(path) as header:
        profile, orientation = header.info.get("icc_profile"), header.getexif().get(_ORIENTATION)
        _say_gamma(header, notes)
    notes.append(_rounded(16))
    samples = imagecodecs.png_decode(path.read_bytes())
    samples = samples.reshape(*samples.shape[:2], -1)
    opacity = samples[..., -1] if samples.shape[2] in (2, 4) else None
    colours = samples if opacity is None else samples[..., :-1]
    return tiff.assembled(colours, opacity, 16, profile, orientation)


def _plain(path, notes, doubts):
    """What Pillow reads, with as many bits as it reads."""
    with Image.open(path) as image:
        if image.format not in (*_FRAMES_OF_ONE, "TIFF"):
            _say_first(getattr(image, "n_frames", 1), notes, doubts)
        _say_gamma(image, notes)
        _say_exif(image, notes)
        image.load()
    if image.mode == "F":
        raise PictureError(path, tiff.FLOATING)
    if not image.mode.startswith("I"):
        return image
    # Of these Pillow scales samples of 9 to 16 bits to 16.
    if image.format not in ("PPM", "JPEG2000"):
        raise PictureError(path, tiff.DEEP)
    notes.append(_rounded(16))
    samples = np.asarray(image)[..., np.newaxis]
    return tiff.assembled(samples, None, 16, image.info.get("icc_profile"), image.getexif().get(_ORIENTATION))


def _rounded(bits):
    return f"{bits} bits a sample are rounded to 8"


def _say_first(pictures, notes, doubts):
    if pictures > 1:
        _doubt(f"the first of {pictures} pictures in the file", notes, doubts)


def _say_gamma(image, notes):
    """PNG files may have their colours in single numbers; viewers differ in whether they follow these."""
    gamma = image.info.get("gamma")
    if gamma and abs(gamma * 2.2 - 1) > 0.02 and not {"icc_profile", "srgb"} & image.info.keys():
        notes.append(f"its gamma of {1 / gamma:.3g}, without a profile, is passed over")


def _say_exif(image, notes):
    """Cameras that are set to Adobe RGB say so in EXIF; some write no profile beside it."""
    # Damaged EXIF is no reason to refuse a picture.
    with contextlib.suppress(*_FAILURES):
        exif = image.getexif()
        adobe = exif.get_ifd(_EXIF).get(_COLOUR_SPACE) == 2 or exif.get_ifd(_INTEROPERABILITY).get(1) == "R03"
        if adobe and "icc_profile" not in image.info:
            notes.append("by EXIF its colours are Adobe RGB; without a profile they are taken as sRGB")


def _doubt(what, notes, doubts):
    notes.append(what)
    doubts.append(what)


def _opaque(image, notes, doubts):
    """Lay what is transparent on white."""
    if not image.has_transparency_data:
        return image
    profile, image = image.info.get("icc_profile"), image.convert("RGBA")
    if image.getchannel("A").getextrema()[0] == 255:
        opaque = image.convert("RGB")
    else:
        _doubt("transparent parts are laid on white", notes, doubts)
        opaque = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    opaque.info = {"icc_profile": profile}
    return opaque


def _srgb(image, notes, doubts):
    """RGB as screens show it: through the profile where the file has one."""
    if image.mode == "CMYK":
        _doubt("CMYK becomes RGB", notes, doubts)
    profile = image.info.get("icc_profile")
    return (profile and profiles.to_srgb(image, profile, notes)) or image.convert("RGB")
