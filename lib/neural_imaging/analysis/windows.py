"""A forensic network on a picture of any size, window by window.

Windows that lie side by side take every pixel through the network once, as one pass over the whole picture would, and
give what the network was trained on. One pass would not: each layer continues a picture beyond its border in its own
way, and a window has borders where the picture has none. With the demo's network of 96 pixels 32 of the 36 places in
the last layer see them.
"""

import math
from dataclasses import dataclass

import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import scores
from neural_imaging.forensics.classify import places

# Side of windows where a network takes pictures of any size.
ANY = 128
# More take hours, and a file of numbers that no program opens.
MOST = 1_000_000


@dataclass(frozen=True)
class Grid:
    """Windows in rows and columns.

    Attributes:
        side: of a window, in pixels.
        rows: first row of each row of windows.
        columns: first column of each column of windows.
    """

    side: int
    rows: tuple
    columns: tuple

    @property
    def shape(self):
        """Rows and columns of windows."""
        return len(self.rows), len(self.columns)


def side(fan, window=None):
    """Side of the windows that a network takes, in pixels.

    Args:
        fan: a `models.fan.FAN`.
        window: what was asked for; by default the network's own, or `ANY` for one that takes any.

    Raises:
        UserError: the network takes others.
    """
    own, least = fan.settings["patch_size"], 2 ** fan.settings["n_convolutions"]
    if own is not None and window not in (None, own):
        raise UserError(f"window {window}: the network takes windows of {own} pixels alone")
    if window is not None and window < least:
        raise UserError(f"window {window}: the network takes windows of {least} pixels at least")
    return own or window or max(ANY, least)


def grid(height, width, side, stride=None):
    """Windows that cover a picture; the last ones of a row or column are moved back into it.

    Args:
        height, width: of the picture, in pixels.
        side: of a window.
        stride: pixels from one window to the next, at most the side, so that none is missed; by default the side.

    Raises:
        UserError: a picture smaller than a window, a wrong stride, or one that gives more than `MOST` windows.
    """
    check(side, stride)
    if min(height, width) < side:
        raise UserError(f"a picture of {width} × {height} pixels is smaller than the network's window, {side}")
    stride = side if stride is None else stride
    count = math.prod(-(-(length - side) // stride) + 1 for length in (height, width))
    if count > MOST:
        raise UserError(
            f"stride {stride}: {width} × {height} pixels have {count:,} windows; at most {MOST:,} are judged"
        )
    return Grid(side, *(tuple(places(length, side, stride)) for length in (height, width)))


def check(side, stride):
    """Refuse a stride that windows of a side cannot have."""
    if stride is not None and not 1 <= stride <= side:
        raise UserError(f"stride {stride}: must be from 1 to the window's side, {side}")


def judged(look, picture, grid, of_row=None):
    """Probabilities of the classes in each window.

    Only the windows of one row are in memory at a time, so that a picture may be a file that NumPy maps.

    Args:
        look: what `evaluation.scores.network` makes of a network.
        picture: uint8, shape (height, width, 3).
        grid: `Grid` in it.
        of_row: called with the number of rows that are done.

    Returns:
        float32, shape (rows, columns, classes).
    """
    done = []
    for number, row in enumerate(grid.rows, start=1):
        band = np.asarray(picture[row : row + grid.side])
        cuts = np.stack([band[:, column : column + grid.side] for column in grid.columns])
        done.append(look(cuts.astype(np.float32) / np.float32(255)))
        if of_row is not None:
            of_row(number)
    return np.stack(done)


def network(fan):
    """A network for `judged`; it is compiled once for all pictures."""
    return scores.network(fan)
