"""Whether a mosaic that LibRaw decoded has a picture, and all of it."""

import numpy as np

# Decoders fill what a cut-off file lacks with one value. Noise keeps real rows from being constant; a few rows may
# be, at the edge of a frame.
_CONSTANT_ROWS = 8


def fault(mosaic, black_levels, white):
    """Why a mosaic, shape (height, width), is no picture or only the start of one; "" where it is whole."""
    low, high = int(mosaic.min()), int(mosaic.max())
    if low == high:
        return f"opens but holds no picture: every sample is {low}"
    if high <= min(black_levels):
        return f"opens but holds no picture: no sample is above the black level ({high})"
    first, last = _constant_rows(mosaic, white), _constant_rows(mosaic[::-1], white)
    if last < _CONSTANT_ROWS or _may_end_so(mosaic, first, last, black_levels):
        return ""
    return f"cut off or damaged: the last {last} of {len(mosaic)} rows hold no picture, each colour is one value"


def _constant_rows(rows, white):
    """How many of the first rows have one value in each colour, and are not burnt out."""
    for count, row in enumerate(rows):
        even, odd = row[::2], row[1::2]
        if not ((even == even[0]).all() and (odd == odd[0]).all()) or min(even[0], odd[0]) >= white:
            return count
    return len(rows)


def _may_end_so(mosaic, first, last, black_levels):
    """Whether a whole file can end in so many constant rows: as a frame has them, or where all is at the black level.

    Cameras that take off the black level themselves leave one value of the darkest parts. Files that were filled up
    with zeros may look like this, but for the row in which the data end.
    """
    if first >= _CONSTANT_ROWS and set(mosaic[0][:2]) == set(mosaic[-1][:2]):
        return True
    start, darkest, black = len(mosaic) - last, min(black_levels), max(black_levels)
    if mosaic[start:].min() < darkest or mosaic[start:].max() > black:
        return False
    row, above = mosaic[start - 1], mosaic[max(0, start - 3)]
    end = int(np.flatnonzero(row > black)[-1:].sum()) + 1
    return len(row) - end < _CONSTANT_ROWS or (above[end:] > black).mean() < 0.5
