"""Windows in which nothing can be told, since they are too flat.

What a manipulation does to a flat window is rounded away on its way. `benchmarks/undecidable.py` measures it: behind
the demo's channel the demo's network is right in 20 % of the windows with a texture below 4, as a guess among five
classes, in 27 % between 4 and 8, and in 45 % above. Darkness counts by the texture that it takes away: no window with
a mean below 8 had more than that, and among those with more, accuracy does not clearly fall with the level.
"""

import numpy as np

JUDGED, FLAT, DARK = "judged", "flat", "dark"
STATES = (JUDGED, FLAT, DARK)
# In grey levels of 255. A window below the first is not judged; below the second too it is called dark.
LEAST_TEXTURE, LEAST_LEVEL = 4.0, 16.0
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def measures(cuts):
    """Texture and level of windows, in grey levels of 255.

    Texture is the root mean square of the differences between neighbouring pixels' brightness, level its mean.

    Args:
        cuts: uint8, shape (n, side, side, 3).

    Returns:
        (texture, level): float, shape (n,).
    """
    luma = cuts.astype(np.float32) @ _LUMA
    squares = sum(np.square(np.diff(luma, axis=axis)).mean(axis=(1, 2)) for axis in (1, 2)) / 2
    return np.sqrt(squares), luma.mean(axis=(1, 2))


def states(picture, grid):
    """Places in `STATES` of the windows of a picture.

    Args:
        picture: uint8, shape (height, width, 3).
        grid: a `windows.Grid`.

    Returns:
        uint8, shape (rows, columns).
    """
    rows = []
    for row in grid.rows:
        band = np.asarray(picture[row : row + grid.side])
        texture, level = measures(np.stack([band[:, at : at + grid.side] for at in grid.columns]))
        rows.append(np.where(texture >= LEAST_TEXTURE, 0, np.where(level < LEAST_LEVEL, 2, 1)))
    return np.stack(rows).astype(np.uint8)
