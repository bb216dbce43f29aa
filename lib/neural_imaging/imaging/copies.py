"""Copies of pictures, which must not be on both sides of a comparison: by content, and by what they are parts of."""

import csv
import hashlib
from pathlib import Path

import numpy as np

from neural_imaging.errors import UserError

# Of a picture: hash of its file, hash of its samples, and the photograph that it is a part of.
IDENTITY = ("sha256", "pixels", "photograph")


def pixels(samples):
    """SHA-256 of an array's shape, type and samples: pictures with the same one are equal, whatever their files are."""
    digest = hashlib.sha256(repr((samples.shape, samples.dtype.str)).encode())
    digest.update(np.ascontiguousarray(samples))
    return digest.hexdigest()


class Kept:
    """Pictures to keep apart from: those of other sets.

    Args:
        tables: paths of sets' `images.csv` with the columns `IDENTITY`.

    Raises:
        UserError: no such table, or another one.
    """

    def __init__(self, tables=()):
        self._known = {}
        for table in map(Path, tables):
            for row in _used(table):
                for column in IDENTITY:
                    self._known.setdefault((column, row[column]), f"{row['file']} in {table}")

    @property
    def digest(self):
        """A short text that changes with the pictures."""
        return hashlib.sha256(repr(sorted(self._known)).encode()).hexdigest()[:16]

    def reason(self, facts):
        """Why a picture is left out: which one it is a copy of, or of the same photograph; "" if it may be used.

        Args:
            facts: mapping with some of `IDENTITY`.
        """
        for column in IDENTITY:
            same = self._known.get((column, facts.get(column)))
            if same:
                return f"{'of the same photograph as' if column == 'photograph' else 'the same picture as'} {same}"
        return ""


def _used(table):
    try:
        with table.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        raise UserError(f"{table}: no such images.csv of a data set") from None
    except (UnicodeDecodeError, csv.Error):
        rows = []
    if not rows or not {"file", "status", *IDENTITY} <= rows[0].keys():
        raise UserError(f"{table}: not the images.csv of a data set (scripts/prepare_comparison_set.py makes them)")
    return [row for row in rows if row["status"] == "used"]
