"""DNG files written byte by byte: any tag, any packing of the samples, and what a reader must make of them."""

import struct
import zlib
from fractions import Fraction

import imagecodecs
import numpy as np

HEIGHT, WIDTH = 40, 56
LEVEL_COLOURS = {"R": 0, "G": 1, "B": 2}
_CODES = {1: "B", 2: "s", 3: "H", 4: "I", 5: "I", 7: "B", 9: "i", 10: "i", 12: "d"}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8, 12: 8}
# EXIF orientation for each of LibRaw's values of flip.
ORIENTATION = (1, 2, 4, 3, 5, 8, 6, 7)
MATRIX = np.array([[0.8139, -0.2171, -0.0663], [-0.8747, 1.6541, 0.2295], [-0.1925, 0.2008, 0.8093]])
NEUTRAL = (0.5, 1.0, 0.625)


def rationals(values, denominator=1_000_000):
    """Numerators and denominators, one behind the other."""
    parts = [Fraction(float(value)).limit_denominator(denominator) for value in values]
    return tuple(number for part in parts for number in (part.numerator, part.denominator))


def tags(cfa, **changes):
    """Usual tags by name: number, type, values; None as a change takes one away."""
    usual = {
        "Make": (271, 2, b"Test\0"),
        "Model": (272, 2, b"Test Camera\0"),
        "Orientation": (274, 3, (1,)),
        "CFARepeatPatternDim": (33421, 3, (2, 2)),
        "CFAPattern": (33422, 1, tuple(LEVEL_COLOURS[letter] for letter in cfa)),
        "DNGVersion": (50706, 1, (1, 4, 0, 0)),
        "UniqueCameraModel": (50708, 2, b"Test Camera\0"),
        "ColorMatrix1": (50721, 10, rationals(MATRIX.ravel(), 10_000)),
        "AsShotNeutral": (50728, 5, rationals(NEUTRAL)),
        "CalibrationIlluminant1": (50778, 3, (21,)),
    }
    usual |= changes
    return [tag for tag in usual.values() if tag]


def file(samples, said, *, bits=16, compression="none", order="<", tile=None, rows=None, below=False):
    """A DNG file.

    Args:
        samples: unsigned, shape (height, width).
        said: tags, as `tags` gives them.
        bits: of a sample in the file.
        compression: "none", "ljpeg" or "deflate".
        order: "<" or ">".
        tile: (height, width) of tiles, or None for strips of `rows` rows.
        below: whether the mosaic stands in a sub-directory, below a preview, as converters write.
    """
    height, width = samples.shape
    down, across = tile or (rows or height, width)
    parts = [
        _packed(_filled(samples[top : top + down, left : left + across], tile), bits, compression, order)
        for top in range(0, height, down)
        for left in range(0, width, across)
    ]
    place, offsets = 8, []
    for part in parts:
        offsets.append(place)
        place += len(part) + len(part) % 2
    data = b"".join(part + bytes(len(part) % 2) for part in parts)
    sizes = tuple(map(len, parts))
    mosaic = [
        (254, 4, (0,)), (256, 4, (width,)), (257, 4, (height,)), (258, 3, (bits,)),
        (259, 3, ({"none": 1, "ljpeg": 7, "deflate": 8}[compression],)), (262, 3, (32803,)), (277, 3, (1,)),
        (284, 3, (1,)), *said,
    ]  # fmt: skip
    if tile:
        mosaic += [(322, 4, (across,)), (323, 4, (down,)), (324, 4, tuple(offsets)), (325, 4, sizes)]
    else:
        mosaic += [(273, 4, tuple(offsets)), (278, 4, (down,)), (279, 4, sizes)]
    if not below:
        return _head(order, place) + data + _directory(mosaic, place, order)
    # The preview is grey, black, of one byte.
    own = (271, 272, 274, 50706, 50708, 50721, 50722, 50728, 50729, 50778, 50779, 50727)
    first = [tag for tag in mosaic if tag[0] in own]
    sub = _directory([tag for tag in mosaic if tag[0] not in own], place, order)
    start = place + len(sub)
    first += [(254, 4, (1,)), (256, 4, (1,)), (257, 4, (1,)), (258, 3, (8,)), (259, 3, (1,)), (262, 3, (1,)),
              (273, 4, (8,)), (277, 3, (1,)), (278, 4, (1,)), (279, 4, (1,)), (330, 4, (place,))]  # fmt: skip
    return _head(order, start) + data + sub + _directory(first, start, order)


def _head(order, first):
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", first)


def _filled(part, tile):
    return np.pad(part, ((0, tile[0] - part.shape[0]), (0, tile[1] - part.shape[1])), mode="edge") if tile else part


def _packed(part, bits, compression, order):
    if compression == "ljpeg":
        return imagecodecs.ljpeg_encode(np.ascontiguousarray(part.astype(np.uint16)), bitspersample=bits)
    if bits == 16:
        packed = part.astype(order + "u2").tobytes()
    elif bits == 8:
        packed = part.astype(np.uint8).tobytes()
    else:
        # The highest bit first; each row begins with a byte of its own.
        places = np.unpackbits(part.astype(">u2")[..., np.newaxis].view(np.uint8), axis=2)[..., 16 - bits :]
        packed = np.packbits(places.reshape(len(part), -1), axis=1).tobytes()
    return zlib.compress(packed) if compression == "deflate" else packed


def _directory(said, place, order):
    """A directory that stands at `place`, and behind it what does not fit in."""
    said = sorted(said)
    table, rest = struct.pack(order + "H", len(said)), b""
    start = place + 2 + 12 * len(said) + 4
    for number, kind, values in said:
        data = values if isinstance(values, bytes) else struct.pack(f"{order}{len(values)}{_CODES[kind]}", *values)
        table += struct.pack(order + "HHI", number, kind, len(data) // _SIZES[kind])
        if len(data) <= 4:
            table += data.ljust(4, b"\0")
        else:
            table += struct.pack(order + "I", start + len(rest))
            rest += data + bytes(len(data) % 2)
    return table + bytes(4) + rest


def samples(black, white, seed=0, bits=16):
    """Random samples from a little below black to a little above white, as far as so many bits go."""
    low = np.maximum(np.broadcast_to(black, (HEIGHT, WIDTH)) - 10, 0)
    share = np.random.default_rng(seed).random((HEIGHT, WIDTH)) * 1.05
    return np.minimum(low + share * (white - low), (1 << bits) - 1).astype(np.uint16)


def black_of(cell, area, rows=None, columns=None):
    """Black level of each sample of a mosaic: a cell that repeats from the area's corner on, and additions."""
    cell = np.asarray(cell, float)
    top, left, bottom, right = area
    y, x = np.arange(HEIGHT) - top, np.arange(WIDTH) - left
    black = cell[np.ix_(y % cell.shape[0], x % cell.shape[1])]
    if rows is not None:
        black = black + np.asarray(rows)[y.clip(0, bottom - top - 1), np.newaxis]
    if columns is not None:
        black = black + np.asarray(columns)[x.clip(0, right - left - 1)]
    return black


def stack(mosaic, black, white, cfa, area, gains):
    """Bayer stack of a mosaic, by its definition: the picture begins at the area's corner, or at the next even places.

    Args:
        cfa: letters of the area's corner.
        gains: of R, G and B.

    Returns:
        The stack, and the letters of the picture's corner.
    """
    top, left, bottom, right = area
    row, column = top + top % 2, left + left % 2
    letters = np.array(list(cfa)).reshape(2, 2)[np.ix_([top % 2, 1 - top % 2], [left % 2, 1 - left % 2])]
    light = ((mosaic - black) / (white - black))[row:bottom, column:right]
    light = light[: len(light) & ~1, : light.shape[1] & ~1]
    name, planes = "".join(letters.flat), {"R": [], "G": [], "B": []}
    for place, letter in enumerate(name):
        plane = light[place // 2 :: 2, place % 2 :: 2] * gains["RGB".index(letter)]
        planes[letter].append(plane.clip(0, 1))
    return np.stack([*planes["R"], *planes["G"], *planes["B"]], axis=-1), name
