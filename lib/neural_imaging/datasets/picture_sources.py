"""Where pictures to learn compression from come from: folders, developed photographs, and scenes."""

import csv
import itertools
from dataclasses import dataclass
from pathlib import Path

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import simulated_set, splits
from neural_imaging.imaging import color, opening, raw_folder, scenes

SCENES = "scenes"
_PACKAGED = {scenes.source(name) for name in scenes.PHOTOGRAPHS}
# By default scenes are twice as large as the pictures made of them, and so as sharp as photographs made smaller.
DEFAULTS = {"photographs": True, "dead_leaves": 40, "height": 512, "width": 512, "seed": 2019}


@dataclass(frozen=True)
class Candidate:
    """A picture that may be used.

    Attributes:
        source: the folder or table that it is from, as the user named it, or "scenes".
        file: its path in the folder, or its scene's name.
        path: of its file; None for a scene.
        scene: height, width and seed of a scene, else None.
        reason: why it is left out; "" where it is not.
        photograph: what it is a part of, as no other source names it unless it is the same; by default the picture
            itself.
    """

    source: str
    file: str
    path: Path | None = None
    scene: tuple | None = None
    reason: str = ""
    photograph: str = ""


def listing(sources, scene_settings=None, split_by="file"):
    """Every picture of the sources, one of each source in turn, so that few of many are of all sources.

    Args:
        sources: folders, searched with the folders below them, and `images.csv` of cameras' training sets. Of those
            only the photographs to train on are taken: nothing learns from what cameras' pipelines are validated on.
        scene_settings: mapping with some of the keys of `DEFAULTS`, for scenes as one more source; None for none.
        split_by: what is one photograph in a folder: "file", or "folder" for all pictures of a folder.

    Returns:
        List of `Candidate`; always the same for the same files.

    Raises:
        UserError: a source that is not there or is something else, a source named twice, or no source at all.
    """
    found = {}
    for source in sources:
        path = Path(source)
        if path.resolve() in found:
            raise UserError(f"{source}: named twice as a source of pictures")
        found[path.resolve()] = _folder(path, split_by) if path.is_dir() else _table(path)
    if scene_settings is not None:
        found[SCENES] = _scenes(simulated_set.complete(scene_settings, DEFAULTS, SCENES))
    if not found:
        raise UserError("no source of pictures: name folders, images.csv of training sets, or ask for scenes")
    rounds = itertools.zip_longest(*found.values())
    return [candidate for one_of_each in rounds for candidate in one_of_each if candidate is not None]


def _folder(folder, split_by):
    found = raw_folder.listing(folder)
    origins = splits.origins(folder, found, split_by)
    return [
        Candidate(
            str(folder),
            file.path.as_posix(),
            folder / file.path,
            reason=file.reason,
            photograph=f"{origins[file.path].source} in {folder}",
        )
        for file in found
    ]


def _table(table):
    try:
        with table.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        raise UserError(f"{table}: no such folder of pictures or images.csv of a training set") from None
    except (UnicodeDecodeError, csv.Error):
        rows = []
    if not rows or not {"image", "status", "split"} <= rows[0].keys():
        raise UserError(f"{table}: neither a folder of pictures nor the images.csv of a camera's training set")
    used = [row for row in rows if row["status"] == "used"]
    return [_photograph(table, row) for row in used]


def _photograph(table, row):
    file = f"{row['image']}.png"
    reason = "" if row["split"] == "train" else f"in the {row['split']} split of its training set"
    return Candidate(str(table), file, files.beside(table, file), reason=reason, photograph=photograph(table, row))


def photograph(table, row):
    """What a picture of a camera's training set is a part of; photographs that come with packages have one name."""
    source = row.get("source") or row["image"]
    return source if source in _PACKAGED else f"{source} in {table}"


def _scenes(settings):
    height, width = settings["height"], settings["width"]
    names = scenes.listing(height, width, settings["photographs"], settings["dead_leaves"])
    size_and_seed = height, width, settings["seed"]
    return [Candidate(SCENES, name, scene=size_and_seed, photograph=scenes.source(name)) for name in names]


def read(candidate):
    """Open or make a picture.

    Returns:
        `opening.Opened`: 8-bit RGB, with notes of what was changed.

    Raises:
        PictureError: the file cannot be used.
    """
    if candidate.scene is None:
        return opening.read(candidate.path)
    scene = scenes.make(candidate.file, *candidate.scene)
    return opening.Opened(color.encode(scene / scenes.EXPOSURE), ())
