"""A camera's training set on disk: Bayer stacks and developed targets as memory-mapped arrays."""

import struct
from dataclasses import dataclass, field
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pandas as pd

from neural_imaging import files
from neural_imaging.errors import UserError

COLUMNS = ("image", "status", "split", "cfa")


@dataclass(frozen=True)
class ImagePair:
    """One photograph: its Bayer stack, its developed target, and sums that tell which patches are flat.

    Attributes:
        name: the photograph's name.
        cfa: its colour filter array, e.g. "RGGB".
        camera_to_srgb: 3 × 3 matrix from camera colour to linear sRGB.
        stack: uint16, H/2 × W/2 × 4 in R, G1, G2, B order; memory-mapped.
        target: uint8, H × W × 3; memory-mapped.
        sums: uint64, (H/2 + 1) × (W/2 + 1) × 2: integral images of the target's samples and of their squares,
            one entry a Bayer cell; memory-mapped.
    """

    name: str
    cfa: str
    camera_to_srgb: np.ndarray = field(repr=False)
    stack: np.ndarray = field(repr=False)
    target: np.ndarray = field(repr=False)
    sums: np.ndarray = field(repr=False)


def read(table, split):
    """Open the photographs of one split of a training set.

    Targets are PNG files, which cannot be memory-mapped: they are unpacked once into a folder `.unpacked` beside
    the table, and unpacked anew where the PNG is newer.

    Args:
        table: path of the training set's `images.csv`.
        split: "train" or "validation".

    Returns:
        List of `ImagePair`, in the order of the table.

    Raises:
        UserError: the table or one of its files is missing or damaged, or the split is empty.
    """
    table = Path(table)
    rows = _rows(table)
    rows = rows[(rows["status"] == "used") & (rows["split"] == split)]
    if rows.empty:
        raise UserError(f"{table}: has no photograph in its {split} split")
    return [_open(table.parent, row) for row in rows.to_dict("records")]


def _rows(table):
    try:
        rows = pd.read_csv(table, keep_default_na=False, dtype=str)
    except FileNotFoundError:
        raise UserError(f"{table}: no such training set; scripts/prepare_data.py makes one") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise UserError(f"{table}: not a table of photographs ({error})") from None
    missing = [column for column in COLUMNS if column not in rows]
    if missing:
        raise UserError(f"{table}: has no column {', '.join(missing)}; scripts/prepare_data.py writes such tables")
    return rows


def _open(folder, row):
    stack_path, target_path = folder / f"{row['image']}.npy", folder / f"{row['image']}.png"
    for path in (stack_path, target_path):
        if not path.is_file():
            raise UserError(f"{path}: is listed in {folder / 'images.csv'} but missing; prepare the set again")
    try:
        stack = np.load(stack_path, mmap_mode="r")
    except (OSError, EOFError, ValueError) as error:
        raise UserError(f"{stack_path}: not a Bayer stack ({error}); prepare the set again") from None
    target = _unpacked(target_path, "target", lambda: _read_target(target_path))
    sums = _unpacked(target_path, "sums", lambda: integral_images(np.asarray(target)))
    expected = (2 * stack.shape[0], 2 * stack.shape[1], 3)
    if stack.ndim != 3 or stack.shape[2] != 4 or stack.dtype != np.uint16 or target.shape != expected:
        raise UserError(f"{stack_path}: stack {stack.shape} and target {target.shape} do not fit each other")
    return ImagePair(row["image"], row["cfa"], _matrix(row.get("camera_to_srgb", "")), stack, target, sums)


def _read_target(path):
    try:
        return np.asarray(imageio.imread(path))
    except (OSError, ValueError, SyntaxError, struct.error) as error:
        raise UserError(
            f"{path}: not a picture, or damaged ({' '.join(str(error).split())}); prepare the set again"
        ) from None


def _matrix(text):
    values = [float(value) for value in text.split()]
    return np.asarray(values, np.float32).reshape(3, 3) if len(values) == 9 else np.eye(3, dtype=np.float32)


def _unpacked(source, kind, make):
    path = source.parent / ".unpacked" / f"{source.stem}.{kind}.npy"
    if not path.is_file() or path.stat().st_mtime < source.stat().st_mtime:
        with files.atomic(path) as temporary:
            np.save(temporary, make())
    return np.load(path, mmap_mode="r")


def integral_images(target):
    """Integral images of a target's samples and of their squares, by Bayer cell.

    Args:
        target: uint8, H × W × 3 with even H and W.

    Returns:
        uint64, (H/2 + 1) × (W/2 + 1) × 2; entry [i, j] sums all cells above i and left of j.
    """
    height, width = target.shape[:2]
    sums = np.zeros((height // 2 + 1, width // 2 + 1, 2), np.uint64)
    for index, power in enumerate((1, 2)):
        samples = target.astype(np.uint32) ** power
        cells = samples.reshape(height // 2, 2, width // 2, 2, 3).sum(axis=(1, 3, 4), dtype=np.uint64)
        sums[1:, 1:, index] = cells.cumsum(axis=0).cumsum(axis=1)
    return sums
