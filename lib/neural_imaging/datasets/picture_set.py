"""Training sets of codecs: pictures of any kind, cropped and resized to squares of one size, in one file."""

import contextlib
import math
from pathlib import Path

import numpy as np
from PIL import Image

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import checks, copies, picture_sources, splits
from neural_imaging.datasets.checks import AtLeast
from neural_imaging.datasets.partial_set import PartialSet
from neural_imaging.imaging.opening import PictureError
from neural_imaging.imaging.workers import in_order
from neural_imaging.study.settings import Choice, Kind, Whole

TABLE, PICTURES = "images.csv", "pictures.npy"
COLUMNS = (
    "source", "file", "photograph", "sha256", "pixels", "height", "width", "status", "split", "place", "reason",
    "notes",
)  # fmt: skip
SIDE = Whole(16, 4096)
SETTINGS = {
    "side": (256, SIDE),
    "train": (None, AtLeast(1)),
    "validation": (1000, AtLeast(1)),
    "seed": (1, AtLeast(0)),
    "scenes": (None, Kind()),
    "split_by": ("file", Choice(splits.SPLIT_BY)),
}
TIME_LIMIT = 120


def prepare(sources, output_folder, settings, workers=1, apart=()):
    """Make the training set of a codec; gives the path of images.csv.

    Pictures are taken from the sources in turn, each in the order of its names, until there are enough. Each is opened
    as 8-bit RGB (see `opening.read`), its middle square is cut out and made as small as `side`. All go into
    `pictures.npy`, which is read memory-mapped. images.csv lists every picture found, its place in that file and what
    was changed, or why it was not used; it is written last. A bad picture is listed and passed over. The same files
    give the same bytes, whatever the number of workers and whether the work was stopped in between: the same call goes
    on where it was. For the worker processes see `dataset.prepare`.

    Args:
        sources: folders of pictures, and `images.csv` of cameras' training sets.
        output_folder: where to write.
        settings: some of `SETTINGS`: where `train` is None, all pictures there are are taken; `scenes` are settings of
            scenes as one more source, or None.
        workers: processes to share the work.
        apart: `images.csv` of data sets that the codec will be compared on. Their pictures, and others of the same
            photographs, are left out.

    Raises:
        UserError: wrong settings or sources, photographs that cannot be split so, or too few good pictures; then
            refused.csv lists them instead of images.csv.
    """
    settings = checks.complete(SETTINGS, settings)
    output, side = Path(output_folder), settings["side"]
    candidates = picture_sources.listing(sources, settings["scenes"], settings["split_by"])
    kept = copies.Kept(apart)
    table, refused = output / TABLE, output / "refused.csv"
    files.check_output(table)
    for stale in (table, output / PICTURES):
        stale.unlink(missing_ok=True)
    needed = math.inf if settings["train"] is None else settings["train"] + settings["validation"]
    with PartialSet(output, side, candidates, kept.digest) as partial:
        _read_all(candidates, partial, side, needed, workers, kept)
        rows = partial.rows + [
            _row(candidate, candidate.reason or "not needed: enough pictures")
            for candidate in candidates[len(partial.rows) :]
        ]
        used = [row for row in rows if row["status"] == "used"]
        least = settings["validation"] + 1 if settings["train"] is None else needed
        if len(used) < least:
            files.write_table(refused, COLUMNS, rows)
            tried = sum(not candidate.reason for candidate in candidates)
            raise UserError(
                f"{least} pictures are needed, {len(used)} of {tried} are good; {refused} lists them all with reasons"
            )
        order = np.random.default_rng(settings["seed"]).permutation(len(used)).tolist()
        photographs = [used[index]["photograph"] for index in order]
        held_out = {order[place] for place in splits.validation(photographs, settings["validation"], "pictures")}
        for index, row in enumerate(used):
            row["split"] = "validation" if index in held_out else "train"
        with files.atomic(output / PICTURES) as temporary:
            np.save(temporary, partial.pictures())
        files.write_table(table, COLUMNS, rows)
        partial.remove()
    refused.unlink(missing_ok=True)
    return table


def _read_all(candidates, partial, side, needed, workers, kept):
    """Go on until there are enough pictures; they are kept in the order of the candidates."""
    first = {row["pixels"]: row["file"] for row in partial.rows if row["status"] == "used"}
    left = candidates[len(partial.rows) :]
    tasks = [(candidate, side, False) for candidate in left if not candidate.reason]
    bar = {"total": len(tasks), "desc": "pictures", "unit": "picture"}
    with contextlib.closing(in_order(read_square, iter(tasks), workers, TIME_LIMIT, **bar)) as results:
        for candidate in left:
            if len(first) >= needed:
                break
            row = _row(candidate, candidate.reason)
            if not candidate.reason:
                row |= next(results)
            picture = row.pop("picture", None)
            if picture is not None:
                # A copy could stand in both training and validation.
                same = first.get(row["pixels"])
                reason = kept.reason(row) if same is None else f"the same picture as {same}"
                if reason:
                    row, picture = row | {"status": "refused", "reason": reason}, None
                else:
                    row["place"] = len(first)
                    first[row["pixels"]] = candidate.file
            partial.append(row, picture)


def _row(candidate, reason):
    """What is known of a picture without opening it."""
    row = {"source": candidate.source, "file": candidate.file, "photograph": candidate.photograph}
    return row | {"status": "unused", "reason": reason}


def read_square(task):
    """Open a picture (`picture_sources.Candidate`), and make a square of a side of it, as `square` does.

    The task is (candidate, side, crop). Gives the row's entries, and the square as `picture` where it can be used.
    """
    candidate, side, crop = task
    there = candidate.path is not None and candidate.path.is_file()
    facts = {"sha256": files.sha256(candidate.path)} if there else {}
    try:
        opened = picture_sources.read(candidate)
    except PictureError as error:
        return facts | {"status": "refused", "reason": error.reason}
    height, width = opened.picture.shape[:2]
    facts |= {"height": height, "width": width, "notes": "; ".join(opened.notes)}
    facts["pixels"] = copies.pixels(opened.picture)
    facts.setdefault("sha256", facts["pixels"])
    if min(height, width) < side:
        return facts | {"status": "unused", "reason": f"{width} × {height} pixels, smaller than {side} × {side}"}
    return facts | {"status": "used", "reason": "", "picture": square(opened.picture, side, crop)}


def square(picture, side, crop=False):
    """The middle square of a picture (uint8 RGB, both sides at least `side`), made so small without aliasing.

    With `crop` the square of that side is cut out, and nothing is made smaller.
    """
    height, width = picture.shape[:2]
    length = side if crop else min(height, width)
    top, left = (height - length) // 2, (width - length) // 2
    cut = Image.fromarray(picture[top : top + length, left : left + length])
    return np.asarray(cut if length == side else cut.resize((side, side), Image.Resampling.LANCZOS))
