"""Training sets: RAW files to pairs of a Bayer stack and the photograph developed from it."""

import csv
import dataclasses
import io
from pathlib import Path

import numpy as np
from tqdm import tqdm

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import copies, splits
from neural_imaging.imaging import cameras, containers, develop, pictures, raw, raw_folder, reading
from neural_imaging.imaging.workers import Crash, Workers

COLUMNS = (
    "image", "file", "source", "sha256", "pixels", "camera", "height", "width", "cfa", "black_levels", "white_level",
    "white_balance", "white_balance_source", "camera_to_srgb", "matrix_source", "flip", "target", "status", "split",
    "reason",
)  # fmt: skip
ORIENTATIONS = ("landscape", "portrait", "any")
TIME_LIMIT = 300
NOT_NEEDED = "not needed: enough pictures"


def prepare(
    source_folder,
    output_folder,
    *,
    train,
    validation,
    seed,
    orientation="landscape",
    model=None,
    count=None,
    known_cameras=None,
    target="manual",
    split_by="file",
    validation_photographs=None,
    workers=1,
):
    """Make the training set of a camera from a folder of its RAW files.

    The first `train + validation` good files in the order of their names are used: each gives `<image>.npy` (uint16
    Bayer stack, R, G1, G2, B) and `<image>.png` (8-bit target, pixel-aligned with the stack). images.csv lists every
    file found, used or why not, and is written last. The same files give the same bytes, whatever the number of
    workers. Files are read in worker processes, so that a crash or a hang of LibRaw costs one file and no more;
    like every use of Python's multiprocessing this needs `if __name__ == "__main__":` in the program that calls it.

    Args:
        source_folder: RAW files, also in folders below it.
        output_folder: where to write.
        train, validation: how many photographs of each; None where what is there decides, see `splits.numbers`.
        seed: decides which photographs are for validation.
        orientation: of the upright photographs: "landscape", "portrait" or "any".
        model: only files of this camera (see `cameras.is_model`); by default all.
        count: look at no more than so many files, the first in the order of their names.
        known_cameras: what is known of them beforehand, as `cameras.load_all` gives it: a file is refused where it
            disagrees with its camera's colour filters. By default each file's own word is taken.
        target: what the networks shall imitate, "manual" or "auto"; see `develop.target`.
        split_by: all files of one source are for training, or all for validation. "file": each is its own, but parts of
            one photograph before a simulated camera (`source` in scenes.csv); "folder": all files of a folder are of
            one.
        validation_photographs: how many of those for validation show photographs, of a simulated camera's scenes; the
            others show dead leaves. By default it is left to chance.
        workers: processes to share the work.

    Returns:
        Path of images.csv.

    Raises:
        UserError: no such folder, sources that cannot be split so, or too few good files; then refused.csv lists them
            instead of images.csv.
    """
    source = Path(source_folder)
    check_settings(train, validation, seed, count, workers)
    for name, value, known in (("orientation", orientation, ORIENTATIONS), ("target", target, develop.TARGETS)):
        if value not in known:
            raise UserError(f"{name} must be one of {', '.join(known)}, not {value!r}")
    if validation_photographs is not None:
        if validation is None:
            raise UserError("validation_photographs needs validation, the number of all that are for it")
        known = range(validation + 1)
        if type(validation_photographs) is not int or validation_photographs not in known:
            raise UserError(f"validation_photographs must be from 0 to {validation}, not {validation_photographs!r}")
    found = raw_folder.listing(source, model, count)
    settings = (orientation, known_cameras or {}, target)
    drawn = splits.Draw(validation, seed, splits.origins(source, found, split_by), validation_photographs)
    return assemble(source, output_folder, found, _work, settings, train, drawn, workers)


def assemble(source, output, found, work, settings, train, drawn, workers):
    """Make a training set of the files of a folder: the first good ones are used, and every file is listed.

    Args:
        source: the folder.
        output: folder to write to.
        found: its files, as `raw_folder.listing` gives them.
        work: importable function of a task (path of the file, path of the photograph to write without its ending,
            whether it is wanted, and the settings). It gives the entries of the file's row, `sha256` and `status`
            among them; status "used" says that the photograph was written, and then `pixels` is there too,
            and `look` (see `copies.look`).
        settings: tuple of what `work` needs beside these.
        train: how many photographs to train on; None where what is there decides, see `splits.numbers`.
        drawn: a `splits.Draw`, which chooses those for validation.
        workers: processes to share the work.

    Returns:
        Path of images.csv.

    Raises:
        UserError: sources that cannot be split so, or too few good files; then refused.csv lists them instead of
            images.csv.
    """
    source, output, needed = Path(source), Path(output), sum(splits.numbers(train, drawn.count, None))
    files.check_output(output / "images.csv")
    (output / "images.csv").unlink(missing_ok=True)
    rows = _read_all(source, output, found, needed, work, settings, workers)
    for file, row in zip(found, rows, strict=True):
        row["source"] = drawn.origins[file.path].source if file.image else ""
    used = [row for row in rows if row["status"] == "used"]
    train, validation = splits.numbers(train, drawn.count, len(used))
    needed, drawn = train + validation, dataclasses.replace(drawn, count=validation)
    if len(used) < needed:
        for row in used:
            _remove_pair(output, row["image"])
            row |= {"status": "unused", "reason": "good, but there are too few like it"}
        _write_table(output / "refused.csv", rows)
        tried = sum(bool(file.image) for file in found)
        raise UserError(
            f"{source}: {needed} photographs are needed, {len(used)} of {tried} files are good; "
            f"{output / 'refused.csv'} lists them all with reasons"
        )
    held_out = drawn.validation([Path(row["file"]) for row in used])
    for place, row in enumerate(used):
        row["split"] = "validation" if place in held_out else "train"
    _write_table(output / "images.csv", rows)
    (output / "refused.csv").unlink(missing_ok=True)
    return output / "images.csv"


def check_settings(train, validation, seed, count, workers):
    """Refuse wrong numbers among the settings of a training set, by name.

    Raises:
        UserError: something that is no whole number, or one that is too small.
    """
    may_be_open = [("train", train, 1), ("validation", validation, 0), ("count", count, 1)]
    given = [number for number in may_be_open if number[1] is not None]
    for name, value, least in [*given, ("seed", seed, 0), ("workers", workers, 1)]:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise UserError(f"{name} must be a whole number of at least {least}, not {value!r}")
    needed = (train or 1) + (validation or 0)
    if count is not None and count < needed:
        raise UserError(f"count is {count}, but train and validation need {needed} photographs")


def _read_all(source, output, found, needed, work, settings, workers):
    """One row a file. Files are read in order, and never more than are still needed."""
    rows = [_listed(file) for file in found]
    waiting = [index for index, file in enumerate(found) if not file.reason]
    good, following = {}, 0
    with (
        Workers(work, workers, TIME_LIMIT) as pool,
        tqdm(total=len(waiting), desc=str(source), unit="file", disable=None) as progress,
    ):
        while following < len(waiting) or pool.running:
            # Files behind the last one needed are only hashed, but not before it is sure that they are not needed.
            while following < len(waiting) and pool.free and (len(good) >= needed or len(good) + pool.running < needed):
                file = found[waiting[following]]
                task = (source / file.path, output / file.image, len(good) < needed, *settings)
                pool.start(waiting[following], task)
                following += 1
            for index, result in pool.finished():
                rows[index] |= _row(result)
                look = rows[index].pop("look", None)
                if rows[index]["status"] == "used":
                    _keep_first(rows, good, index, look, output)
                progress.update()
    return rows


def _listed(file):
    """The row of a file that was found, with all that is known without reading it."""
    row = {"image": file.image, "file": file.path.as_posix(), "camera": file.camera, "status": ""}
    return row | {"status": "unused", "reason": file.reason} if file.reason else row


def _keep_first(rows, good, index, look, output):
    """Of equal photographs only the first counts; a copy could stand in both training and validation."""

    def same(other):
        if rows[other]["pixels"] == rows[index]["pixels"]:
            return True
        return copies.alike(*good[other], path, look)

    path = Path(rows[index]["file"])
    alike = sorted([index, *filter(same, good)])
    good[index] = path, look
    for last in alike[1:]:
        rows[last] |= {"status": "refused", "reason": _copy(rows[alike[0]], rows[last])}
        _remove_pair(output, rows[last]["image"])
        del good[last]


def _copy(first, last):
    if first["sha256"] == last["sha256"]:
        return f"the same file as {first['file']}"
    what = "the same picture as" if first["pixels"] == last["pixels"] else "in another format the photograph of"
    return f"{what} {first['file']}"


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
    path, place, wanted, orientation, known_cameras, kind = task
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
        facts["pixels"] = write_pair(photograph, place, kind)
        facts["look"] = copies.look(photograph.stack[..., 1])
    except raw.RawError as error:
        return facts | {"camera": containers.inspect(path).camera, "status": "refused", "reason": error.reason}
    return facts | {"target": kind, "status": "used", "reason": "; ".join(photograph.notes)}


def _as_known(photograph, known_cameras):
    """What the file says, checked and completed by what is known of its camera."""
    try:
        return cameras.apply(known_cameras, photograph)
    except UserError as error:
        raise raw.RawError(photograph.path, str(error)) from None


def write_pair(photograph, place, kind="manual"):
    """Write a `RawImage` as `place`.npy and its target (see `develop.target`) as `place`.png.

    Returns:
        Hash of the stack's samples.
    """
    picture, stack = develop.target(photograph, kind), quantise(photograph.stack)
    with files.atomic(place.with_name(place.name + ".npy")) as temporary, temporary.open("wb") as file:
        np.save(file, stack)
    pictures.write(place.with_name(place.name + ".png"), picture)
    return copies.pixels(stack)


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
