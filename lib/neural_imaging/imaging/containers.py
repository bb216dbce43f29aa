"""What a RAW file's container says before LibRaw sees it: format, camera, and whether the picture's data are there."""

import contextlib
import mmap
import struct
from dataclasses import dataclass

from neural_imaging.imaging import foreign, levels, neutral

_MAKE, _MODEL, _ORIENTATION, _COMPRESSION, _PHOTOMETRIC, _SUB_IFDS = 271, 272, 274, 259, 262, 330
# Directory of EXIF; serial numbers of a camera's body in EXIF and DNG, and the maker's own notes.
_EXIF, _BODY_SERIAL, _DNG_SERIAL, _MAKER_NOTE = 34665, 42033, 50735, 37500
# Where older cameras have it: a text in notes of Nikon's, which begin with a TIFF structure of their own.
_NIKON, _NIKON_START, _NIKON_SERIAL = b"Nikon\0\x02", 10, 29
_DATA = ((273, 279), (324, 325))  # Offsets and lengths of strips, and of tiles.
_COLOUR_FILTER_ARRAY, _LINEAR_RAW = 32803, 34892
_UNREADABLE_COMPRESSIONS = {8: "deflate", 9: "GoPro VC-5", 52546: "JPEG XL"}
_LOSSLESS_JPEG = 7
_WANTED = {_MAKE, _MODEL, _ORIENTATION, _COMPRESSION, _PHOTOMETRIC, _SUB_IFDS, *levels.TAGS, *neutral.TAGS,
           _EXIF, _BODY_SERIAL, _DNG_SERIAL, _MAKER_NOTE, _NIKON_SERIAL, *_DATA[0], *_DATA[1]}  # fmt: skip
# How `struct` names the TIFF types; rationals are pairs of whole numbers.
_TYPES = {1: "B", 2: "s", 3: "H", 4: "I", 5: "II", 6: "b", 7: "s", 8: "h", 9: "i", 10: "ii", 11: "f", 12: "d", 13: "I"}
_TEXT, _BYTES = 2, 7
# In RAF files: layout of the sensor's pixels, and where the record with it begins.
_FUJI_LAYOUT, _FUJI_RECORD = 0x130, 92
_MOST_IFDS, _MOST_VALUES = 64, 1 << 20

# Formats by what stands at a place of their files.
_SIGNATURES = {
    "TIFF": (0, (b"II*\0", b"MM\0*", b"IIU\0", b"IIRO", b"IIRS", b"MMOR")),
    "JPEG": (0, (b"\xff\xd8\xff",)),
    "CRW": (6, (b"HEAPCCDR",)),
    "CR3": (4, (b"ftypcrx ",)),
    "Kyocera": (25, (b"ARECOYK",)),
    "RAF": (0, (b"FUJIFILM",)),
    "MRW": (0, (b"\0MRM",)),
    "X3F": (0, (b"FOVb",)),
    "ARRI": (0, (b"ARRI",)),
    "QuickTake": (0, (b"qktk", b"qktn")),
    "Phase One": (0, (b"IIII", b"MMMM")),
    "Nokia": (0, (b"NOKIARAW",)),
    "R3D": (0, (b"RED1",)),
}


@dataclass
class Container:
    """Facts of a file's outer format."""

    format: str | None  # A name of `_SIGNATURES`; None where none of them is found.
    size: int  # Of the file, in bytes.
    camera: str = ""  # Make and model.
    serial: str = ""  # Serial number of the body; "" where the file does not say it in one of the usual places.
    # Of EXIF, 1 to 8 (from 5 on the photograph stands on its side); 1 for the other numbers that some programs write.
    orientation: int | None = None
    senseless_orientation: bool = False  # Whether it is such another number.
    problem: str = ""  # Why LibRaw cannot give the picture, where the container already tells.
    levels: tuple = ()  # `levels.Levels` of each mosaic that a DNG file describes.
    white_gains: tuple | None = None  # Of a DNG file that gives the colour of white: gains for it (`neutral.gains`).
    foreign: str = ""  # What a file without a signature is, see `foreign.named`.


def inspect(path):
    """Look at a file's structure without decoding it. Damaged structures give less, never an error."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        if size < 32:
            return Container(None, size)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            container = Container(_format(data), size)
            if container.format is None:
                container.foreign = foreign.named(data[: foreign.DEPTH])
            # Of a damaged container less is known; LibRaw has the last word.
            with contextlib.suppress(struct.error, LookupError, ValueError, OverflowError):
                _describe(data, container)
            return container


def _format(data):
    start = data[:32]
    return next((name for name, (place, magics) in _SIGNATURES.items() if start.startswith(magics, place)), None)


def _describe(data, container):
    if container.format == "CRW":
        container.camera = _camera_name(*_ciff_names(data))
    elif container.format == "RAF":
        container.camera = _camera_name("Fujifilm", _text(data[28:60]))
        container.problem = _fuji_layout(data)
    elif container.format == "CR3":
        _describe_tiff(data, data.find(b"CMT1", 0, 1 << 16) + 4, container)
        container.serial = _serial(_tiff_ifds(data, data.find(b"CMT2", 0, 1 << 16) + 4))
    elif container.format == "MRW":
        _describe_tiff(data, data.find(b"\0TTW", 0, 1 << 16) + 8, container)
    elif container.format == "TIFF":
        ifds = _describe_tiff(data, 0, container)
        container.problem = _missing_data(ifds, container.size)
        if ifds and levels.DNG_VERSION in ifds[0]:
            _describe_dng(ifds, container)


def _describe_tiff(data, base, container):
    """Directories of the TIFF structure that begins at `base`; camera and orientation are noted from the first."""
    ifds = _tiff_ifds(data, base)
    if ifds:
        container.camera = _camera_name(_text(ifds[0].get(_MAKE, b"")), _text(ifds[0].get(_MODEL, b"")))
        orientation = _first(ifds[0], _ORIENTATION)
        container.senseless_orientation = orientation not in (None, *range(1, 9))
        container.orientation = 1 if container.senseless_orientation else orientation
        container.serial = _serial(ifds)
    return ifds


def _serial(ifds):
    """The body's serial number: that of EXIF, of DNG, or of the maker's notes."""
    for tag in (_BODY_SERIAL, _DNG_SERIAL):
        for ifd in ifds:
            if serial := _text(ifd.get(tag, b"")):
                return serial
    for note in (ifd[_MAKER_NOTE] for ifd in ifds if _MAKER_NOTE in ifd):
        # A file's other facts do not hang on what its maker has noted.
        with contextlib.suppress(struct.error, LookupError, ValueError, OverflowError):
            if note.startswith(_NIKON) and (serial := _text(_tiff_ifds(note, _NIKON_START)[0][_NIKON_SERIAL])):
                return serial
    return ""


def _describe_dng(ifds, container):
    container.white_gains = neutral.gains(ifds[0])
    if container.problem:
        return
    try:
        mosaics = [ifd for ifd in ifds if _first(ifd, _PHOTOMETRIC) == _COLOUR_FILTER_ARRAY]
        container.levels = tuple(levels.of(ifd, ifds[0]) for ifd in mosaics)
    except levels.LevelsError as error:
        container.problem = str(error)


def _missing_data(ifds, size):
    """The mosaic's strips or tiles must lie inside the file, and be compressed in a way that LibRaw knows."""
    for ifd in ifds:
        if _first(ifd, _PHOTOMETRIC) not in (_COLOUR_FILTER_ARRAY, _LINEAR_RAW):
            continue
        compression = _first(ifd, _COMPRESSION)
        if compression in _UNREADABLE_COMPRESSIONS:
            return (
                f"its picture is compressed as {_UNREADABLE_COMPRESSIONS[compression]}, which LibRaw cannot read here"
            )
        if compression == _LOSSLESS_JPEG and len(ifd.get(_DATA[0][0], ())) > 1:
            return "its picture is compressed as lossless JPEG in several strips, of which LibRaw reads the first"
        for offsets, counts in _DATA:
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
    waiting, seen, ifds = list(struct.unpack_from(order + "I", data, base + 4)), set(), []
    while waiting and len(ifds) < _MOST_IFDS:
        offset = waiting.pop(0)
        if not offset or offset in seen or base + offset + 2 > len(data):
            continue
        seen.add(offset)
        with contextlib.suppress(struct.error):
            ifd, following = _tiff_ifd(data, base, offset, order)
            ifds.append(ifd)
            waiting += [*ifd.get(_SUB_IFDS, ()), *ifd.get(_EXIF, ()), following]
    return ifds


def _tiff_ifd(data, base, offset, order):
    """Values of the wanted tags of a directory, and the offset of the next one."""
    ifd = {}
    (count,) = struct.unpack_from(order + "H", data, base + offset)
    end = base + offset + 2 + 12 * count
    for entry in range(base + offset + 2, end, 12):
        tag, kind, values = struct.unpack_from(order + "HHI", data, entry)
        if tag not in _WANTED or kind not in _TYPES or (values > _MOST_VALUES and kind != _BYTES):
            continue
        code, place = _TYPES[kind], entry + 8
        size = values * struct.calcsize("=" + code)
        if size > 4:
            place = base + struct.unpack_from(order + "I", data, place)[0]
        content = data[place : place + size]
        if kind in (_TEXT, _BYTES):
            ifd[tag] = content
        elif len(content) == size:
            numbers = struct.unpack(f"{order}{values * len(code)}{code[0]}", content)
            ifd[tag] = tuple(map(_quotient, numbers[::2], numbers[1::2])) if len(code) == 2 else numbers
    following = struct.unpack_from(order + "I", data, end)[0] if end + 4 <= len(data) else 0
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
