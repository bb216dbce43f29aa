"""Table of learned tiles: how strong they are at each stage, and how many photographs tell a stranger what they are."""

import numpy as np
import pandas as pd

from neural_imaging.base.errors import UserError
from neural_imaging.study import grid
from neural_imaging.tables import arrays, tables, typeset

# A line a run and stage. Only estimates have a number of photographs and a correlation, and no strength.
COLUMNS = [*tables.GROUP, "run", "stage", "class", "photographs", "rms", "correlation"]
_ARRAYS = (*grid.KEYS, "classes", "tile", "manipulated", "received", "photographs", "correlation")


def tabulate(*, root, grid, output, phased=()):
    """Write the table (see `table`)."""
    typeset.write(table(root, grid, phased), output, cells)


def table(root, runs, phased=()):
    """Gather the samples of runs whose camera adds a learned tile (columns `COLUMNS`).

    There is the rms in grey levels of the tile as learned, of what is left of it behind each manipulation ("native" is
    the developed photograph), and of what is received; and of an estimate from so many photographs the correlation with
    the tile, from −1 to 1. Samples are the `signature.npz` of `evaluation.signature.measure` in the runs' folders;
    `phased` are names of the pipelines that have a tile.
    """
    points = sorted(grid.with_tiles(grid.points(runs), phased), key=grid.order)
    if not points:
        raise UserError("--grid: no run has a signature, or a pipeline with a tile that learned")
    lines = []
    for point in points:
        sample = arrays.read(grid.run_folder(root, point) / "signature.npz", _ARRAYS)
        lines += [tables.labels(point) | line for line in _stages(sample)]
    return pd.DataFrame(lines, columns=COLUMNS).astype({"photographs": "Int64"})


def cells(table):
    """Headings and lines of text, for Markdown and LaTeX."""
    keys = [*typeset.labels(table), "run"]
    headings = [*(typeset.LABELS[key] for key in keys), "Stage", "Class", "Photographs", "RMS", "Correlation"]
    lines = []
    for line in table.to_dict("records"):
        count = "–" if pd.isna(line["photographs"]) else str(line["photographs"])
        numbers = [typeset.number(line["rms"], decimals=2), typeset.number(line["correlation"], decimals=3)]
        lines.append([*(str(line[key]) for key in keys), line["stage"], line["class"] or "–", count, *numbers])
    return headings, lines


def _stages(sample):
    yield {"stage": "learned", "class": "", "rms": _rms(sample["tile"])}
    for stage in ("manipulated", "received"):
        for name, pattern in zip(sample["classes"], sample[stage], strict=True):
            yield {"stage": stage, "class": str(name), "rms": _rms(pattern)}
    for count, correlation in zip(sample["photographs"], sample["correlation"], strict=True):
        yield {"stage": "estimated", "class": "", "photographs": int(count), "correlation": float(correlation)}


def _rms(pattern):
    return float(np.sqrt(np.square(pattern, dtype=np.float64).mean()))
