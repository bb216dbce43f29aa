"""What windows say of each place of a picture, and how sure that is; and these maps as pictures for a page."""

from dataclasses import dataclass, field

import numpy as np

from neural_imaging.analysis import undecidable


@dataclass(frozen=True)
class Map:
    """Cells of a picture, between all borders of windows; each has the mean of the windows that cover it.

    Attributes:
        rows, columns: borders of the cells, in pixels, one more than cells.
        values: probabilities of the classes, float32, shape (rows, columns, classes); those of cells that no judged
            window covers are NaN.
        uncertainty: entropy of these, from 0 (sure) to 1 (a guess), float32, shape (rows, columns); NaN as above.
        states: places in `undecidable.STATES`, uint8, shape (rows, columns): "judged" where any window can be.
    """

    rows: np.ndarray = field(repr=False)
    columns: np.ndarray = field(repr=False)
    values: np.ndarray = field(repr=False)
    uncertainty: np.ndarray = field(repr=False)
    states: np.ndarray = field(repr=False)

    def rendered(self, longest):
        """Numbers of the cell's row and column at each place of a picture whose longest side has so many pixels.

        Returns:
            (rows, columns): whole numbers, shapes (height, 1) and (1, width).
        """
        height, width = self.rows[-1], self.columns[-1]
        factor = min(1.0, longest / max(height, width))
        sides = (max(1, round(length * factor)) for length in (height, width))
        places = []
        for side, edges in zip(sides, (self.rows, self.columns), strict=True):
            middles = (np.arange(side) + 0.5) * edges[-1] / side
            places.append(np.searchsorted(edges, middles, side="right") - 1)
        return places[0][:, np.newaxis], places[1][np.newaxis]


def of(analysis):
    """The `Map` of an `analyse.Analysis`."""
    grid, judged = analysis.grid, analysis.judged
    (rows, down), (columns, across) = (_cover(starts, grid.side) for starts in (grid.rows, grid.columns))
    weights = judged[..., np.newaxis].astype(np.float64)
    sums = np.einsum("yr,rck,xc->yxk", down, analysis.probabilities * weights, across, optimize=True)
    counts = np.einsum("yr,rck,xc->yxk", down, weights, across, optimize=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = sums / counts
        logarithms = np.log(np.maximum(values, np.finfo(np.float32).tiny))
        uncertainty = -(values * logarithms).sum(axis=2) / np.log(values.shape[2])
    # A cell is as its first window where none can be judged.
    first = np.ix_(down.argmax(axis=1), across.argmax(axis=1))
    states = np.where(counts[..., 0] > 0, undecidable.STATES.index(undecidable.JUDGED), analysis.states[first])
    return Map(rows, columns, values.astype(np.float32), uncertainty.astype(np.float32), states.astype(np.uint8))


def _cover(starts, side):
    """Borders of cells along a side, and which windows cover each: float64, shape (cells, windows)."""
    starts = np.asarray(starts)
    edges = np.unique(np.concatenate([starts, starts + side]))
    inside = (edges[:-1, np.newaxis] >= starts) & (edges[:-1, np.newaxis] < starts + side)
    return edges, inside.astype(np.float64)
