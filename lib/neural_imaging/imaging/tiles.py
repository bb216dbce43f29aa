"""Develop a Bayer stack of any size piece by piece, as if it had been developed at once.

A network's output pixels depend on the input up to some reach. A tile that is cut out with margins of that reach, which
are thrown away afterwards, gives the pixels that the whole stack would give. Where networks pool, the tile has to begin
where a pooled cell begins.
"""

import itertools

import numpy as np

from neural_imaging.errors import UserError

SIDE = 1024


def develop(stack, render, *, multiple=1, reach=0, side=SIDE):
    """Develop a Bayer stack by tiles.

    The result is that of `render` on the whole stack, but for the last bits of sums that are added up in another order.
    Sides that are no multiples of `multiple` are continued by reflection while they are developed.

    Args:
        stack: shape (height, width, 4), R, G1, G2, B.
        render: function of a part of the stack, shape (h, w, 4), to its picture, shape (2h, 2w, 3); h and w are
            multiples of `multiple`.
        multiple: sides and positions that the network takes are multiples of so many Bayer cells.
        reach: on how many cells around a block of cells, whose borders are at such positions, the block's pixels
            depend at most; None for all: then nothing is cut.
        side: longest side of a tile with its margins, in cells. Memory is proportional to its square.

    Returns:
        The picture, shape (2 · height, 2 · width, 3), of the type that `render` gives.

    Raises:
        UserError: tiles of this side have no room between their margins.
    """
    rows, columns = (spans(length, multiple, reach, side) for length in stack.shape[:2])
    picture = None
    for top, bottom, upper, lower in rows:
        for left, right, nearer, farther in columns:
            tile = _padded(stack[upper:lower, nearer:farther], lower - upper, farther - nearer)
            rendered = render(tile)
            if picture is None:
                picture = np.empty((2 * stack.shape[0], 2 * stack.shape[1], *rendered.shape[2:]), rendered.dtype)
            place = picture[2 * top : 2 * bottom, 2 * left : 2 * right]
            above, before = 2 * (top - upper), 2 * (left - nearer)
            place[...] = rendered[above : above + place.shape[0], before : before + place.shape[1]]
    return picture


def spans(length, multiple, reach, side):
    """Cut one side of a stack into as few tiles as the longest side allows, about equally long.

    Args:
        length: of the stack's side, in cells.
        multiple, reach, side: as for `develop`.

    Returns:
        List of (start, stop, first, last): the tile develops cells start to stop, for which the network is given cells
        first to last. All are multiples of `multiple`, and the last ones may lie behind the end of the stack.
    """
    units = -(-length // multiple)
    if reach is None:
        return [(0, units * multiple, 0, units * multiple)]
    margin = -(-reach // multiple)
    longest = side // multiple
    if longest < min(units, 2 * margin + 1):
        least = (2 * margin + 1) * multiple
        raise UserError(f"tiles of {side} Bayer cells are too small for this network: it needs {least} at least")
    count = 1
    while True:
        cuts = [units * place // count for place in range(count + 1)]
        found = [
            (start, stop, max(0, start - margin), min(units, stop + margin)) for start, stop in itertools.pairwise(cuts)
        ]
        if all(last - first <= longest for _, _, first, last in found):
            return [tuple(multiple * place for place in span) for span in found]
        count += 1


def _padded(tile, height, width):
    missing = (height - tile.shape[0], width - tile.shape[1])
    if not any(missing):
        return tile
    return np.pad(tile, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="reflect")
