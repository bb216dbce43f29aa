"""Bayer mosaics and their half-resolution stacks of four planes: R, G1, G2, B."""

import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.study.settings import CFA_PATTERNS as PATTERNS


def check(cfa):
    """Return the name of a Bayer pattern in capitals, or raise a `UserError`."""
    name = str(cfa).upper()
    if name not in PATTERNS:
        raise UserError(f"{cfa}: not a Bayer pattern; use one of {', '.join(PATTERNS)}")
    return name


def positions(cfa):
    """Place of R, G1, G2 and B in the 2 × 2 cell, as (row, column); G1 is the first green in raster order."""
    name = check(cfa)
    first_green = name.index("G")
    order = (name.index("R"), first_green, name.index("G", first_green + 1), name.index("B"))
    return tuple(divmod(place, 2) for place in order)


def to_stack(mosaic, cfa):
    """Gather the samples of a mosaic, shape (height, width) with even sides and any type, into one plane a colour.

    The result has the shape (height / 2, width / 2, 4), with R, G1, G2 and B, and the same type.
    """
    mosaic = np.asarray(mosaic)
    if mosaic.ndim != 2 or mosaic.shape[0] % 2 or mosaic.shape[1] % 2:
        raise UserError(f"a mosaic of shape {mosaic.shape} has no Bayer stack: it needs two even sides")
    return np.stack([mosaic[row::2, column::2] for row, column in positions(cfa)], axis=-1)


def to_mosaic(stack, cfa):
    """Put the planes of a stack back to their places in the mosaic; the inverse of `to_stack`."""
    stack = np.asarray(stack)
    height, width, planes = stack.shape
    if planes != 4:
        raise UserError(f"a Bayer stack has 4 planes, not {planes}")
    mosaic = np.empty((2 * height, 2 * width), stack.dtype)
    for plane, (row, column) in enumerate(positions(cfa)):
        mosaic[row::2, column::2] = stack[..., plane]
    return mosaic


def shift(cfa, wanted):
    """Rows and columns (0 or 1) before which a mosaic of one Bayer pattern begins as one of another, exactly."""
    (row, column), (other_row, other_column) = positions(cfa)[0], positions(wanted)[0]
    return (row - other_row) % 2, (column - other_column) % 2


def shifted(stack, cfa, wanted):
    """Let a Bayer stack begin where its mosaic has another pattern.

    It is of the same samples, but for the mosaic's first and last row, and its first and last column, where `shift`
    moves along them. A `UserError` says that nothing is left.
    """
    rows, columns = shift(cfa, wanted)
    if not (rows or columns):
        return stack
    if any(length <= cut for length, cut in zip(stack.shape[:2], (rows, columns), strict=True)):
        height, width = (2 * length for length in stack.shape[:2])
        raise UserError(f"a photograph of {height} × {width} pixels is too small to be shifted from {cfa} to {wanted}")
    return to_stack(inside(to_mosaic(stack, cfa), rows, columns), wanted)


def inside(picture, rows, columns):
    """A mosaic or picture without so many rows at its top and bottom and so many columns at its left and right."""
    return picture[rows : len(picture) - rows, columns : picture.shape[1] - columns]
