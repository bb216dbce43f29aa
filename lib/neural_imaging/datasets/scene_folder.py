"""Scenes out of a folder of pictures, made so much smaller that traces of compression and demosaicing go."""

import contextlib
import functools
import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import copies, picture_sources
from neural_imaging.imaging import opening, raw_folder, scenes, srgb
from neural_imaging.imaging.workers import in_order

COLUMNS = ("file", "sha256", "pixels", "height", "width", "scenes", "status", "reason", "notes")
_TIME_LIMIT = 120
_NOT_NEEDED = "not needed: enough pictures"


@dataclass(frozen=True)
class Cut:
    """A scene of a picture: its name, the picture's path below the folder, and its place among the picture's scenes."""

    name: str
    file: str
    row: int
    column: int


def listing(folder, height, width, reduction, count=0, workers=1):
    """Scenes that a folder's pictures give, as many of each picture as of the others if there are enough.

    Pictures are tried in the order of their names, each in a worker process, until there are `count` good ones (0 for
    all). The scenes' height and width are in pixels of a picture made smaller, of which `reduction` of a side become
    one.

    Returns:
        List of `Cut` in the order of their names, and a row (`COLUMNS`) for each file found: used, or why not.

    Raises:
        UserError: a wrong setting, no such folder, or no picture in it that gives a scene.
    """
    scenes.check_size(height, width)
    if reduction < 1:
        raise UserError(f"reduction must be at least 1, not {reduction}")
    folder = Path(folder)
    listed = raw_folder.listing(folder)
    rows = _read_all(folder, listed, (height, width, reduction), count, workers)
    used = [(file, row) for file, row in zip(listed, rows, strict=True) if row["status"] == "used"]
    if not used:
        reasons = "; ".join(f"{row['file']}: {row['reason']}" for row in rows[:3])
        raise UserError(f"{folder}: no picture of these can be a scene ({reasons})")
    # The first scene of each picture, then the second, and so on.
    cuts = picture_sources.in_turn([_cut(file, *place) for place in row["places"]] for file, row in used)
    cuts = cuts[: count or None]
    for _, row in used:
        row["scenes"] = sum(cut.file == row["file"] for cut in cuts)
    return sorted(cuts, key=lambda cut: cut.name), rows


def _cut(file, row, column):
    return Cut(f"picture-{file.image}-{row}-{column}", file.path.as_posix(), row, column)


def make(folder, cut, height, width, reduction):
    """Make the scene of a cut, as `scenes.make` does of a name."""
    light = _reduced(Path(folder) / cut.file, reduction)
    return scenes.projected(scenes.cut(light, cut.row, cut.column, height, width))


def reduce(picture, factor):
    """Make a picture smaller by means of light over squares of pixels; what is too much at its borders is cut off.

    From uint8 sRGB, (height, width, 3), to float32 linear sRGB in [0, 1], (height // factor, width // factor, 3).
    """
    height, width = (side // factor * factor for side in picture.shape[:2])
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    light = srgb.decode(np.arange(256, dtype=np.uint8))
    total = np.zeros((height // factor, width // factor, 3), np.float32)
    for row, column in itertools.product(range(factor), repeat=2):
        total += light[picture[top + row : top + height : factor, left + column : left + width : factor]]
    return total / np.float32(factor**2)


# A picture's scenes come one after the other.
@functools.lru_cache(maxsize=1)
def _reduced(path, factor):
    return reduce(opening.read(path).picture, factor)


def _read_all(folder, listed, settings, count, workers):
    """A row for each file; pictures are opened until there are `count` good ones, in the order of their names."""
    rows = [{"file": file.path.as_posix(), "status": "unused", "reason": file.reason or _NOT_NEEDED} for file in listed]
    waiting = [row for file, row in zip(listed, rows, strict=True) if not file.reason]
    tasks = ((folder / row["file"], *settings) for row in waiting)
    bar, first = {"total": len(waiting), "desc": str(folder), "unit": "picture"}, {}
    with contextlib.closing(in_order(_work, tasks, workers, _TIME_LIMIT, **bar)) as results:
        for row in waiting:
            if count and len(first) >= count:
                break
            row |= next(results)
            # A copy could stand in both training and validation.
            same = first.setdefault(row["pixels"], row["file"]) if row["status"] == "used" else row["file"]
            if same != row["file"]:
                row |= {"status": "refused", "reason": f"the same picture as {same}"}
    return rows


def _work(task):
    """In a worker: open a picture, and find where scenes lie in it. Gives the row's entries."""
    path, height, width, reduction = task
    facts = {"sha256": files.sha256(path)}
    try:
        opened = opening.read_named(path)
    except opening.PictureError as error:
        return facts | {"status": "refused", "reason": error.reason}
    shape = opened.picture.shape[:2]
    facts |= {"pixels": copies.pixels(opened.picture), "height": shape[0], "width": shape[1]}
    places = scenes.places([side // reduction for side in shape], height, width)
    if not places:
        least = f"{width * reduction} × {height * reduction}"
        return facts | {"status": "unused", "reason": f"smaller than {least} pixels (a scene, {reduction} times)"}
    return facts | {"status": "used", "reason": "", "places": places, "notes": "; ".join(opened.notes)}
