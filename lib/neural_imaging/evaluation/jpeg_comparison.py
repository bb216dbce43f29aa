"""Differentiable JPEG beside libjpeg: how good and how alike their pictures are over qualities."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.coding.jpeg_tables import ROUNDINGS
from neural_imaging.imaging import measures, opening, raw_folder
from neural_imaging.study import settings, structures
from neural_imaging.tables import typeset

QUALITIES = tuple(range(10, 100, 5))
COLUMNS = ["image", "quality", "codec", "psnr"]
SETTINGS = {
    "images": (None, settings.Whole(1)),
    "qualities": (list(QUALITIES), structures.List(settings.Whole(1, 100), once=False)),
    "roundings": (list(ROUNDINGS), structures.List(settings.Choice(ROUNDINGS), once=False)),
}
PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png")


def complete(given):
    """Fill in the settings of the comparison: `images` (how many at most; None for all), `qualities`, `roundings`."""
    structures.check_names("--settings", given, SETTINGS)
    return settings.choose(SETTINGS, given)[0]


def find(paths, count=None):
    """Picture files named by paths, at most `count`; what is passed over in folders is said on standard error.

    Paths are files, folders (with those below them, also behind links), or an `images.csv` of a training set, whose
    validation pictures come first; none of them stands for photographs that come with scikit-image.
    """
    pictures = [picture for path in map(Path, paths or [_photographs()]) for picture in _pictures(path)]
    if not pictures:
        raise UserError(f"{', '.join(map(str, paths))}: no pictures found ({', '.join(opening.ENDINGS)})")
    return pictures[:count]


def compare(pictures, qualities=QUALITIES, roundings=ROUNDINGS, **settings):
    """Compress pictures with libjpeg and each rounding of the differentiable JPEG; a dict a picture, quality and codec.

    PSNR is against the picture; the difference is the mean absolute one from libjpeg, in grey levels. Settings are
    those that both codecs take, as `subsampling` and `tables`.
    """
    from keras import ops

    from neural_imaging.models.jpeg import DifferentiableJPEG, LibJPEG

    codecs = {"libjpeg": LibJPEG(**settings)}
    codecs |= {name: DifferentiableJPEG(rounding=name, **settings) for name in roundings}
    for path, image in zip(pictures, files.distinct_names(pictures), strict=True):
        picture = read(path)[None].astype(np.float32) / 255
        for quality in qualities:
            real = None
            for name, codec in codecs.items():
                compressed = ops.convert_to_numpy(codec(picture, quality=quality))
                real = compressed if real is None else real
                difference = 255 * float(np.abs(compressed - real).mean(dtype=np.float64))
                psnr = measures.psnr(picture, compressed)
                yield {"image": image, "quality": quality, "codec": name, "psnr": psnr, "difference": difference}


def write(path, rows):
    """Write the comparison's table as CSV, with `COLUMNS`, and as a page that sorts beside it."""
    table = pd.DataFrame(rows, columns=COLUMNS)
    typeset.write_page(table.assign(psnr=table["psnr"].map("{:.4f}".format)), Path(path))


def read(path):
    """Read a picture as uint8 RGB; what was changed so that it is, is said on standard error."""
    opened = opening.read(path)
    for note in opened.notes:
        print(f"{path}: {note}", file=sys.stderr)
    return opened.picture


def _photographs():
    import skimage

    return Path(skimage.__file__).parent / "data"


def _pictures(path):
    if path.suffix == ".csv" and path.is_file():
        used = [row for row in files.read_rows(path, ("status",)) if row["status"] == "used"]
        used.sort(key=lambda row: row.get("split") != "validation")
        if used and not {"picture", "image"} & used[0].keys():
            raise UserError(f"{path}: lists no files of pictures; name a folder, or the images.csv of a camera")
        return [files.beside(path, row.get("picture") or f"{row['image']}.png") for row in used]
    if path == _photographs():
        return [path / name for name in PHOTOGRAPHS]
    if path.is_dir():
        walked = raw_folder.walk(path, raw_folder.named(opening.ENDINGS))
        for place, reason in walked:
            if reason:
                print(f"{path / place}: passed over, {reason}", file=sys.stderr)
        return [path / place for place, reason in walked if not reason]
    if not path.is_file():
        raise UserError(f"{path}: no such file or folder")
    return [path]
