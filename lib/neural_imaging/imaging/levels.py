"""What a DNG file says of its samples (Adobe, "Digital Negative Specification", version 1.4): levels and layout."""

from dataclasses import dataclass, field

import numpy as np

DNG_VERSION, ACTIVE_AREA = 50706, 50829
_WIDTH, _HEIGHT, _BITS = 256, 257, 258
_LAYOUT, _REPEAT, _BLACK, _BLACK_COLUMNS, _BLACK_ROWS, _WHITE = 50711, 50713, 50714, 50715, 50716, 50717
TAGS = (_WIDTH, _HEIGHT, _BITS, DNG_VERSION, _LAYOUT, _REPEAT, _BLACK, _BLACK_COLUMNS, _BLACK_ROWS, _WHITE, ACTIVE_AREA)
_RECTANGULAR = 1


class LevelsError(ValueError):
    """Samples that are not understood; the message is the reason."""


@dataclass(frozen=True)
class Levels:
    """Black and white of a mosaic's samples.

    Attributes:
        size: height and width of the whole mosaic that these are of.
        area: top, left, bottom and right of its active area.
        cell: black levels that repeat from the area's corner on, shape (rows, columns).
        columns, rows: what is added to them in each column and row of the area; empty for nothing.
        white: value of a saturated sample.
    """

    size: tuple
    area: tuple
    cell: np.ndarray
    columns: np.ndarray = field(repr=False)
    rows: np.ndarray = field(repr=False)
    white: int

    def black(self, rows, columns):
        """Black levels of a part of the mosaic: a number where they are all equal, else shape (rows, columns).

        Args:
            rows, columns: places in the whole mosaic, as ranges.
        """
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
    """Levels of a mosaic.

    Args:
        ifd: the mosaic's directory: values by tag.
        head: the file's first directory, where some programs write what belongs to the mosaic.

    Raises:
        LevelsError: a layout that is no square grid, or levels that are not those of a mosaic.
    """

    def values(tag, default=()):
        return ifd.get(tag) or head.get(tag) or default

    layout = values(_LAYOUT, (_RECTANGULAR,))[0]
    if layout != _RECTANGULAR:
        raise LevelsError(f"its pixels stand in a staggered layout (CFALayout {layout}), so it is not a Bayer mosaic")
    size = ifd[_HEIGHT][0], ifd[_WIDTH][0]
    area = tuple(int(side) for side in values(ACTIVE_AREA, (0, 0, *size)))
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
    return Levels(size, area, black.reshape(repeat), columns, rows, int(white))
