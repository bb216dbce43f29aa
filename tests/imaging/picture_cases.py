"""Pictures of known light, and files of them written here byte by byte where no library writes such a kind."""

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import icc
import numpy as np
from PIL import ImageCms

from neural_imaging.imaging import opening

HEIGHT, WIDTH = 14, 18
ROUNDED = "{} bits a sample are rounded to 8"
LAID = "transparent parts are laid on white"
ADOBE = "by EXIF its colours are Adobe RGB; without a profile they are taken as sRGB"
# Half a level for rounding, as much for lcms, which counts in 8 bits where pictures have no more.
TOLERANCE = 1.01
UNUSABLE = "its colour profile cannot be used and is passed over"
# How a picture is stored that is turned so when it is shown, by EXIF's numbers.
STORED = {
    1: lambda picture: picture,
    2: lambda picture: picture[:, ::-1],
    3: lambda picture: picture[::-1, ::-1],
    4: lambda picture: picture[::-1],
    5: lambda picture: picture.swapaxes(0, 1),
    6: lambda picture: np.rot90(picture),
    7: lambda picture: picture[::-1, ::-1].swapaxes(0, 1),
    8: lambda picture: np.rot90(picture, -1),
}


@dataclass
class Case:
    """One file and what must come of it.

    Attributes:
        name: of the case.
        write: called with a path, writes the file.
        shown: float, shape (height, width, 3), from 0 to 255, as a viewer shows it on white; None where the file is
            refused.
        notes: what must be said, word for word; of a refused file a piece of the reason.
        ending: of the file.
    """

    name: str
    write: object
    shown: np.ndarray | None
    notes: tuple = ()
    ending: str = ""


def case(name, data, shown, notes=(), ending=""):
    """A case whose file holds these bytes."""
    return Case(name, lambda path: Path(path).write_bytes(data), shown, tuple(notes), ending)


def faults(folder, rows):
    """What is not as it must be, a text a case."""
    return [text for number, row in enumerate(rows) if (text := _fault(folder / f"{number}{row.ending}", row))]


def _fault(path, row):
    row.write(path)
    try:
        opened = opening.read(path)
    except opening.PictureError as error:
        right = row.shown is None and all(note in error.reason for note in row.notes)
        return "" if right else f"{row.name}: refused: {error.reason}"
    if row.shown is None:
        return f"{row.name}: used, with the notes {opened.notes}"
    if opened.picture.shape != row.shown.shape:
        return f"{row.name}: of shape {opened.picture.shape}, not {row.shown.shape}"
    if opened.picture.dtype != np.uint8 or not opened.picture.flags.writeable:
        return f"{row.name}: an array of another kind"
    difference = np.abs(opened.picture - row.shown).max()
    if difference > TOLERANCE:
        return f"{row.name}: {difference:.1f} levels away"
    return "" if opened.notes == tuple(row.notes) else f"{row.name}: said {opened.notes}, not {row.notes}"


def saved(image, kind, **options):
    """A file that Pillow writes."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def said(bits, profile=None, opacity=None):
    """What must be said, in its order: depth, colours, opacity."""
    laid = bool(opacity is not None and opacity.min() < 1)
    colours = [profile.note] if profile and profile.note else []
    return [ROUNDED.format(bits)] * (bits > 8) + colours + [LAID] * laid


def samples(bits, channels, seed=0):
    """Random samples, shape (HEIGHT, WIDTH, channels), black and white among them."""
    most = (1 << bits) - 1
    drawn = np.random.default_rng(seed).integers(0, most + 1, (HEIGHT, WIDTH, channels))
    drawn[0, :2] = 0
    drawn[0, 2:4] = most
    return drawn.astype(np.uint8 if bits <= 8 else np.uint16)


@dataclass(frozen=True)
class Profile:
    """A profile to embed, what it makes of light, and what is said of it."""

    data: bytes | None
    gamma: float | None = None
    primaries: tuple = icc.SRGB
    note: str = ""

    @property
    def chunks(self):
        """The profile in a PNG file."""
        return [] if self.data is None else [(b"iCCP", b"x\0\0" + zlib.compress(self.data))]


def profiles(channels):
    """Profiles by name, for grey or RGB pictures."""
    space, other = (b"GRAY", b"RGB ") if channels == 1 else (b"RGB ", b"GRAY")
    own = () if channels == 1 else icc.SRGB
    known = {
        "none": Profile(None),
        "srgb": Profile(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()),
        "linear": Profile(
            icc.profile(space, "linear", 1.0, own), 1.0, note="colours of the profile linear become sRGB"
        ),
        "junk": Profile(b"no profile", note=UNUSABLE),
    }
    if channels == 3:
        adobe = icc.profile(space, "adobe", 2.2, icc.ADOBE)
        known["adobe"] = Profile(adobe, 2.2, icc.ADOBE, "colours of the profile adobe become sRGB")
        note = "its colour profile grey is of other colours than the picture, and is passed over"
        known["other"] = Profile(icc.profile(other, "grey", 1.0), note=note)
    return known


def shown(light, opacity=None, profile=None):
    """What a viewer shows on white, from 0 to 255.

    Args:
        light: from 0 to 1, shape (height, width, 1 or 3).
        opacity: from 0 to 1, shape (height, width), or None.
        profile: `Profile` or None.
    """
    if profile and profile.gamma:
        light = icc.to_srgb(light, profile.gamma, profile.primaries)
    if opacity is not None:
        light = light * opacity[..., np.newaxis] + 1 - opacity[..., np.newaxis]
    return 255 * np.broadcast_to(light, (*light.shape[:2], 3))


def turned(array, orientation):
    return np.ascontiguousarray(STORED[orientation](array))


def exif(orientation, adobe=False):
    """EXIF data with an orientation, and the word that colours are Adobe RGB."""
    directory = struct.pack("<HHHIHH", 1 + adobe, 274, 3, 1, orientation, 0)
    if not adobe:
        return b"II*\0\x08\0\0\0" + directory + bytes(4)
    directory += struct.pack("<HHIII", 0x8769, 4, 1, 38, 0)
    return b"II*\0\x08\0\0\0" + directory + struct.pack("<HHHIHHI", 1, 0xA001, 3, 1, 2, 0, 0)


def png(stored, bits, kind, chunks=(), interlaced=False, palette=None):
    """A PNG file: samples of shape (height, width, channels), kind of colours by its number, chunks before the data."""
    height, width, _ = stored.shape
    passes = [stored]
    if interlaced:
        corners = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
        passes = [stored[row::down, column::right] for row, column, down, right in corners]
    packed = b"".join(_rows(part, bits) for part in passes if part.size)
    before = [(b"PLTE", palette.astype(np.uint8).tobytes())] if palette is not None else []
    colours = [chunk for chunk in chunks if chunk[0] != b"tRNS"]
    after = [chunk for chunk in chunks if chunk[0] == b"tRNS"]
    head = struct.pack(">2I5B", width, height, bits, kind, 0, 0, interlaced)
    parts = [(b"IHDR", head), *colours, *before, *after, (b"IDAT", zlib.compress(packed)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def _rows(part, bits):
    """Rows of samples, each behind the number of its filter (none)."""
    if bits == 16:
        packed = part.astype(">u2").reshape(len(part), -1).view(np.uint8)
    elif bits == 8:
        packed = part.astype(np.uint8).reshape(len(part), -1)
    else:
        places = np.unpackbits(part.astype(np.uint8).reshape(len(part), -1, 1), axis=2)[..., 8 - bits :]
        packed = np.packbits(places.reshape(len(part), -1), axis=1)
    return np.pad(packed, ((0, 0), (1, 0))).tobytes()


def bmp(
    pixels, bits, *, palette=b"", masks=(), header=40, colours=b"", compression=None, topdown=False, colour_count=0
):
    """A BMP file: rows of packed bytes from the top, and what its header says."""
    rows = [bytes(row) + bytes(-len(row) % 4) for row in pixels]
    height, width = len(rows), WIDTH
    body = b"".join(rows if topdown else rows[::-1])
    compression = (3 if masks else 0) if compression is None else compression
    info = struct.pack("<IiiHHIIiiII", header, width, -height if topdown else height, 1, bits, compression, len(body),
                       0, 0, colour_count, 0)  # fmt: skip
    tail = b"".join(struct.pack("<I", mask) for mask in masks)
    if header > 40:
        info = (info + tail.ljust(16, b"\0") + colours).ljust(header, b"\0")
        tail = b""
    start = 14 + len(info) + len(tail) + len(palette)
    return struct.pack("<2sIHHI", b"BM", start + len(body), 0, 0, start) + info + tail + palette + body


def jp2_with(data, method, colours=b"", boxes=b""):
    """A JP2 file with another colour box, and with boxes behind its codestream."""
    place = data.index(b"colr") - 4
    old = int.from_bytes(data[place : place + 4])
    box = struct.pack(">I4s3B", 11 + len(colours), b"colr", method, 0, 0) + colours
    head = data.index(b"jp2h") - 4
    size = int.from_bytes(data[head : head + 4]) + len(box) - old
    data = data[:place] + box + data[place + old :]
    return data[:head] + struct.pack(">I", size) + data[head + 4 :] + boxes


def jp2_box(kind, content):
    return struct.pack(">I4s", 8 + len(content), kind) + content
