"""What a picture's file says of its making: EXIF, whether a position is in it, and its thumbnail."""

import contextlib
import io
import math
import numbers
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from neural_imaging.base import texts
from neural_imaging.imaging import opening

# Binary, or of no use to a reader: notes in the maker's own form, offsets, versions, paddings.
_PASSED_OVER = (
    "ApplicationNotes", "ComponentsConfiguration", "ExifInteroperabilityOffset", "ExifOffset", "ExifVersion",
    "FlashPixVersion", "GPSInfo", "IPTCNAA", "ImageResources", "InterColorProfile", "JPEGTables", "MakerNote",
    "OffsetSchema", "Padding", "PrintImageMatching", "StripByteCounts", "StripOffsets", "SubIFDs", "TileByteCounts",
    "TileOffsets", "UserComment", "XMLPacket", "DNGPrivateData",
)  # fmt: skip
_LONGEST = 200
_JPEG_START, _JPEG_LENGTH = 0x0201, 0x0202
_LATITUDE, _LONGITUDE, _ALTITUDE = 2, 4, 6
# Of references: these make the number before them negative.
_NEGATIVE = {1: "S", 3: "W", 5: b"\x01"}


@dataclass
class Metadata:
    """What a file says beside its picture."""

    format: str = ""
    """As Pillow names it; "" where it cannot tell."""
    exif: dict = field(default_factory=dict)
    """Names of tags to texts, without a position."""
    position: dict | None = None
    """Latitude and longitude in degrees, altitude in metres, as far as they are there; None for no position."""
    thumbnail: np.ndarray | None = None
    """uint8, shape (height, width, 3): the small picture in EXIF."""
    known: bool = False
    """Whether the file's structure could be read; where not, nothing of the above says what is in it."""


def read(path):
    """Read a file's `Metadata`; what is damaged is left out, and never an error."""
    found = Metadata()
    # Too large a picture has its own error.
    with opening.silence(), contextlib.suppress(Image.DecompressionBombError, *opening.FAILURES):
        _read(path, found)
    if not found.known:
        # RAW files are mostly built as TIFF files are, whose first directory is that of EXIF.
        with contextlib.suppress(*opening.FAILURES), path.open("rb") as file:
            exif = Image.Exif()
            exif.load_from_fp(file)
            _read_exif(exif, found)
    return found


def _read(path, found):
    """Pillow reads the structure alone here. The parts may be damaged one by one."""
    with Image.open(path, formats=opening.pillow_formats(path)) as image:
        found.format = "JPEG" if image.format == "MPO" else image.format
        exif = image.getexif()
        _read_exif(exif, found)
        with contextlib.suppress(*opening.FAILURES):
            found.thumbnail = _thumbnail(exif, image.info.get("exif", b""))


def _read_exif(exif, found):
    found.known = True
    with contextlib.suppress(*opening.FAILURES):
        found.exif |= _texts(exif)
    with contextlib.suppress(*opening.FAILURES):
        found.exif |= _texts(exif.get_ifd(ExifTags.IFD.Exif))
    with contextlib.suppress(*opening.FAILURES):
        found.position = _position(exif.get_ifd(ExifTags.IFD.GPSInfo))


def _texts(tags):
    """Tags that a reader can use, by name."""
    named = ((ExifTags.TAGS.get(tag, ""), value) for tag, value in tags.items())
    shown = ((name, _text(value)) for name, value in named if name and name not in _PASSED_OVER)
    return {name: text for name, text in shown if text}


def _text(value):
    """A value on a line; "" where it is binary or empty."""
    if isinstance(value, bytes):
        value = value.rstrip(b"\0")
        if not value.isascii() or not value.decode("ascii").isprintable():
            return ""
        value = value.decode("ascii")
    if isinstance(value, tuple | list):
        parts = [_text(part) for part in value[:8]]
        return ", ".join(parts) + (", …" if len(value) > 8 else "") if all(parts) else ""
    if isinstance(value, numbers.Number):
        number = float(value)
        if not math.isfinite(number):
            return ""
        # Exposures are read as fractions.
        return f"1/{1 / number:.6g}" if 0 < number < 0.5 else f"{number:.6g}"
    text = texts.on_a_line(str(value).split("\0")[0].strip())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _position(tags):
    """Degrees and metres of a directory of GPS tags; {} where it has a position that cannot be read."""
    if not tags:
        return None
    found = {}
    for name, tag in (("latitude", _LATITUDE), ("longitude", _LONGITUDE), ("altitude", _ALTITUDE)):
        with contextlib.suppress(TypeError, ValueError, ZeroDivisionError):
            value = tags.get(tag)
            if value is None:
                continue
            parts = value if isinstance(value, tuple | list) else [value]
            number = sum(float(part) / 60**place for place, part in enumerate(parts))
            if math.isfinite(number):
                found[name] = -number if tags.get(tag - 1) == _NEGATIVE[tag - 1] else number
    return found


def _thumbnail(exif, data):
    """The JPEG picture of EXIF's second directory."""
    tags = exif.get_ifd(ExifTags.IFD.IFD1)
    if _JPEG_START not in tags or not data:
        return None
    start, length = 6 * data.startswith(b"Exif\0\0") + tags[_JPEG_START], tags[_JPEG_LENGTH]
    with Image.open(io.BytesIO(data[start : start + length]), formats=("JPEG",)) as image:
        return np.asarray(image.convert("RGB"))


def of_raw(path):
    """The preview in a RAW file as uint8, shape (height, width, 3), and its name; None where there is none."""
    import rawpy

    with contextlib.suppress(rawpy.LibRawError, *opening.FAILURES), rawpy.imread(str(Path(path))) as raw:
        preview = raw.extract_thumb()
        if preview.format == rawpy.ThumbFormat.BITMAP:
            return np.asarray(preview.data)
        with Image.open(io.BytesIO(preview.data), formats=("JPEG",)) as image:
            return np.asarray(image.convert("RGB"))
    return None
