"""Quantisation tables of JPEG: libjpeg's, those of files, and given ones; sub-sampling and rounding by their names."""

import numbers
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_segments

# How the differentiable JPEG rounds; see `models.jpeg`.
ROUNDINGS = ("round", "sin", "soft", "harmonic")
# Of the colour differences; the first is none.
SUBSAMPLINGS = ("4:4:4", "4:2:2", "4:2:0")
# Sampling factors of the brightness, by width and height, relative to those of the colour differences.
NAMES = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (1, 2): "4:4:0", (4, 1): "4:1:1"}
# The largest numbers that tables hold: in baseline files, and in those of 16-bit tables, where libjpeg takes no more.
_BASELINE, _MOST = 255, 32767
# Places in an 8×8 block in the order of files: along diagonals, the first to the right (T.81, figure A.6).
ZIGZAG = np.array(sorted(range(64), key=lambda at: (at // 8 + at % 8, at // 8 if (at // 8 + at % 8) % 2 else at % 8)))
# ITU-T T.81, Annex K, tables K.1 and K.2.
LUMA = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
)
CHROMA = np.full((8, 8), 99)
CHROMA[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]


def quality_factor(quality):
    """The quality as a whole number from 1 to 100; a `UserError` refuses all else."""
    if isinstance(quality, bool) or not isinstance(quality, numbers.Real) or quality != quality // 1:
        raise UserError(f"JPEG quality must be a whole number from 1 to 100, not {quality!r}")
    if not 1 <= quality <= 100:
        raise UserError(f"JPEG quality must be from 1 to 100, not {quality!r}")
    return int(quality)


def table(quality, chroma=False):
    """Quantisation table of libjpeg: whole numbers from 1 to 255, shape (8, 8), rows are vertical frequencies.

    It is that of the brightness, or that of the colour differences (chroma).
    """
    return pair(quality_factor(quality))[int(chroma)]


STANDARD = np.stack([LUMA, CHROMA])


def real_quality(quality):
    """The quality as a number from 1 to 100, an `int` where it is whole; a `UserError` refuses all else."""
    if isinstance(quality, bool) or not isinstance(quality, numbers.Real) or not 1 <= quality <= 100:
        raise UserError(f"JPEG quality must be a number from 1 to 100, not {quality!r}")
    return int(quality) if quality == quality // 1 else float(quality)


def subsampling_name(subsampling):
    """The name of a sub-sampling that the codecs here have; a `UserError` refuses all else."""
    if subsampling not in SUBSAMPLINGS:
        raise UserError(f"JPEG sub-sampling must be one of {', '.join(SUBSAMPLINGS)}, not {subsampling!r}")
    return subsampling


def pair(quality=50, base=None):
    """Tables of brightness and colour differences for a quality, as libjpeg makes them of base tables.

    Args:
        quality: 1 to 100; a number that is not whole gives percentages between those of its neighbours. At 50 the
            result is the base tables.
        base: whole numbers, shape (2, 8, 8); None for the standard ones.

    Returns:
        int, shape (2, 8, 8), natural order: 1 to 255, or 1 to 32767 for base tables that go beyond 255.
    """
    quality = real_quality(quality)
    base = STANDARD if base is None else np.asarray(base, np.int64)
    scale = 5000 // quality if quality < 50 else (200 - 2 * quality) // 1
    return np.clip((base * int(scale) + 50) // 100, 1, largest(base))


def largest(base):
    """The largest number that tables made of base tables may hold."""
    return _BASELINE if np.max(base) <= _BASELINE else _MOST


def given(tables):
    """Given tables as uint16, shape (2, 8, 8): those of an array or nested list, or of the JPEG file at a path.

    Raises:
        UserError: no such tables, or no such file.
    """
    if isinstance(tables, str | os.PathLike):
        return read(tables).tables
    if isinstance(tables, FileSettings):
        return tables.tables
    try:
        values = np.asarray(tables, np.float64)
    except (TypeError, ValueError):
        raise UserError("JPEG tables are whole numbers of shape (2, 8, 8), or the path of a JPEG file") from None
    if values.shape != (2, 8, 8):
        raise UserError(f"JPEG tables have the shape (2, 8, 8), brightness first, not {values.shape}")
    if not np.all((values >= 1) & (values <= _MOST) & (values == np.floor(values))):
        raise UserError(f"JPEG tables hold whole numbers from 1 to {_MOST}")
    return values.astype(np.uint16)


class FileSettings(NamedTuple):
    """How a JPEG file was coded."""

    tables: np.ndarray
    """Quantisation tables, brightness first: uint16, shape (2, 8, 8), natural order."""
    subsampling: str
    """4:4:4, 4:2:2, 4:2:0, 4:4:0 or 4:1:1."""
    quality: int
    """The quality factor whose standard brightness table is nearest."""


def read(path):
    """Settings of the JPEG file at a path: its `FileSettings`.

    Raises:
        UserError: no file, no JPEG file, a damaged one, or one without one table for brightness and one for both
            colour differences: grey, CMYK, RGB.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        return parse(data)
    except UserError as error:
        raise UserError(f"{path}: {error}") from None


def parse(data):
    """Settings of a JPEG file's bytes; see `read`."""
    tables, components, transform = {}, None, 1
    for kind, _, start, end in jpeg_segments.segments(data):
        content = data[start:end]
        if kind == jpeg_segments.QUANTISATION:
            tables |= stored_tables(content, start)
        elif kind == jpeg_segments.ADOBE and content[:5] == b"Adobe" and len(content) >= 12:
            transform = content[11]
        elif kind in jpeg_segments.FRAMES:
            components = frame_components(content, start)
        elif kind == jpeg_segments.SCAN:
            break
    if components is None:
        raise UserError("a JPEG file without a frame of DCT coefficients")
    if len(components) != 3 or transform == 0 or [name for name, *_ in components] == list(b"RGB"):
        colours = {1: "grey", 3: "RGB", 4: "CMYK"}.get(len(components), f"of {len(components)} components")
        raise UserError(f"a JPEG file that is {colours}, where brightness and colour differences are needed")
    return _settings(tables, components)


def _settings(tables, components):
    numbers_of_tables = [table for *_, table in components]
    if any(number not in tables for number in numbers_of_tables):
        raise UserError("a JPEG file without the quantisation tables that it names")
    luma, *chroma = (tables[number] for number in numbers_of_tables)
    if not np.array_equal(*chroma):
        raise UserError("a JPEG file whose two colour differences have different tables")
    (_, width, height, _), *others = components
    ratios = {(width / w, height / h) for _, w, h, _ in others}
    name = NAMES.get(ratios.pop()) if len(ratios) == 1 else None
    if name is None:
        raise UserError(f"a JPEG file of a sub-sampling that is none of {', '.join(NAMES.values())}")
    return FileSettings(np.stack([luma, chroma[0]]), name, estimate_quality(luma))


def stored_tables(content, start):
    """Tables of a segment by their numbers, in natural order."""
    tables, at = {}, 0
    while at < len(content):
        wide, number = content[at] >> 4, content[at] & 15
        stored = content[at + 1 : at + 1 + 64 * (1 + wide)]
        if wide > 1 or len(stored) < 64 * (1 + wide):
            raise jpeg_segments.damaged(start + at)
        natural = np.empty(64, np.uint16)
        natural[ZIGZAG] = np.frombuffer(stored, ">u2" if wide else "u1")
        if not natural.all():
            raise UserError("a JPEG file with a quantisation table that holds a zero")
        tables[number], at = natural.reshape(8, 8), at + 1 + len(stored)
    return tables


def frame_components(content, start):
    """Name, sampling factors by width and height, and table's number of each component of a frame."""
    count = content[5] if len(content) > 5 else 0
    stored = [content[at : at + 3] for at in range(6, 6 + 3 * count, 3)]
    factors = [factor for part in stored[:count] if len(part) == 3 for factor in (part[1] >> 4, part[1] & 15)]
    if not count or len(factors) != 2 * count or 0 in factors:
        raise jpeg_segments.damaged(start)
    return [(part[0], part[1] >> 4, part[1] & 15, part[2]) for part in stored]


def estimate_quality(luma_table, chroma=False):
    """The quality factor whose table is nearest in mean absolute difference; the lower one of two as near.

    Args:
        luma_table: a quantisation table, shape (8, 8), natural order.
        chroma: compare with the tables of the colour differences.
    """
    values = np.asarray(luma_table, np.float64)
    if values.shape != (8, 8):
        raise UserError(f"a quantisation table has 8×8 numbers, not shape {values.shape}")
    differences = [np.abs(values - table(quality, chroma)).mean() for quality in range(1, 101)]
    return 1 + int(np.argmin(differences))
