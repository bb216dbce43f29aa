"""What a DNG file says of its samples (Adobe, "Digital Negative Specification", version 1.7): levels and layout."""

import struct
from dataclasses import dataclass

import numpy as np

DNG_VERSION, _ACTIVE_AREA = 50706, 50829
_WIDTH, _HEIGHT, _BITS = 256, 257, 258
_LAYOUT, _REPEAT, _BLACK, _BLACK_COLUMNS, _BLACK_ROWS, _WHITE = 50711, 50713, 50714, 50715, 50716, 50717
_PLANES, _SAMPLE_FORMAT, _FILTERS_REPEAT, _FILTERS = 50710, 339, 33421, 33422
# Of samples that stand in another order than that of the picture: the tags' numbers, and what stands in place.
_ORDERS = {50975: "RowInterleaveFactor", 52547: "ColumnInterleaveFactor", 50974: "SubTileBlockSize"}
# Lists of corrections; those of the third are for developed pictures.
_OPCODES, _OF_DEVELOPED = {51008: "OpcodeList1", 51009: "OpcodeList2", 51022: "OpcodeList3"}, 51022
TAGS = (_WIDTH, _HEIGHT, _BITS, DNG_VERSION, _LAYOUT, _REPEAT, _BLACK, _BLACK_COLUMNS, _BLACK_ROWS, _WHITE,
        _ACTIVE_AREA, _PLANES, _SAMPLE_FORMAT, _FILTERS_REPEAT, _FILTERS, *_ORDERS, *_OPCODES)  # fmt: skip
_RECTANGULAR, _UNSIGNED, _RGB, _OPTIONAL = 1, 1, (0, 1, 2), 1
_CORRECTIONS = ("", "WarpRectilinear", "WarpFisheye", "FixVignetteRadial", "FixBadPixelsConstant", "FixBadPixelsList",
                "TrimBounds", "MapTable", "MapPolynomial", "GainMap", "DeltaPerRow", "DeltaPerColumn", "ScalePerRow",
                "ScalePerColumn", "WarpRectilinear2")  # fmt: skip
# Without these samples are no measure of light, or not the picture's.
_INDISPENSABLE = ("TrimBounds", "MapTable", "MapPolynomial")


class LevelsError(ValueError):
    """Samples that are not understood; the message is the reason."""


@dataclass(frozen=True)
class Levels:
    """Black and white of a mosaic's samples."""

    size: tuple  # Height and width of the whole mosaic.
    area: tuple  # Top, left, bottom and right of its active area.
    cell: np.ndarray  # Black levels that repeat from the area's corner on, shape (rows, columns).
    columns: np.ndarray  # What is added to them in each column and row of the area; empty for nothing.
    rows: np.ndarray
    white: int  # Value of a saturated sample.
    passed_over: tuple  # Names of the corrections that the file asks for, which nothing here makes.

    def black(self, rows, columns):
        """Black levels at these rows and columns of the whole mosaic: a number where all are equal, else an array."""
        rows, columns = np.asarray(rows) - self.area[0], np.asarray(columns) - self.area[1]
        repeated = np.ix_(rows % self.cell.shape[0], columns % self.cell.shape[1])
        levels = self.cell[repeated].astype(np.float32)
        if self.rows.size:
            levels += self.rows[rows.clip(0, len(self.rows) - 1), np.newaxis].astype(np.float32)
        if self.columns.size:
            levels += self.columns[columns.clip(0, len(self.columns) - 1)].astype(np.float32)
        first = levels.flat[0]
        return float(first) if (levels == first).all() else levels


def of(ifd, head):
    """Levels of the mosaic of a directory, or of the file's first one, where some programs write what belongs to it."""

    def values(tag, default=()):
        return ifd.get(tag) or head.get(tag) or default

    layout = values(_LAYOUT, (_RECTANGULAR,))[0]
    if layout != _RECTANGULAR:
        raise LevelsError(f"its pixels stand in a staggered layout (CFALayout {layout}), so it is not a Bayer mosaic")
    if ifd.get(_SAMPLE_FORMAT, (_UNSIGNED,))[0] != _UNSIGNED:
        raise LevelsError("its samples are floating-point or signed numbers; whole ones from 0 up are read")
    if tuple(values(_PLANES, _RGB)) != _RGB and len(values(_PLANES)) == 3:
        raise LevelsError("its colours are not in the order red, green, blue (CFAPlaneColor)")
    repeat, filters = tuple(ifd.get(_FILTERS_REPEAT, (2, 2))), np.frombuffer(bytes(ifd.get(_FILTERS, b"")), np.uint8)
    # LibRaw takes the first four filters, or eight, whatever the shape is that they are said to have.
    if len(repeat) == 2 and filters.size == repeat[0] * repeat[1] and (filters.size < 4 or not _bayer(filters, repeat)):
        raise LevelsError(
            f"has filters that repeat after {repeat[0]} × {repeat[1]} pixels, so it is not a Bayer mosaic"
        )
    for tag, name in _ORDERS.items():
        if any(step != 1 for step in ifd.get(tag, ())):
            raise LevelsError(f"its samples stand in another order than that of the picture ({name})")
    size = ifd[_HEIGHT][0], ifd[_WIDTH][0]
    area = tuple(int(side) for side in values(_ACTIVE_AREA, (0, 0, *size)))
    if len(area) != 4 or not (0 <= area[0] < area[2] <= size[0] and 0 <= area[1] < area[3] <= size[1]):
        raise LevelsError(f"damaged: its active area {area} does not lie within {size[0]} × {size[1]} pixels")
    black = np.array(values(_BLACK, (0,)), float)
    repeat = tuple(values(_REPEAT, (1, 1)))
    if len(repeat) != 2 or black.size != repeat[0] * repeat[1]:
        if not black.size or np.ptp(black):
            raise LevelsError(f"damaged: it has {black.size} black levels for a pattern of {repeat}")
        repeat, black = (1, 1), black.flat[:1]
    columns, rows = (np.array(values(tag), float) for tag in (_BLACK_COLUMNS, _BLACK_ROWS))
    for deltas, side, what in ((columns, area[3] - area[1], "columns"), (rows, area[2] - area[0], "rows")):
        if deltas.size not in (0, side):
            raise LevelsError(f"damaged: it has black levels of {deltas.size} {what} for {side}")
    if not all(np.isfinite(part).all() for part in (black, columns, rows)):
        raise LevelsError("damaged: some of its black levels are no numbers")
    white = values(_WHITE, ((1 << int(ifd.get(_BITS, (16,))[0])) - 1,))[0]
    return Levels(size, area, black.reshape(repeat), columns, rows, int(white), _passed_over(values))


def _bayer(filters, repeat):
    """Whether filters repeat after two rows and two columns."""
    filters = np.tile(filters.reshape(repeat), (2, 2))
    return (filters[2:] == filters[:-2]).all() and (filters[:, 2:] == filters[:, :-2]).all()


def _passed_over(values):
    """Names of the corrections that a file lists."""
    names = []
    for tag, list_name in _OPCODES.items():
        for number, optional in _corrections(bytes(values(tag))):
            name = _CORRECTIONS[number] if 0 < number < len(_CORRECTIONS) else f"number {number}"
            if name in _INDISPENSABLE and tag != _OF_DEVELOPED and not optional:
                raise LevelsError(f"its samples need the correction {name} ({list_name}), which is not made here")
            names.append(name)
    return tuple(dict.fromkeys(names))


def _corrections(content):
    """Number of each correction of a list, and whether a reader may leave it out; numbers are big-endian always."""
    place = 4
    for _ in range(min(int.from_bytes(content[:4]), len(content))):
        try:
            number, _, flags, length = struct.unpack_from(">4I", content, place)
        except struct.error:
            raise LevelsError("damaged: its list of corrections ends too early") from None
        yield number, flags & _OPTIONAL
        place += 16 + length
