"""Where pictures to learn compression from come from: folders, developed photographs, and scenes."""

import itertools
from dataclasses import dataclass
from pathlib import Path

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import checks, splits
from neural_imaging.datasets.checks import AtLeast
from neural_imaging.imaging import opening, raw_folder, scenes, srgb
from neural_imaging.study.photographs import PHOTOGRAPHS, Chosen

SCENES = "scenes"
_PACKAGED = {scenes.source(name) for name in PHOTOGRAPHS}
# By default scenes are twice as large as the pictures made of them, and so as sharp as photographs made smaller.
SETTINGS = {
    "photographs": (True, Chosen()),
    "dead_leaves": (40, AtLeast(0)),
    "height": (512, AtLeast(0)),
    "width": (512, AtLeast(0)),
    "seed": (2019, AtLeast(0)),
}


@dataclass(frozen=True)
class Candidate:
    """A picture that may be used.

    Attributes:
        source: the folder or table that it is from, as the user named it, or "scenes".
        file: its path in the folder, or its scene's name.
        path: of its file; None for a scene.
        scene: height, width and seed of a scene, else None.
        reason: why it is left out; "" where it is not.
        photograph: what it is a part of, as no other source names it unless it is the same.
    """

    source: str
    file: str
    path: Path | None = None
    scene: tuple | None = None
    reason: str = ""
    photograph: str = ""


def listing(sources, scene_settings=None, split_by="file"):
    """Every picture (`Candidate`) of the sources; always the same for the same files.

    Args:
        sources: folders, searched with the folders below them, and `images.csv` of cameras' training sets. Of those
            only the photographs to train on are taken: nothing learns from what cameras' pipelines are validated on.
        scene_settings: some of `SETTINGS`, for scenes as one more source; None for none.
        split_by: what is one photograph in a folder: "file", or "folder" for all pictures of a folder.

    Raises:
        UserError: a source that is not there or is something else, a source named twice, or no source at all.
    """
    candidates = {}
    for source in map(Path, sources):
        if source.resolve() in candidates:
            raise UserError(f"{source}: named twice as a source of pictures")
        candidates[source.resolve()] = of_source(source, split_by=split_by)
    if scene_settings is not None:
        candidates[SCENES] = _scenes(**checks.complete(SETTINGS, scene_settings, SCENES))
    if not candidates:
        raise UserError("no source of pictures: name folders, images.csv of training sets, or ask for scenes")
    return in_turn(candidates.values())


def in_turn(lists):
    """One of each list in turn, so that few of many are of all."""
    rounds = itertools.zip_longest(*lists)
    return [entry for one_of_each in rounds for entry in one_of_each if entry is not None]


def of_source(source, split="train", split_by="file"):
    """`Candidate` of each picture of a folder, or of a training set, of which those of another split are left out."""
    if source.is_dir():
        listed = raw_folder.listing(source)
        origins = splits.origins(source, listed, split_by)
        return [
            Candidate(
                str(source),
                file.path.as_posix(),
                source / file.path,
                reason=file.reason,
                photograph=f"{origins[file.path].source} in {source}",
            )
            for file in listed
        ]
    if not source.exists():
        raise UserError(f"{source}: no such folder of pictures or images.csv of a training set")
    rows = files.read_rows(source, ("image", "status", "split"))
    if not rows:
        raise UserError(f"{source}: neither a folder of pictures nor the images.csv of a camera's training set")
    return [_photograph(source, row, split) for row in rows if row["status"] == "used"]


def _photograph(table, row, split):
    file, photograph = f"{row['image']}.png", row.get("source") or row["image"]
    reason = "" if row["split"] == split else f"in the {row['split']} split of its training set"
    # Photographs that come with packages have one name wherever they are used.
    name = photograph if photograph in _PACKAGED else f"{photograph} in {table}"
    return Candidate(str(table), file, files.beside(table, file), reason=reason, photograph=name)


def _scenes(photographs, dead_leaves, height, width, seed):
    names = scenes.listing(height, width, photographs, dead_leaves)
    return [Candidate(SCENES, name, scene=(height, width, seed), photograph=scenes.source(name)) for name in names]


def read(candidate):
    """Open or make a picture, as `opening.read` does."""
    if candidate.scene is None:
        return opening.read(candidate.path)
    scene = scenes.make(candidate.file, *candidate.scene)
    return opening.Opened(srgb.encode(scene / scenes.EXPOSURE), ())
