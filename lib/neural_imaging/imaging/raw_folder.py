"""A folder of RAW files: which of them belong to a camera's training set, before any is decoded."""

import collections
from dataclasses import dataclass
from pathlib import Path

from neural_imaging.errors import UserError
from neural_imaging.imaging import cameras, containers

# What commonly lies beside RAW files and is none.
COMPANIONS = (".csv", ".db", ".htm", ".html", ".ini", ".json", ".md", ".pp3", ".txt", ".xmp", ".yaml", ".yml", ".zip")


@dataclass(frozen=True)
class Found:
    """A file of the folder.

    Attributes:
        path: relative to the folder.
        image: name of its image in the training set; no two files have the same.
        camera: make and model where files were asked for theirs, else "".
        reason: why it is left out; "" where it is not.
    """

    path: Path
    image: str
    camera: str = ""
    reason: str = ""


def listing(folder, model=None, count=None, ignored=None):
    """Every file below a folder, in the order of their names; hidden files and companions of RAW files left out.

    Args:
        folder: to look in, and in the folders below it.
        model: only files of this camera (see `cameras.is_model`), as their container names it.
        count: only the first so many of those.
        ignored: function of a path that says whether to pass the file over; by default none is.

    Returns:
        List of `Found`.

    Raises:
        UserError: no such folder, an empty one, or none of the camera.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UserError(f"{folder}: {'is a file; name its folder' if folder.is_file() else 'no such folder'}")
    if model is not None and (not isinstance(model, str) or not model.strip()):
        raise UserError(f'model must be the name of a camera, such as "Nikon D90", not {model!r}')
    paths = sorted(
        path.relative_to(folder)
        for path in folder.rglob("*")
        # A link that leads nowhere is a file that cannot be read, and is listed as such.
        if (path.is_file() or (path.is_symlink() and not path.exists()))
        and path.suffix.lower() not in COMPANIONS
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and not (ignored and ignored(path))
    )
    if not paths:
        raise UserError(f"{folder}: holds no files")
    stems = collections.Counter(path.stem for path in paths)
    found, taken, seen, names = [], 0, collections.Counter(), set()
    for path in paths:
        image = path.stem if stems[path.stem] == 1 else "-".join(path.parts).replace(".", "-")
        while image in names:
            image += "-"
        names.add(image)
        camera = reason = ""
        if model:
            camera = containers.inspect(folder / path).camera
            seen[camera or "no camera named"] += 1
            if not cameras.is_model(camera, model):
                reason = f"not by the camera asked for, {model}"
        if not reason and count is not None:
            taken += 1
            reason = f"not among the first {count}" if taken > count else ""
        found.append(Found(path, image, camera, reason))
    if all(file.reason for file in found):
        by = ", ".join(f"{name} ({number})" for name, number in seen.most_common(5))
        raise UserError(f"{folder}: holds no files of the camera {model}; it has: {by}")
    return found
