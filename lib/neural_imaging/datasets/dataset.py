"""Training sets: RAW files to pairs of a Bayer stack and the photograph developed from it."""

import contextlib
from pathlib import Path

import numpy as np

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import checks, copies, splits
from neural_imaging.datasets.checks import AtLeast
from neural_imaging.imaging import cameras, containers, develop, pictures, raw, raw_folder, reading
from neural_imaging.imaging.workers import in_order
from neural_imaging.study.settings import Choice, Kind, Whole

COLUMNS = (
    "image", "file", "source", "sha256", "pixels", "camera", "height", "width", "cfa", "black_levels", "white_level",
    "white_balance", "white_balance_source", "camera_to_srgb", "matrix_source", "flip", "target", "status", "split",
    "reason",
)  # fmt: skip
TIME_LIMIT = 300
NOT_NEEDED = "not needed: enough pictures"


def _most_photographs(settings):
    if settings["validation"] is None:
        raise UserError("validation_photographs needs validation, the number of all that are for it")
    return settings["validation"]


# Of any training set: how many to train on and for validation (None where what is there decides, see
# `splits.numbers`), what draws them, and of how many files, the first in the order of their names.
COMMON = {
    "train": (None, AtLeast(1)),
    "validation": (None, AtLeast(0)),
    "seed": (1, AtLeast(0)),
    "count": (None, AtLeast(1)),
    "split_by": ("file", Choice(splits.SPLIT_BY)),
}
SETTINGS = {
    **COMMON,
    "orientation": ("landscape", Choice(checks.ORIENTATIONS)),
    "model": (None, Kind()),
    "target": ("manual", Choice(develop.TARGETS)),
    "validation_photographs": (None, Whole(0, _most_photographs)),
}


def prepare(source_folder, output_folder, *, known_cameras=None, workers=1, **settings):
    """Make the training set of a camera from a folder of its RAW files; gives the path of images.csv.

    The first `train + validation` good files in the order of their names are used: each gives `<image>.npy` (uint16
    Bayer stack, R, G1, G2, B) and `<image>.png` (8-bit target, pixel-aligned with the stack). images.csv lists every
    file found, used or why not, and is written last. The same files give the same bytes, whatever the number of
    workers. Files are read in worker processes, so that a crash or a hang of LibRaw costs one file and no more; like
    every use of Python's multiprocessing this needs `if __name__ == "__main__":` in the program that calls it.

    Args:
        source_folder: RAW files, also in folders below it.
        output_folder: where to write.
        known_cameras: as `cameras.load_all` gives them: a file is refused where it disagrees with its camera's colour
            filters. By default each file's own word is taken.
        workers: processes to share the work.
        settings: some of `SETTINGS`, see `scripts/prepare_data.py --help`.

    Raises:
        UserError: no such folder, a wrong setting, sources that cannot be split so, or too few good files; then
            refused.csv lists them instead of images.csv.
    """
    settings = checks.complete(SETTINGS, settings)
    details = settings["orientation"], known_cameras or {}, settings["target"]
    return assemble(source_folder, output_folder, _work, details, settings, workers)


def assemble(source_folder, output_folder, work, details, settings, workers):
    """Make a training set of the files of a folder: the first good ones are used, and every file is listed.

    Args:
        source_folder, output_folder, workers: as for `prepare`.
        work: importable function of a task (path of the file, path of the photograph to write without its ending,
            whether it is wanted, and the details). It gives the entries of the file's row, `sha256` and `status` among
            them; "used" says that the photograph was written, and then `pixels` and `look` (see `copies`) are there.
        details: tuple of what `work` needs beside these.
        settings: complete ones, with those of `COMMON`.
    """
    source, output = Path(source_folder), Path(output_folder)
    AtLeast(1).read("workers", workers)
    train, validation, count = settings["train"], settings["validation"], settings["count"]
    least = (train or 1) + (validation or 0)
    if count is not None and count < least:
        raise UserError(f"count is {count}, but train and validation need {least} photographs")
    listed = raw_folder.listing(source, settings.get("model"), count)
    origins = splits.origins(source, listed, settings["split_by"])
    table, refused = output / "images.csv", output / "refused.csv"
    files.check_output(table)
    table.unlink(missing_ok=True)
    rows = _read_all(source, output, listed, sum(splits.numbers(train, validation, None)), work, details, workers)
    for file, row in zip(listed, rows, strict=True):
        row["source"] = origins[file.path].source if file.image else ""
    used = [row for row in rows if row["status"] == "used"]
    train, validation = splits.numbers(train, validation, len(used))
    if len(used) < train + validation:
        for row in used:
            _remove_pair(output, row["image"])
            row |= {"status": "unused", "reason": "good, but there are too few like it"}
        files.write_table(refused, COLUMNS, rows)
        raise UserError(
            f"{source}: {train + validation} photographs are needed, {len(used)} of "
            f"{sum(bool(file.image) for file in listed)} files are good; {refused} lists them all with reasons"
        )
    drawn = [origins[Path(row["file"])] for row in used]
    held_out = splits.draw(drawn, validation, settings["seed"], settings.get("validation_photographs"))
    for place, row in enumerate(used):
        row["split"] = "validation" if place in held_out else "train"
    files.write_table(table, COLUMNS, rows)
    refused.unlink(missing_ok=True)
    return table


def _read_all(source, output, listed, needed, work, details, workers):
    """One row a file. Files are read in order, and never more than are still needed."""
    rows = [_unread(file) for file in listed]
    waiting = [(file, row) for file, row in zip(listed, rows, strict=True) if not file.reason]
    good = []

    def tasks():
        for file, _ in waiting:
            yield source / file.path, output / file.image, len(good) < needed, *details

    def allowed(under_way):
        # Files behind the last one needed are only hashed, but not before it is sure that they are not needed.
        return len(good) >= needed or len(good) + under_way < needed

    bar = {"total": len(waiting), "desc": str(source), "unit": "file"}
    with contextlib.closing(in_order(work, tasks(), workers, TIME_LIMIT, allowed, **bar)) as results:
        for (_, row), facts in zip(waiting, results, strict=True):
            row |= facts
            look = row.pop("look", None)
            if row["status"] == "used" and not _is_copy(row, look, good):
                good.append((row, look))
            elif row["status"] == "refused":
                _remove_pair(output, row["image"])
    return rows


def _unread(file):
    """The row of a file that was found, with all that is known without reading it."""
    row = {"image": file.image, "file": file.path.as_posix(), "camera": file.camera, "status": ""}
    return row | {"status": "unused", "reason": file.reason} if file.reason else row


def _is_copy(row, look, good):
    """Refuse a photograph that is there already: a copy could stand in both training and validation."""
    path = Path(row["file"])
    for first, other in good:
        if first["sha256"] == row["sha256"]:
            reason = "the same file as"
        elif first["pixels"] == row["pixels"]:
            reason = "the same picture as"
        elif copies.alike(path, look, Path(first["file"]), other):
            reason = "in another format the photograph of"
        else:
            continue
        row |= {"status": "refused", "reason": f"{reason} {first['file']}"}
        return True
    return False


def _remove_pair(output, name):
    for suffix in (".npy", ".png"):
        (output / f"{name}{suffix}").unlink(missing_ok=True)


def _work(task):
    """In a worker: hash a file, and if its picture is wanted, write the pair. Gives the row's entries."""
    path, place, wanted, orientation, known_cameras, target = task
    facts = {"sha256": files.sha256(path)}
    if not wanted:
        return facts | {"camera": containers.inspect(path).camera, "status": "unused", "reason": NOT_NEEDED}
    try:
        photograph = reading.read(path)
        facts |= _describe(photograph)
        photograph = _as_known(photograph, known_cameras)
        facts |= _describe(photograph)
        # Square photographs are in either format.
        square = photograph.height == photograph.width * photograph.pixel_aspect
        if orientation != "any" and not square and photograph.landscape != (orientation == "landscape"):
            return facts | {"status": "unused", "reason": f"not in {orientation} format"}
        facts |= {"pixels": _write_pair(photograph, place, target), "look": copies.look(photograph.stack[..., 1])}
    except raw.RawError as error:
        return facts | {"camera": containers.inspect(path).camera, "status": "refused", "reason": error.reason}
    return facts | {"target": target, "status": "used", "reason": "; ".join(photograph.notes)}


def _as_known(photograph, known_cameras):
    """What the file says, checked and completed by what is known of its camera."""
    try:
        return cameras.apply(known_cameras, photograph)
    except UserError as error:
        raise raw.RawError(photograph.path, str(error)) from None


def _write_pair(photograph, place, target):
    """Write a `RawImage` as `place`.npy and its target as `place`.png. Gives the hash of the stack's samples."""
    picture, stack = develop.target(photograph, target), levels(photograph.stack)
    with files.atomic(place.with_name(place.name + ".npy")) as temporary, temporary.open("wb") as file:
        np.save(file, stack)
    pictures.write(place.with_name(place.name + ".png"), picture)
    return copies.pixels(stack)


def levels(stack):
    """A Bayer stack of floats in [0, 1] as training sets have it: uint16, rounded."""
    return (stack * np.float32(65535) + np.float32(0.5)).astype(np.uint16)


def _describe(photograph):
    """Those of a photograph's facts that are columns of the table."""
    facts = {name: getattr(photograph, name) for name in COLUMNS if hasattr(photograph, name)}
    for name in ("black_levels", "white_balance", "camera_to_srgb"):
        facts[name] = " ".join(f"{value:.8g}" for value in np.ravel(facts[name]))
    return facts
