"""Copies of pictures, which must not be on both sides of a comparison: by content, and by what they are parts of."""

import hashlib
from pathlib import Path

import numpy as np

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.imaging import raw_folder

# Of a picture: hash of its file, hash of its samples, and the photograph that it is a part of.
IDENTITY = ("sha256", "pixels", "photograph")
# Cells of a side from which a photograph is seen; margins and curves that differ between formats change little there.
_LOOK, _ALIKE = 8, 0.95


def pixels(samples):
    """SHA-256 of an array's shape, type and samples: pictures with the same one are equal, whatever their files are."""
    digest = hashlib.sha256(repr((samples.shape, samples.dtype.str)).encode())
    digest.update(np.ascontiguousarray(samples))
    return digest.hexdigest()


def look(samples):
    """What a photograph looks like from afar, as a vector; files of it in other formats have about the same."""
    rows, columns = (np.linspace(0, side, _LOOK + 1).astype(int)[:-1] for side in samples.shape)
    sums = np.add.reduceat(np.add.reduceat(samples, rows, axis=0, dtype=np.float64), columns, axis=1)
    counts = np.diff([*rows, samples.shape[0]])[:, np.newaxis] * np.diff([*columns, samples.shape[1]])
    means = (sums / np.maximum(counts, 1)).ravel()
    means -= means.mean()
    return means / (np.linalg.norm(means) or 1)


def alike(path, look_of_it, other, look_of_other):
    """Whether two files are one photograph in two formats, by their names and looks.

    A name is not enough, since cameras count from 1 again; looks are not, since series are alike.
    """
    named = (
        raw_folder.key(path.stem) == raw_folder.key(other.stem) and path.suffix.casefold() != other.suffix.casefold()
    )
    return named and float(look_of_it @ look_of_other) > _ALIKE


class Kept:
    """Pictures to keep apart from: those of other sets, by their `images.csv` with the columns `IDENTITY`.

    Raises:
        UserError: no such table, or another one.
    """

    def __init__(self, tables=()):
        self._known = {}
        for table in map(Path, tables):
            if not table.exists():
                raise UserError(f"{table}: no such images.csv of a data set")
            rows = files.read_rows(table, ("file", "status", *IDENTITY))
            if not rows:
                raise UserError(
                    f"{table}: not the images.csv of a data set (scripts/prepare_comparison_set.py makes them)"
                )
            for row in rows:
                if row["status"] == "used":
                    for column in IDENTITY:
                        self._known.setdefault((column, row[column]), f"{row['file']} in {table}")

    @property
    def digest(self):
        """A short text that changes with the pictures."""
        return hashlib.sha256(repr(sorted(self._known)).encode()).hexdigest()[:16]

    def reason(self, row):
        """Why a picture is left out: which one it is a copy of, or of the same photograph; "" if it may be used."""
        for column in IDENTITY:
            same = self._known.get((column, row.get(column)))
            if same:
                return f"{'of the same photograph as' if column == 'photograph' else 'the same picture as'} {same}"
        return ""
