"""One photo as each pipeline develops it, with its PSNR against the target and a detail."""

import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.figures import photographs, style
from neural_imaging.tables import arrays
from neural_imaging.tables.typeset import number

ARRAYS = ("names", "photos", "psnr", "box")


def plot(path):
    """Draw from a file of those arrays."""
    sample = arrays.read(path, ARRAYS)
    if len({len(sample[name]) for name in ("names", "photos", "psnr")}) > 1:
        raise UserError(f"{path}: is not of sample_pipelines.py, but of another program")
    return draw(sample)


@style.look
def draw(sample):
    """Draw a column a pipeline: the photo above, the detail below; `sample` has the arrays of `samples.pipelines`."""
    names, photos = sample["names"], sample["photos"]
    height, width = photos.shape[1:3]
    # Few pipelines need no whole page.
    size = style.picture_width(width, min(style.PAGE / len(names), 2.3))
    drawing = style.figure(size * len(names), size * (1 + height / width) + 0.2, layout="compressed")
    axes = drawing.subplots(2, len(names), squeeze=False, height_ratios=[height / width, 1])
    for panels, name, photo, psnr in zip(axes.T, names, photos, sample["psnr"], strict=True):
        title = str(name) if np.isnan(psnr) else f"{name}: {number(psnr)} dB"
        photographs.with_detail(*panels, photo, sample["box"], title)
    return drawing
