"""Training sets: RAW files to pairs of a Bayer stack and the photograph developed from it."""

import collections
import contextlib
import csv
import io
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from tqdm import tqdm

from neural_imaging import files
from neural_imaging.errors import UserError
from neural_imaging.imaging import containers
from neural_imaging.imaging.workers import Crash, Workers

COLUMNS = (
    "image", "file", "sha256", "camera", "height", "width", "cfa", "black_levels", "white_level", "white_balance",
    "white_balance_source", "camera_to_srgb", "matrix_source", "flip", "status", "split", "reason",
)  # fmt: skip
# What commonly lies beside RAW files and is none.
COMPANIONS = (".csv", ".db", ".htm", ".html", ".ini", ".json", ".md", ".pp3", ".txt", ".xmp", ".yaml", ".yml", ".zip")
TIME_LIMIT = 300
_NOT_NEEDED = "not needed: enough pictures"
_COMPLAINTS = ("Unexpected end of file", "data corrupted", "Premature end of JPEG file", "Corrupt JPEG data")
# Fast compression: the targets are read often and written once.
_PNG_LEVEL = 3


def prepare(source_folder, output_folder, *, train, validation, seed, landscape_only=True, workers=1):
    """Make the training set of a camera from a folder of its RAW files.

    The first `train + validation` good files in the order of their names are used: each gives `<image>.npy` (uint16
    Bayer stack, R, G1, G2, B) and `<image>.png` (8-bit target, pixel-aligned with the stack). images.csv lists every
    file found, used or why not, and is written last. The same files give the same bytes, whatever the number of
    workers. Files are read in worker processes, so that a crash or a hang of LibRaw costs one file and no more;
    like every use of Python's multiprocessing this needs `if __name__ == "__main__":` in the program that calls it.

    Args:
        source_folder: RAW files, also in folders below it.
        output_folder: where to write.
        train, validation: how many photographs of each.
        seed: decides which photographs are for validation.
        landscape_only: leave upright formats out.
        workers: processes to share the work.

    Returns:
        Path of images.csv.

    Raises:
        UserError: no such folder, or too few good files; then refused.csv lists them instead of images.csv.
    """
    source, output = Path(source_folder), Path(output_folder)
    _check_settings(train, validation, seed, landscape_only, workers)
    needed = train + validation
    found = _find(source)
    files.check_output(output / "images.csv")
    (output / "images.csv").unlink(missing_ok=True)
    rows = _read_all(source, output, found, needed, landscape_only, workers)
    used = [row for row in rows if row["status"] == "used"]
    if len(used) < needed:
        for row in used:
            _remove_pair(output, row["image"])
            row |= {"status": "unused", "reason": "good, but there are too few like it"}
        _write_table(output / "refused.csv", rows)
        raise UserError(
            f"{source}: {needed} photographs are needed, {len(used)} of {len(rows)} files are good; "
            f"{output / 'refused.csv'} lists them all with reasons"
        )
    order = np.random.default_rng(seed).permutation(needed)
    for place, index in enumerate(order):
        used[index]["split"] = "train" if place < train else "validation"
    _write_table(output / "images.csv", rows)
    (output / "refused.csv").unlink(missing_ok=True)
    return output / "images.csv"


def _check_settings(train, validation, seed, landscape_only, count):
    numbers = (("train", train, 1), ("validation", validation, 0), ("seed", seed, 0), ("workers", count, 1))
    for name, value, least in numbers:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise UserError(f"{name} must be a whole number of at least {least}, not {value!r}")
    if not isinstance(landscape_only, bool):
        raise UserError(f"landscape_only must be true or false, not {landscape_only!r}")


def _find(source):
    """Files below a folder in the order of their names, each with the name of its image."""
    if not source.is_dir():
        raise UserError(f"{source}: no such folder of RAW files")
    paths = sorted(
        path.relative_to(source)
        for path in source.rglob("*")
        if path.is_file()
        and path.suffix.lower() not in COMPANIONS
        and not any(part.startswith(".") for part in path.relative_to(source).parts)
    )
    if not paths:
        raise UserError(f"{source}: holds no files")
    stems = collections.Counter(path.stem for path in paths)
    names = [path.stem if stems[path.stem] == 1 else "-".join(path.parts).replace(".", "-") for path in paths]
    return list(zip(paths, names, strict=True))


def _read_all(source, output, found, needed, landscape_only, count):
    """One row a file. Files are read in order, and never more than are still needed."""
    rows = [{"image": name, "file": path.as_posix(), "status": ""} for path, name in found]
    good, following = {}, 0
    with (
        Workers(_work, count, TIME_LIMIT) as pool,
        tqdm(total=len(rows), desc=str(source), unit="file", disable=None) as progress,
    ):
        while following < len(rows) or pool.running:
            # Files behind the last one needed are only hashed, but not before it is sure that they are not needed.
            while following < len(rows) and pool.free and (len(good) >= needed or len(good) + pool.running < needed):
                path, name = found[following]
                pool.start(following, (source / path, output / name, len(good) < needed, landscape_only))
                following += 1
            for index, result in pool.finished():
                rows[index] |= _row(result)
                if rows[index]["status"] == "used":
                    _keep_first(rows, good, index, output)
                progress.update()
    return rows


def _keep_first(rows, good, index, output):
    """Of files with equal content only the first counts; a copy could stand in both training and validation."""
    digest = rows[index]["sha256"]
    first, last = sorted((index, good.get(digest, index)))
    good[digest] = first
    if first != last:
        rows[last] |= {"status": "refused", "reason": f"the same file as {rows[first]['file']}"}
        _remove_pair(output, rows[last]["image"])


def _remove_pair(output, name):
    for suffix in (".npy", ".png"):
        (output / f"{name}{suffix}").unlink(missing_ok=True)


def _row(result):
    if isinstance(result, dict):
        return result
    if isinstance(result, Crash):
        return {"status": "refused", "reason": f"reading it {result}"}
    if isinstance(result, OSError):
        return {"status": "refused", "reason": f"cannot be read ({result.strerror})"}
    raise result


def _work(task):
    """In a worker: hash a file, and if its picture is wanted, write the pair. Gives the row's entries."""
    path, target, wanted, landscape_only = task
    facts = {"sha256": files.sha256(path)}
    if not wanted:
        return facts | {"camera": containers.inspect(path).camera, "status": "unused", "reason": _NOT_NEEDED}
    from neural_imaging.imaging import raw

    complaints = []
    try:
        with _libraw_complaints(complaints):
            photograph = raw.read(path)
    except raw.RawError as error:
        return facts | {"camera": containers.inspect(path).camera, "status": "refused", "reason": error.reason}
    if complaints:
        return facts | {"camera": photograph.camera, "status": "refused", "reason": f"damaged: {complaints[0]}"}
    facts |= _describe(photograph)
    if landscape_only and not photograph.landscape:
        return facts | {"status": "unused", "reason": "not in landscape format"}
    write_pair(photograph, target)
    return facts | {"status": "used"}


@contextlib.contextmanager
def _libraw_complaints(complaints):
    """Collect what LibRaw's decoders print about damaged data, which rawpy does not pass on. Only for own processes."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with tempfile.TemporaryFile() as printed:
            os.dup2(printed.fileno(), 2)
            try:
                yield
            finally:
                os.dup2(kept, 2)
                printed.seek(0)
                text = printed.read().decode("utf-8", "replace")
                complaints += [f"LibRaw says {words!r}" for words in _COMPLAINTS if words in text]
    finally:
        os.close(kept)


def write_pair(photograph, target):
    """Write a `RawImage` as `target`.npy and its developed picture as `target`.png."""
    import imagecodecs

    from neural_imaging.imaging import develop

    stack = quantise(photograph.stack)
    with files.atomic(target.with_name(target.name + ".npy")) as temporary, temporary.open("wb") as file:
        np.save(file, stack)
    encoded = imagecodecs.png_encode(develop.develop_raw(photograph), level=_PNG_LEVEL)
    with files.atomic(target.with_name(target.name + ".png")) as temporary:
        temporary.write_bytes(encoded)


def quantise(stack):
    """A stack of floats in [0, 1] as 16-bit whole numbers."""
    return (stack * np.float32(65535) + np.float32(0.5)).astype(np.uint16)


def _describe(photograph):
    return {
        "camera": photograph.camera,
        "height": photograph.height,
        "width": photograph.width,
        "cfa": photograph.cfa,
        "black_levels": _numbers(photograph.black_levels),
        "white_level": photograph.white_level,
        "white_balance": _numbers(photograph.white_balance),
        "white_balance_source": photograph.white_balance_source,
        "camera_to_srgb": _numbers(photograph.camera_to_srgb.ravel()),
        "matrix_source": photograph.matrix_source,
        "flip": photograph.flip,
    }


def _numbers(values):
    return " ".join(f"{value:.8g}" for value in values)


def _write_table(path, rows):
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    files.write_text(path, text.getvalue())
