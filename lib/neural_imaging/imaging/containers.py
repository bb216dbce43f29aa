"""What a RAW file's container says before LibRaw sees it: format, camera, and whether the picture's data are there."""

import contextlib
import mmap
import struct
from dataclasses import dataclass

from neural_imaging.imaging import foreign, levels

MAKE, MODEL, ORIENTATION, COMPRESSION, PHOTOMETRIC, SUB_IFDS = 271, 272, 274, 259, 262, 330
STRIPS, TILES = (273, 279), (324, 325)
COLOUR_FILTER_ARRAY, LINEAR_RAW = 32803, 34892
UNREADABLE_COMPRESSIONS = {8: "deflate", 9: "GoPro VC-5", 52546: "JPEG XL"}
_LOSSLESS_JPEG = 7

# Bytes per value of the TIFF types; rationals are pairs of whole numbers.
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_CODES = {1: "B", 3: "H", 4: "I", 5: "I", 6: "b", 7: "B", 8: "h", 9: "i", 10: "i", 11: "f", 12: "d", 13: "I"}
_RATIONALS = (5, 10)
AS_SHOT_WHITE = 50729
_WANTED = {MAKE, MODEL, ORIENTATION, COMPRESSION, PHOTOMETRIC, SUB_IFDS, *STRIPS, *TILES, *levels.TAGS, AS_SHOT_WHITE}
# In RAF files: layout of the sensor's pixels, and where the record with it begins.
_FUJI_LAYOUT, _FUJI_RECORD = 0x130, 92
_MOST_IFDS = 64
_MOST_VALUES = 1 << 20

_TIFF_STARTS = (b"II*\0", b"MM\0*", b"IIU\0", b"IIRO", b"IIRS", b"MMOR")
_OTHER_STARTS = {
    b"FUJIFILM": "RAF",
    b"\0MRM": "MRW",
    b"FOVb": "X3F",
    b"ARRI": "ARRI",
    b"qktk": "QuickTake",
    b"qktn": "QuickTake",
    b"IIII": "Phase One",
    b"MMMM": "Phase One",
    b"NOKIARAW": "Nokia",
    b"RED1": "R3D",
}


@dataclass
class Container:
    """Facts of a file's outer format.

    Attributes:
        format: "TIFF", "CRW", "CR3", "JPEG" …; None where no signature of a known format is found.
        camera: make and model, or "".
        orientation: of EXIF, 1 to 8 (from 5 on the photograph stands on its side); None where it is not said.
        problem: why LibRaw cannot give the picture, where the container already tells; else "".
        levels: `levels.Levels` of each mosaic that a DNG file describes.
        white: of a DNG file: its white balance as a chromaticity (x, y), which the camera set; None where it has none.
        foreign: what a file without such a signature is, see `foreign.named`.
        size: of the file, in bytes.
    """

    format: str | None = None
    camera: str = ""
    orientation: int | None = None
    problem: str = ""
    levels: tuple = ()
    white: tuple | None = None
    foreign: str = ""
    size: int = 0


def inspect(path):
    """Look at a file's structure without decoding it. Damaged structures give less, never an error."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        if size < 32:
            return Container(size=size)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            found = Container(_format(data), size=size)
            if found.format is None:
                found.foreign = foreign.named(data[: foreign.DEPTH])
            # Of a damaged container less is known; LibRaw has the last word.
            with contextlib.suppress(struct.error, LookupError, ValueError, OverflowError):
                _describe(data, found)
            return found


def _format(data):
    start = data[:16]
    if start[:4] in _TIFF_STARTS:
        return "TIFF"
    if start[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if start[6:14] == b"HEAPCCDR":
        return "CRW"
    if start[4:12] == b"ftypcrx ":
        return "CR3"
    if data[25:32] == b"ARECOYK":
        return "Kyocera"
    return next((name for magic, name in _OTHER_STARTS.items() if start.startswith(magic)), None)


def _describe(data, found):
    base = 0
    if found.format == "CRW":
        found.camera = _camera_name(*_ciff_names(data))
        return
    if found.format == "RAF":
        found.camera = _camera_name("Fujifilm", _text(data[28:60]))
        found.problem = _fuji_layout(data)
        return
    if found.format == "CR3":
        base = data.find(b"CMT1", 0, 1 << 16) + 4
    elif found.format == "MRW":
        base = data.find(b"\0TTW", 0, 1 << 16) + 8
    elif found.format != "TIFF":
        return
    ifds = _tiff_ifds(data, base)
    if ifds:
        found.camera = _camera_name(_text(ifds[0].get(MAKE, b"")), _text(ifds[0].get(MODEL, b"")))
        orientation = _first(ifds[0], ORIENTATION)
        found.orientation = orientation if orientation in range(1, 9) else None
    if base == 0:
        found.problem = _missing_data(ifds, found.size)
    if ifds and base == 0 and levels.DNG_VERSION in ifds[0]:
        white = ifds[0].get(AS_SHOT_WHITE, ())
        found.white = white if len(white) == 2 and min(white) > 0 and sum(white) < 1 else None
    if ifds and base == 0 and levels.DNG_VERSION in ifds[0] and not found.problem:
        mosaics = [ifd for ifd in ifds if _first(ifd, PHOTOMETRIC) == COLOUR_FILTER_ARRAY]
        try:
            found.levels = tuple(levels.of(ifd, ifds[0]) for ifd in mosaics)
        except levels.LevelsError as error:
            found.problem = str(error)


def _missing_data(ifds, size):
    """The mosaic's strips or tiles must lie inside the file, and be compressed in a way that LibRaw knows."""
    for ifd in ifds:
        if _first(ifd, PHOTOMETRIC) not in (COLOUR_FILTER_ARRAY, LINEAR_RAW):
            continue
        compression = UNREADABLE_COMPRESSIONS.get(_first(ifd, COMPRESSION))
        if compression:
            return f"its picture is compressed as {compression}, which LibRaw cannot read here"
        if _first(ifd, COMPRESSION) == _LOSSLESS_JPEG and len(ifd.get(STRIPS[0], ())) > 1:
            return "its picture is compressed as lossless JPEG in several strips, of which LibRaw reads the first"
        for offsets, counts in (STRIPS, TILES):
            ends = [a + b for a, b in zip(ifd.get(offsets, ()), ifd.get(counts, ()), strict=False)]
            if ends and max(ends) > size:
                return f"cut off: the picture's data end {max(ends) - size} bytes behind the end of the file"
    return ""


def _fuji_layout(data):
    """Super CCD sensors stand on their corners, so that their rows are diagonals."""
    (place,) = struct.unpack_from(">I", data, _FUJI_RECORD)
    (entries,) = struct.unpack_from(">I", data, place)
    place += 4
    for _ in range(min(entries, 255)):
        tag, length = struct.unpack_from(">HH", data, place)
        if tag == _FUJI_LAYOUT and length >= 2 and not data[place + 5] & 8:
            return "its pixels stand in a staggered layout (Super CCD), so it is not a Bayer mosaic"
        place += 4 + length
    return ""


def _first(ifd, tag):
    values = ifd.get(tag, ())
    return values[0] if len(values) else None


def _tiff_ifds(data, base):
    """Directories of a TIFF structure: the chain, and the sub-directories in it."""
    order = "<" if data[base : base + 2] == b"II" else ">"
    (first,) = struct.unpack_from(order + "I", data, base + 4)
    waiting, seen, ifds = [first], set(), []
    while waiting and len(ifds) < _MOST_IFDS:
        offset = waiting.pop(0)
        if not offset or offset in seen or base + offset + 2 > len(data):
            continue
        seen.add(offset)
        try:
            ifd, following = _tiff_ifd(data, base, offset, order)
        except struct.error:
            continue
        ifds.append(ifd)
        waiting += [*ifd.get(SUB_IFDS, ()), following]
    return ifds


def _tiff_ifd(data, base, offset, order):
    ifd = {}
    (count,) = struct.unpack_from(order + "H", data, base + offset)
    for entry in range(base + offset + 2, base + offset + 2 + 12 * count, 12):
        tag, kind, values = struct.unpack_from(order + "HHI", data, entry)
        if tag not in _WANTED or kind not in _SIZES or (values > _MOST_VALUES and kind != 7):
            continue
        place = entry + 8
        if values * _SIZES[kind] > 4:
            place = base + struct.unpack_from(order + "I", data, entry + 8)[0]
        if kind in (2, 7):
            ifd[tag] = data[place : place + values]
        elif place + values * _SIZES[kind] <= len(data):
            per_value = 2 if kind in _RATIONALS else 1
            numbers = struct.unpack_from(f"{order}{values * per_value}{_CODES[kind]}", data, place)
            ifd[tag] = tuple(map(_quotient, numbers[::2], numbers[1::2])) if kind in _RATIONALS else numbers
    try:
        (following,) = struct.unpack_from(order + "I", data, base + offset + 2 + 12 * count)
    except struct.error:
        following = 0
    return ifd, following


def _quotient(numerator, denominator):
    return numerator / denominator if denominator else float("nan")


def _ciff_names(data):
    """Make and model in Canon's CIFF: record 0x080a, below the directories 0x2807 and 0x300a."""
    (start,) = struct.unpack_from("<I", data, 2)
    waiting = [(start, len(data))]
    for _ in range(_MOST_IFDS):
        if not waiting:
            break
        begin, end = waiting.pop(0)
        (table,) = struct.unpack_from("<I", data, end - 4)
        (records,) = struct.unpack_from("<H", data, begin + table)
        for record in range(records):
            tag, length, offset = struct.unpack_from("<HII", data, begin + table + 2 + 10 * record)
            if tag == 0x080A:
                make, model = bytes(data[begin + offset : begin + offset + length]).split(b"\0")[:2]
                return _text(make), _text(model)
            if tag & 0x3800 in (0x2800, 0x3000):
                waiting.append((begin + offset, begin + offset + length))
    return "", ""


def _text(raw):
    """Text up to the first zero byte; "" where it is no printable ASCII, as in damaged files."""
    text = bytes(raw).split(b"\0")[0].decode("latin-1").strip()
    return text if text.isascii() and text.isprintable() else ""


def _camera_name(make, model):
    """Make and model as one name; many cameras repeat the make, or the brand in it, at the head of the model."""
    brands, words = make.lower().split(), model.lower().split()
    if not brands or model.lower().startswith(brands[0]) or set(words[:1]) & set(brands):
        return model
    return f"{make} {model}".strip()
