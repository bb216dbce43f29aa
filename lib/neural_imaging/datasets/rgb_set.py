"""Training sets of pictures without RAW, for pipelines that pass developed pictures through (ONet)."""

import numpy as np

from neural_imaging.base import files
from neural_imaging.datasets import checks, copies, dataset
from neural_imaging.imaging import opening, pictures
from neural_imaging.study.settings import Choice

SETTINGS = {
    **dataset.COMMON,
    "orientation": ("any", Choice(checks.ORIENTATIONS)),
    "smallest": (64, checks.AtLeast(2)),
}


def prepare(source_folder, output_folder, *, workers=1, **settings):
    """Make a training set from a folder of pictures, as `dataset.prepare` does of RAW files.

    Each picture gives `<image>.png`, 8-bit RGB of even sides (a last odd row or column is cut off), opened as
    `opening.read` does. Pictures that hardly are what a camera developed are refused: those without colours, of CMYK,
    with transparent parts, and one of several in a file; elsewhere, where pictures of any kind are compressed or
    tested, these are used. images.csv has the columns of a set with RAW, and no `cfa`. Of the settings, `orientation`
    takes square pictures for both, and `smallest` is the shortest side in pixels of a picture that is used.
    """
    settings = checks.complete(SETTINGS, settings)
    details = settings["orientation"], settings["smallest"]
    return dataset.assemble(source_folder, output_folder, _work, details, settings, workers)


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
