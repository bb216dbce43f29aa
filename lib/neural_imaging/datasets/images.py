"""A camera's training set on disk: Bayer stacks and developed targets as memory-mapped arrays.

A set without RAW has an empty `cfa` in its `images.csv` and PNG files alone. Only ONet takes it.
"""

import re
import sys
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pandas as pd
from PIL import Image

from neural_imaging.base import errors, files
from neural_imaging.base.errors import UserError
from neural_imaging.imaging import bayer, formats

COLUMNS = ("image", "status", "split", "cfa")
_CHECKSUM = 4  # bytes
# What a table says of a photograph: whether it is used, and where.
STATUS, SPLITS = ("used", "unused", "refused"), ("train", "validation")


@dataclass(frozen=True)
class ImagePair:
    """One photograph: its Bayer stack, its developed target, and sums that tell which patches are flat.

    Attributes:
        cfa: its colour filter array, e.g. "RGGB"; "" without RAW.
        camera_to_srgb: 3 × 3 matrix from camera colour to linear sRGB.
        stack: uint16, H/2 × W/2 × 4 in R, G1, G2, B order; memory-mapped. None without RAW.
        target: uint8, H × W × 3; memory-mapped.
        sums: uint64, (H/2 + 1) × (W/2 + 1) × 2: integral images of the target, see there; memory-mapped.
        developed: uint16, H × W × 3: what a camera pipeline that stays as it is makes of the photograph; see
            `training.developed`. None where each patch is developed in the training.
        source: what it is a part of; "" where that is not known.
    """

    name: str
    cfa: str
    camera_to_srgb: np.ndarray = field(repr=False)
    stack: np.ndarray = field(repr=False)
    target: np.ndarray = field(repr=False)
    sums: np.ndarray = field(repr=False)
    developed: np.ndarray | None = field(default=None, repr=False)
    source: str = ""

    @property
    def cells(self):
        """Height and width in Bayer cells of 2 × 2 pixels."""
        height, width = self.target.shape[:2]
        return height // 2, width // 2


def read(table, split, network=None):
    """Open the photographs of one split of a training set.

    Targets are PNG files, which cannot be memory-mapped: they are unpacked once into a folder `.unpacked` beside
    the table, and unpacked anew where the PNG is another.

    Args:
        table: path of the training set's `images.csv`.
        split: "train" or "validation".
        network: the camera pipeline, or its class, that shall develop the photographs. One that takes RGB (ONet)
            gets them without RAW; any other must find RAW. By default they come as the set has them.

    Returns:
        List of `ImagePair`, in the order of the table.

    Raises:
        UserError: the table or one of its files is missing or damaged, the split is empty, or RAW is missing.
    """
    table = Path(table)
    rows = _rows(table)
    rows = rows[(rows["status"] == "used") & (rows["split"] == split)]
    if rows.empty:
        raise UserError(f"{table}: has no photograph in its {split} split")
    takes_rgb = getattr(network, "takes_rgb", False)
    if takes_rgb:
        rows = rows.assign(cfa="")
    without = rows["image"][rows["cfa"] == ""].tolist()
    if without and network is not None and not takes_rgb:
        raise UserError(f"{table}: {without[0]} has no RAW that could be developed; take ONet as the pipeline")
    if 0 < len(without) < len(rows):
        raise UserError(f"{table}: {without[0]} has no RAW, but others have; split the set")
    return [_open(table, row) for row in rows.to_dict("records")]


def totals(photographs):
    """Sums of the targets' samples and of their squares, which tell sets of pictures apart without reading them."""
    return [photograph.sums[-1, -1].tolist() for photograph in photographs]


def patterns(photographs):
    """Names of the photographs' colour filter arrays, for the record of what a network was trained on."""
    return sorted({photograph.cfa for photograph in photographs})


def read_table(table, name, content, program):
    """All rows of an `images.csv`, as text; for messages, what it is the table of, what it lists, and what made it."""
    try:
        return pd.read_csv(table, keep_default_na=False, dtype=str)
    except FileNotFoundError:
        raise UserError(f"{table}: no such {name}; {program} makes one") from None
    except IsADirectoryError:
        raise UserError(f"{table}: is a folder; name the images.csv in it") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{table}: not a table of {content} ({' '.join(str(error).split())[:300]})") from None


def _rows(table):
    rows = read_table(table, "training set", "photographs", "scripts/prepare_data.py")
    missing = [column for column in COLUMNS if column not in rows]
    if missing:
        raise UserError(f"{table}: has no column {', '.join(missing)}; scripts/prepare_data.py writes such tables")
    used = rows[rows["status"] == "used"]
    for name, known, those in (
        ("status", STATUS, rows), ("split", SPLITS, used), ("cfa", ("", *bayer.PATTERNS), used)
    ):  # fmt: skip
        wrong = those[~those[name].isin(known)]
        if len(wrong):
            raise UserError(
                f"{table}, line {wrong.index[0] + 2}: {name} is {wrong[name].iloc[0]!r}, and should be one of "
                f"{', '.join(filter(None, known))}; prepare the set again"
            )
    twice = used["image"][used["image"].duplicated()]
    if len(twice):
        raise UserError(f"{table}: {twice.iloc[0]!r} is there twice; prepare the set again")
    return rows


def _open(table, row):
    target_path, stack_path = (files.beside(table, f"{row['image']}{ending}") for ending in (".png", ".npy"))
    for path in (target_path, stack_path) if row["cfa"] else (target_path,):
        if not path.is_file():
            raise UserError(f"{path}: is listed in {table} but missing; prepare the set again")
    target = _unpacked(target_path, "target", lambda: _read_target(target_path), np.uint8)
    if target.ndim != 3 or target.shape[2] != 3 or target.dtype != np.uint8 or any(n % 2 for n in target.shape[:2]):
        raise UserError(f"{target_path}: a picture of shape {target.shape}; needed are 8-bit RGB and even sides")
    height, width = target.shape[:2]
    stated = [row.get(name, "").strip() for name in ("height", "width")]
    if all(stated) and stated != [str(height), str(width)]:
        raise UserError(
            f"{table}: says that {row['image']} has {' × '.join(stated)} pixels, "
            f"and its picture has {height} × {width}; prepare the set again"
        )
    shape = (height // 2 + 1, width // 2 + 1, 2)
    sums = _unpacked(target_path, "sums", lambda: integral_images(np.asarray(target)), np.uint64, shape)
    stack = _stack(stack_path, target) if row["cfa"] else None
    source = row.get("source", "").strip()
    return ImagePair(row["image"], row["cfa"], _matrix(table, row), stack, target, sums, source=source)


def _stack(path, target):
    try:
        stack = mapped(path)
    except errors.DAMAGED_ARCHIVE as error:
        raise UserError(f"{path}: not a Bayer stack ({errors.reason(error)}); prepare the set again") from None
    expected = (target.shape[0] // 2, target.shape[1] // 2, 4)
    if stack.shape != expected or stack.dtype != np.uint16:
        raise UserError(f"{path}: stack {stack.shape} and target {target.shape} do not fit each other")
    return stack


def _read_target(path):
    try:
        formats.check_png(path.read_bytes())
        return np.asarray(imageio.imread(path))
    except (*errors.DAMAGED_ARCHIVE, Image.DecompressionBombError) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{path}: not a picture, or damaged ({reason}); prepare the set again") from None


def _matrix(table, row):
    """The colour matrix that the table says; the identity where it says nothing."""
    text = row.get("camera_to_srgb", "").strip()
    if not text:
        return np.eye(3, dtype=np.float32)
    try:
        matrix = np.array(text.split(), np.float32).reshape(3, 3)
    except ValueError:
        matrix = np.full((3, 3), np.nan)
    if not np.isfinite(matrix).all():
        raise UserError(
            f"{table}: camera_to_srgb of {row['image']} should be nine numbers, not {text!r}; prepare the set again"
        )
    return matrix


def _unpacked(source, content, make, dtype, shape=None):
    """What was made of a PNG, kept under its size and exact time: which of two files is newer, clocks and copies do
    not tell. A kept file that is damaged, or of another shape, is named and made anew."""
    state, folder = source.stat(), files.caches(source.parent)
    name = f"{source.stem}.{content}-{state.st_size}-{state.st_mtime_ns}.crc.npy"
    places = [source.parent / ".unpacked" / name, folder / name]
    path = next((place for place in places if place.is_file()), None)
    if path is not None:
        try:
            # The PNG says its shape at its beginning.
            return _kept(path, dtype, shape or tuple(imageio.improps(source).shape))
        except errors.DAMAGED_ARCHIVE as error:
            print(f"{path}: damaged ({errors.reason(error)}); made anew", file=sys.stderr, flush=True)
    path, array = folder / name, make()
    with files.atomic(path) as temporary:
        np.save(temporary, array)
        checksum = _checksum(np.memmap(temporary, np.uint8, "r"))
        with temporary.open("ab") as file:
            file.write(checksum)
    former = re.compile(rf"{re.escape(source.stem)}\.{content}(-\d+-\d+)?(\.crc)?\.npy")
    for file in folder.iterdir():
        if file != path and former.fullmatch(file.name):
            file.unlink(missing_ok=True)
    return mapped(path)


def mapped(path):
    """The array of a `.npy` file, memory-mapped.

    Raises:
        One of `errors.DAMAGED_ARCHIVE`: it is none.
    """
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    # Archives of arrays are opened too, whatever they are called.
    if not isinstance(array, np.ndarray):
        raise ValueError("an archive, not an array")
    return array


def _kept(path, dtype, shape):
    array, content = mapped(path), np.memmap(path, np.uint8, "r")
    if content[-_CHECKSUM:].tobytes() != _checksum(content[:-_CHECKSUM]):
        raise ValueError("its checksum is another")
    if array.dtype != dtype or array.shape != shape or not array.flags.c_contiguous:
        raise ValueError(f"{array.dtype} of shape {array.shape}")
    return array


def _checksum(content):
    """Checksum with which a kept file ends, of all before it."""
    return zlib.crc32(content).to_bytes(_CHECKSUM, "big")


def integral_images(target):
    """Integral images of a target's samples and of their squares; entry [i, j] sums all cells above i and left of j."""
    height, width = target.shape[:2]
    sums = np.zeros((height // 2 + 1, width // 2 + 1, 2), np.uint64)
    for index, power in enumerate((1, 2)):
        samples = target.astype(np.uint32) ** power
        cells = samples.reshape(height // 2, 2, width // 2, 2, 3).sum(axis=(1, 3, 4), dtype=np.uint64)
        sums[1:, 1:, index] = cells.cumsum(axis=0).cumsum(axis=1)
    return sums
