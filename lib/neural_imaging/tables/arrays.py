"""Samples on disk: `.npz` files of arrays that figures draw as they are."""

from pathlib import Path

import numpy as np

from neural_imaging.base import files
from neural_imaging.base.errors import DAMAGED_ARCHIVE, UserError


def write(path, arrays):
    """Write a sample, whole or not at all."""
    # As an open file: to a name without .npz, NumPy adds this ending.
    with files.atomic(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)


def read(path, names):
    """Read a sample; a `UserError` where it is none, or has not all arrays of these names."""
    try:
        # NumPy leaves a file open that is no archive.
        with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as content:
            arrays = dict(content)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except DAMAGED_ARCHIVE as error:
        raise UserError(f"{path}: not a file of arrays ({' '.join(str(error).split())})") from None
    if other := [name for name, array in arrays.items() if not isinstance(array, np.ndarray)]:
        raise UserError(f"{path}: {other[0]!r} is no array")
    missing = [name for name in names if name not in arrays]
    if missing:
        raise UserError(f"{path}: no array {', '.join(missing)}; it has {', '.join(arrays) or 'none'}")
    return arrays
