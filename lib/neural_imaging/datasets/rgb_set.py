"""Training sets of pictures without RAW, for pipelines that pass developed pictures through (ONet)."""

from pathlib import Path

import numpy as np

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import copies, dataset, splits
from neural_imaging.imaging import opening, pictures, raw_folder

LEAST_SIDE = 64


def prepare(
    source_folder,
    output_folder,
    *,
    train,
    validation,
    seed,
    orientation="any",
    count=None,
    smallest=LEAST_SIDE,
    split_by="file",
    workers=1,
):
    """Make a training set from a folder of pictures.

    The first `train + validation` good files in the order of their names are used: each gives `<image>.png`, 8-bit RGB
    of even sides (a last odd row or column is cut off), opened as `opening.read` does. Pictures that hardly are what a
    camera developed are refused: those without colours, of CMYK, with transparent parts, and one of several in a file;
    elsewhere, where pictures of any kind are compressed or tested, these are used. images.csv lists every file
    found, used (and what was changed) or why not, and is written last; it has the columns of a set with RAW, and no
    `cfa`. As for RAW files, each is read in a worker process, so that a bad one costs no more than itself.

    Args:
        source_folder: pictures, also in folders below it.
        output_folder: where to write.
        train, validation: how many pictures of each.
        seed: decides which pictures are for validation.
        orientation: "landscape", "portrait" or "any"; square pictures are both.
        count: look at no more than so many files, the first in the order of their names.
        smallest: shortest side in pixels of a picture that is used.
        split_by: "file", or "folder" to keep all files of one folder on one side of the split.
        workers: processes to share the work.

    Returns:
        Path of images.csv.

    Raises:
        UserError: no such folder, a wrong setting, or too few good files; then refused.csv lists them.
    """
    dataset.check_settings(train, validation, seed, count, workers)
    if orientation not in dataset.ORIENTATIONS:
        raise UserError(f"orientation must be one of {', '.join(dataset.ORIENTATIONS)}, not {orientation!r}")
    if not isinstance(smallest, int) or isinstance(smallest, bool) or smallest < 2:
        raise UserError(f"smallest must be a whole number of at least 2, not {smallest!r}")
    source = Path(source_folder)
    found = raw_folder.listing(source, count=count)
    settings = (orientation, smallest)
    drawn = splits.Draw(validation, seed, splits.origins(source, found, split_by))
    return dataset.assemble(source, output_folder, found, _work, settings, train, drawn, workers)


def _work(task):
    """In a worker: hash a file, and if its picture is wanted, write it. Gives the row's entries."""
    path, place, wanted, orientation, smallest = task
    facts = {"sha256": files.sha256(path)}
    if not wanted:
        return facts | {"status": "unused", "reason": dataset.NOT_NEEDED}
    try:
        opened = opening.read_named(path)
    except opening.PictureError as error:
        return facts | {"status": "refused", "reason": error.reason}
    if opened.doubts:
        return facts | {"status": "refused", "reason": "; ".join(opened.doubts)}
    picture = opened.picture
    if (np.ptp(picture, axis=2) == 0).all():
        return facts | {"status": "refused", "reason": "has no colours"}
    height, width = (side // 2 * 2 for side in picture.shape[:2])
    facts |= {"pixels": copies.pixels(picture), "height": height, "width": width}
    if min(height, width) < smallest:
        return facts | {"status": "unused", "reason": f"smaller than {smallest} pixels"}
    if orientation != "any" and height != width and (width > height) != (orientation == "landscape"):
        return facts | {"status": "unused", "reason": f"not in {orientation} format"}
    pictures.write(place.with_name(f"{place.name}.png"), picture[:height, :width])
    return facts | {"status": "used", "look": copies.look(picture[..., 1]), "reason": "; ".join(opened.notes)}
