"""Process an array of any size piece by piece, as if it had been processed at once.

A network's output depends on the input up to some reach. A tile that is cut out with margins of that reach, which are
thrown away afterwards, gives what the whole array would give. Where networks pool, the tile has to begin where a pooled
cell begins.
"""

import itertools

import numpy as np

from neural_imaging.base.errors import UserError

# UNet of 5 steps, with margins of 96 cells on each side, takes about 1.4 GiB with these; see benchmarks/developing.py.
SIDE = 704


def process(source, function, *, before=1, after=1, multiple=1, reach=0, side=SIDE):
    """Process an array by tiles, such as a Bayer stack of `height` × `width` cells (after: 2).

    The result is that of `function` on the whole, but for the last bits of sums that are added up in another order.
    Sides that are no multiples of `multiple` are continued by reflection while they are processed.

    Args:
        source: shape (before · height, before · width, channels).
        function: of a part of the source to its result, of `after` samples along a side of a cell.
        before, after: samples along a side of a cell, in the source and in the result.
        multiple: sides and positions that the network takes are multiples of so many cells.
        reach: on how many cells around a block of cells, whose borders are at such positions, the block's samples
            depend at most; None for all: then nothing is cut.
        side: longest side of a tile with its margins, in cells, or the longest height and width. Memory is proportional
            to its square.

    Returns:
        Shape (after · height, after · width, …), of the type that `function` gives.

    Raises:
        UserError: the source is larger than a tile, and tiles have no room between their margins.
    """
    height, width = (length // before for length in source.shape[:2])
    tallest, widest = side if isinstance(side, tuple) else (side, side)
    rows, columns = spans(height, multiple, reach, tallest), spans(width, multiple, reach, widest)
    result = None
    for top, bottom, upper, lower in rows:
        for left, right, nearer, farther in columns:
            tile = source[before * upper : before * lower, before * nearer : before * farther]
            missing = before * (lower - upper) - tile.shape[0], before * (farther - nearer) - tile.shape[1]
            if any(missing):
                tile = np.pad(tile, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="reflect")
            done = function(tile)
            if result is None:
                result = np.empty((after * height, after * width, *done.shape[2:]), done.dtype)
            place = result[after * top : after * bottom, after * left : after * right]
            above, ahead = after * (top - upper), after * (left - nearer)
            place[...] = done[above : above + place.shape[0], ahead : ahead + place.shape[1]]
    return result


def least(multiple, reach):
    """Shortest side of a tile that has room between its margins, which are as for `process`; 0 where nothing is cut."""
    return 0 if reach is None else (2 * -(-reach // multiple) + 1) * multiple


def longest(multiple, reach, side=None):
    """Longest side of a tile: `side`, or `SIDE`, or what the margins need where that is more; arguments as above."""
    return max(SIDE if side is None else side, least(multiple, reach))


def check(side, multiple, reach):
    """Refuse tiles that have no room between their margins; arguments as for `process`."""
    needed = least(multiple, reach)
    if side < needed:
        raise UserError(f"tiles of {side} Bayer cells are too small for this network: it needs {needed} at least")


def spans(length, multiple, reach, side):
    """Cut one side of a stack, `length` cells, into as few tiles as the longest side allows, about equally long.

    The other arguments are as for `process`.

    Returns:
        List of (start, stop, first, last): the tile develops cells start to stop, for which the network is given cells
        first to last. All are multiples of `multiple`, and the last ones may lie behind the end of the stack.
    """
    units = -(-length // multiple)
    if reach is None:
        return [(0, units * multiple, 0, units * multiple)]
    margin, longest_tile = -(-reach // multiple), side // multiple
    if longest_tile < units:
        check(side, multiple, reach)
    for count in itertools.count(1):
        cuts = [units * place // count for place in range(count + 1)]
        tiles = [
            (start, stop, max(0, start - margin), min(units, stop + margin)) for start, stop in itertools.pairwise(cuts)
        ]
        if all(last - first <= longest_tile for _, _, first, last in tiles):
            return [tuple(multiple * place for place in tile) for tile in tiles]
