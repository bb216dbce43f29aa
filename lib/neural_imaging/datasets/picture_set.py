"""Training sets of codecs: pictures of any kind, cropped and resized to squares of one size, in one file."""

import csv
import io
import math
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from neural_imaging.base import errors, files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import copies, picture_sources, splits
from neural_imaging.datasets.partial_set import PartialSet
from neural_imaging.imaging.opening import PictureError
from neural_imaging.imaging.workers import Crash, Workers

TABLE, PICTURES = "images.csv", "pictures.npy"
COLUMNS = (
    "source", "file", "photograph", "sha256", "pixels", "height", "width", "status", "split", "place", "reason",
    "notes",
)  # fmt: skip
DEFAULTS = {"side": 256, "train": None, "validation": 1000, "seed": 1, "scenes": None, "split_by": "file"}
TIME_LIMIT = 120
_SMALLEST, _LARGEST = 16, 4096
_NOT_NEEDED = "not needed: enough pictures"


def prepare(sources, output_folder, settings, workers=1, apart=()):
    """Make the training set of a codec.

    Pictures are taken from the sources in turn, each in the order of its names, until there are enough. Each is opened
    as 8-bit RGB (see `opening.read`), its middle square is cut out and made as small as `side`. All go into
    `pictures.npy`, which is read memory-mapped. images.csv lists every picture found, its place in that file and what
    was changed, or why it was not used; it is written last. A bad picture is listed and passed over. The same files
    give the same bytes, whatever the number of workers and whether the work was stopped in between: the same call goes
    on where it was. Pictures are opened in worker processes, so that one that crashes a decoder costs no more than
    itself; like every use of Python's multiprocessing this needs `if __name__ == "__main__":` in the calling program.

    Args:
        sources: folders of pictures, and `images.csv` of cameras' training sets.
        output_folder: where to write.
        settings: mapping with some of the keys of `DEFAULTS`: `side` in pixels; how many pictures to `train` on (None
            takes all there are) and for `validation`; `seed` decides which are for validation; `scenes` is a mapping as
            for `picture_sources.listing`, or None; `split_by` "folder" keeps all pictures of a folder on one side of
            the split, as parts of one photograph always are.
        workers: processes to share the work.
        apart: `images.csv` of data sets that the codec will be compared on. Their pictures, and others of the same
            photographs, are left out.

    Returns:
        Path of images.csv.

    Raises:
        UserError: wrong settings or sources, photographs that cannot be split so, or too few good pictures; then
            refused.csv lists them instead of images.csv.
    """
    settings = _checked(settings)
    output, side = Path(output_folder), settings["side"]
    candidates = picture_sources.listing(sources, settings["scenes"], settings["split_by"])
    kept = copies.Kept(apart)
    files.check_output(output / TABLE)
    for stale in (output / TABLE, output / PICTURES):
        stale.unlink(missing_ok=True)
    needed = math.inf if settings["train"] is None else settings["train"] + settings["validation"]
    with PartialSet(output, side, candidates, kept.digest) as partial:
        _read_all(candidates, partial, side, needed, workers, kept)
        rows = partial.rows + [
            _row(one, "unused", one.reason or _NOT_NEEDED) for one in candidates[len(partial.rows) :]
        ]
        used = [row for row in rows if row["status"] == "used"]
        least = settings["validation"] + 1 if settings["train"] is None else needed
        if len(used) < least:
            _write_table(output / "refused.csv", rows)
            raise UserError(
                f"{least} pictures are needed, {len(used)} of {sum(not one.reason for one in candidates)} are good; "
                f"{output / 'refused.csv'} lists them all with reasons"
            )
        order = np.random.default_rng(settings["seed"]).permutation(len(used)).tolist()
        photographs = [used[index]["photograph"] for index in order]
        held_out = {order[place] for place in splits.validation(photographs, settings["validation"], "pictures")}
        for index, row in enumerate(used):
            row["split"] = "validation" if index in held_out else "train"
        with files.atomic(output / PICTURES) as temporary:
            np.save(temporary, partial.pictures())
        _write_table(output / TABLE, rows)
        partial.remove()
    (output / "refused.csv").unlink(missing_ok=True)
    return output / TABLE


def _checked(settings):
    unknown = sorted(set(settings) - set(DEFAULTS))
    if unknown:
        raise UserError(f"settings: unknown {', '.join(unknown)}; there are: {', '.join(DEFAULTS)}")
    settings = DEFAULTS | settings
    lows = {"side": _SMALLEST, "train": 1, "validation": 1, "seed": 0}
    for name, low in lows.items():
        value = settings[name]
        if name == "train" and value is None:
            continue
        if type(value) is not int or value < low or (name == "side" and value > _LARGEST):
            most = f" and at most {_LARGEST}" if name == "side" else ""
            raise UserError(f"{name} must be a whole number of at least {low}{most}, not {value!r}")
    if settings["split_by"] not in splits.SPLIT_BY:
        raise UserError(f"split_by must be one of {', '.join(splits.SPLIT_BY)}, not {settings['split_by']!r}")
    if settings["scenes"] is not None and not isinstance(settings["scenes"], dict):
        raise UserError(f"scenes must be a mapping such as {picture_sources.DEFAULTS}, not {settings['scenes']!r}")
    return settings


def _read_all(candidates, partial, side, needed, count, kept):
    """Go on until there are enough pictures; they are kept in the order of the candidates, however they come."""
    hashes = {row["pixels"]: row["file"] for row in partial.rows if row["status"] == "used"}
    following, done = len(partial.rows), {}
    with (
        Workers(_work, count, TIME_LIMIT) as pool,
        tqdm(total=len(candidates), initial=following, desc="pictures", unit="picture", disable=None) as progress,
    ):
        while len(hashes) < needed and len(partial.rows) < len(candidates):
            while following < len(candidates) and pool.free:
                if candidates[following].reason:
                    done[following] = None
                else:
                    pool.start(following, (candidates[following], side))
                following += 1
            if len(partial.rows) not in done:
                done.update(pool.finished())
            while len(hashes) < needed and len(partial.rows) in done:
                index = len(partial.rows)
                row, picture = _result(candidates[index], done.pop(index), hashes, kept)
                partial.append(row, picture)
                progress.update()


def _result(candidate, result, hashes, kept):
    """Row and picture of a candidate; the picture is None where it is not used."""
    if result is None:
        return _row(candidate, "unused", candidate.reason), None
    if isinstance(result, Crash):
        return _row(candidate, "refused", f"opening it {result}"), None
    if isinstance(result, OSError | MemoryError):
        return _row(candidate, "refused", errors.reason(result)), None
    if isinstance(result, Exception):
        raise result
    facts, picture = result
    row = _row(candidate) | facts
    if picture is None:
        return row, None
    # A copy could stand in both training and validation.
    first = hashes.get(facts["pixels"])
    reason = f"the same picture as {first}" if first is not None else kept.reason(row)
    if reason:
        return row | {"status": "refused", "reason": reason}, None
    hashes[facts["pixels"]] = candidate.file
    return row | {"place": len(hashes) - 1}, picture


def _row(candidate, status="", reason=""):
    row = {"source": candidate.source, "file": candidate.file, "photograph": candidate.photograph}
    return row | {"status": status, "reason": reason}


def _work(task):
    """In a worker: open a picture and make a square of it. Gives the row's entries, and the square or None."""
    candidate, side = task
    there = candidate.path is not None and candidate.path.is_file()
    facts = {"sha256": files.sha256(candidate.path)} if there else {}
    try:
        opened = picture_sources.read(candidate)
    except PictureError as error:
        return {**facts, "status": "refused", "reason": error.reason}, None
    height, width = opened.picture.shape[:2]
    facts |= {"height": height, "width": width, "notes": "; ".join(opened.notes)}
    facts["pixels"] = copies.pixels(opened.picture)
    facts.setdefault("sha256", facts["pixels"])
    if min(height, width) < side:
        return {**facts, "status": "unused", "reason": f"smaller than {side} × {side} pixels"}, None
    return {**facts, "status": "used"}, square(opened.picture, side)


def square(picture, side):
    """The middle square of a picture, made as small as asked for, without aliasing.

    Args:
        picture: uint8, shape (height, width, 3), both at least `side`.
        side: in pixels.

    Returns:
        uint8, shape (side, side, 3).
    """
    height, width = picture.shape[:2]
    length = min(height, width)
    top, left = (height - length) // 2, (width - length) // 2
    cut = Image.fromarray(picture[top : top + length, left : left + length])
    return np.asarray(cut if length == side else cut.resize((side, side), Image.Resampling.LANCZOS))


def _write_table(path, rows):
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n", extrasaction="ignore")
    table.writeheader()
    table.writerows(rows)
    files.write_text(path, text.getvalue())
