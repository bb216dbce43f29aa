"""Open pictures as people have them: 8-bit RGB, upright, whatever the file holds."""

import contextlib
import logging
import struct
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import foreign, formats, stored, tiff

# What a folder is searched for. A file that is named by itself is tried whatever its ending.
ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".ppm", ".pgm", ".jp2", ".avif")
# Many of these open as a TIFF file with a tiny preview in it.
RAW = (".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".gpr", ".iiq", ".kdc", ".mef", ".mos", ".mrw", ".nef",
       ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".srw", ".x3f")  # fmt: skip
# Read where pillow-heif is installed, which Pillow alone does not do.
HEIF = (".heic", ".heif", ".hif")
# Of Pillow's formats those whose every kind of picture is understood here; others it cuts and guesses without a word.
FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "PPM", "JPEG2000", "AVIF")
_ORIENTATION, _EXIF, _INTEROPERABILITY, _COLOUR_SPACE = 274, 0x8769, 0xA005, 0xA001
# Pillow opens no more than that.
MOST_PIXELS = 2 * Image.MAX_IMAGE_PIXELS
_FRAMES_OF_ONE = ("MPO",)  # A photograph with its previews.
# What the decoders raise at damaged files; they do not keep to a few.
FAILURES = (OSError, SyntaxError, ValueError, EOFError, ArithmeticError, LookupError, TypeError, RuntimeError,
             struct.error)  # fmt: skip


class PictureError(UserError):
    """A file that cannot be opened as a picture; the message names the file and the reason."""

    def __init__(self, path, reason):
        super().__init__(f"{path}: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Opened:
    """A picture as it is used here."""

    picture: np.ndarray = field(repr=False)  # uint8, shape (height, width, 3), sRGB, upright.
    notes: tuple  # What was changed so that it is, or passed over, in words; empty where nothing was lost.

    @property
    def doubts(self):
        """Notes that let one doubt whether it shows what a camera took: CMYK, transparent parts, several pictures."""
        return tuple(note for note in self.notes if isinstance(note, stored.Doubt))


def read(path):
    """Open a picture.

    Grey pictures and palettes become RGB. What is turned by EXIF is turned. Samples of 16 bits are rounded to 8, parts
    that are transparent are laid on white, CMYK becomes RGB and colours of a profile sRGB; a note says so for each of
    these. A profile whose numbers are those of sRGB changes nothing.

    Args:
        path: a file of PNG, JPEG, TIFF, WebP, BMP, GIF, PPM, JPEG 2000 or AVIF with up to 16 bits a sample.

    Raises:
        PictureError: no such file, no picture, a damaged one, or one with samples that are not of 1 to 16 bits.
    """
    path = Path(path)
    if path.is_dir():
        raise PictureError(path, "is a folder, not a picture")
    if not path.is_file():
        raise PictureError(path, "no such file")
    if path.suffix.lower() in RAW:
        raise PictureError(path, "is a RAW photograph; develop it first (scripts/develop.py)")
    notes = []
    try:
        with silence():
            picture = stored.shown(_stored(path, notes), notes)
    except UnidentifiedImageError:
        raise PictureError(path, _unknown(path)) from None
    except Image.DecompressionBombError:
        raise PictureError(path, f"more than {MOST_PIXELS} pixels") from None
    except stored.StoredError as error:
        raise PictureError(path, str(error)) from None
    except FAILURES as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())[:200] or type(error).__name__
        raise PictureError(path, f"cannot be read as a picture ({reason})") from None
    return Opened(picture, tuple(notes))


def luma(file):
    """Brightness of a JPEG picture as its file has it, neither turned nor through RGB: uint8, (height, width).

    The file, a path or an open one, is one that `read` reads, and has brightness for its first component.
    """
    with silence(), Image.open(file, formats=("JPEG",)) as image:
        image.draft("L", image.size)
        return np.asarray(image.convert("L"))


def read_named(path):
    """Open a picture of a folder that has other files too: only what is called a picture by its ending is tried."""
    if Path(path).suffix.lower() not in ENDINGS:
        raise PictureError(path, f"not a picture by its name ({', '.join(ENDINGS)})")
    return read(path)


def pillow_formats(path):
    """Names of Pillow's formats that a file is tried as."""
    if Path(path).suffix.lower() not in HEIF and not foreign.named(_start(path)).endswith("HEIF"):
        return FORMATS
    try:
        import pillow_heif
    except ImportError:
        return FORMATS
    pillow_heif.register_heif_opener()
    return (*FORMATS, "HEIF")


def _start(path):
    with Path(path).open("rb") as file:
        return file.read(foreign.DEPTH)


def _unknown(path):
    """Why no decoder here takes a file."""
    start = _start(path)
    if start.startswith(b"\xff\xd8\xff"):
        return "JPEG with more than 8 bits a sample, or damaged"
    kind = foreign.named(start)
    if kind.endswith("HEIF") and "HEIF" not in pillow_formats(path):
        return f"{kind}, which needs a decoder here (pip install pillow-heif)"
    return f"not a picture, or of a kind that cannot be read{kind and f': {kind}'}"


@contextlib.contextmanager
def silence():
    """Keep the decoders from telling what is odd in a file: what they cannot read they raise, too."""
    loggers = [logging.getLogger(name) for name in ("tifffile", "imagecodecs")]
    before = [logger.disabled for logger in loggers]
    try:
        for logger in loggers:
            logger.disabled = True
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        for logger, disabled in zip(loggers, before, strict=True):
            logger.disabled = disabled


def _stored(path, notes):
    """The first picture of a file as it is stored there."""
    with path.open("rb") as file:
        start = file.read(4)
    if start in tiff.STARTS:
        picture = tiff.read(path, MOST_PIXELS, notes)
        if picture is not None:
            return picture
    with Image.open(path, formats=pillow_formats(path)) as image:
        if image.format not in (*_FRAMES_OF_ONE, "TIFF"):
            stored.note_number(getattr(image, "n_frames", 1), notes)
        picture = formats.read(image, path, notes)
        _note_exif(image, notes)
        if picture is None:
            image.load()
            picture = _plain(image)
    stored.note_depth(picture.bits, notes)
    return picture


def _plain(image):
    """What Pillow reads."""
    if image.mode == "F":
        raise stored.StoredError(tiff.FLOATING)
    if image.mode.startswith("I"):
        raise stored.StoredError(tiff.DEEP)
    profile, orientation = image.info.get("icc_profile"), image.getexif().get(_ORIENTATION)
    grey = image.mode in ("1", "L", "LA")
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("L" if grey else "RGB")
    samples = np.asarray(image)
    samples = samples.reshape(*samples.shape[:2], -1)
    opacity = samples[..., -1] if image.mode == "RGBA" else None
    if opacity is not None:
        samples = samples[..., : 1 if grey else 3]
    return stored.Stored(samples, opacity, 8, profile, orientation)


def _note_exif(image, notes):
    """Cameras that are set to Adobe RGB say so in EXIF; some write no profile beside it."""
    # Damaged EXIF is no reason to refuse a picture.
    with contextlib.suppress(*FAILURES):
        exif = image.getexif()
        adobe = exif.get_ifd(_EXIF).get(_COLOUR_SPACE) == 2 or exif.get_ifd(_INTEROPERABILITY).get(1) == "R03"
        if adobe and "icc_profile" not in image.info:
            notes.append(stored.ADOBE_RGB)
