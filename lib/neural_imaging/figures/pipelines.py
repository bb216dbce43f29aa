"""One photo as each pipeline develops it, with its PSNR against the target and a detail."""

import numpy as np
from matplotlib.patches import Rectangle

from neural_imaging.base.errors import UserError
from neural_imaging.figures import style
from neural_imaging.tables import arrays
from neural_imaging.tables.typeset import number

ARRAYS = ("names", "photos", "psnr", "box")


def plot(sample):
    """Draw from a file of those arrays.

    Raises:
        UserError: the arrays are not of one sample.
    """
    read = arrays.read(sample, ARRAYS)
    if len({len(read[name]) for name in ("names", "photos", "psnr")}) > 1:
        raise UserError(f"{sample}: is not of sample_pipelines.py, but of another program")
    return draw(read)


@style.look
def draw(sample):
    """Draw a column a pipeline: the photo above, the detail below.

    Args:
        sample: arrays of `samples.pipelines`.

    Returns:
        Figure.
    """
    names, photos = sample["names"], sample["photos"]
    height, width = photos.shape[1:3]
    across = len(names)
    # Few pipelines need no whole page.
    size = style.picture_width(width, min(style.PAGE / across, 2.3))
    drawing = style.figure(size * across, size * (1 + height / width) + 0.2, layout="compressed")
    axes = drawing.subplots(2, across, squeeze=False, height_ratios=[height / width, 1])
    for column, (name, photo, psnr) in enumerate(zip(names, photos, sample["psnr"], strict=True)):
        style.picture(axes[0, column], photo)
        frame(axes[0, column], sample["box"])
        style.picture(axes[1, column], cut(photo, sample["box"]))
        axes[0, column].set_title(str(name) if np.isnan(psnr) else f"{name}: {number(psnr)} dB")
    return drawing


def frame(axes, box):
    """Mark the detail in a photo, white on black so that it shows on any ground."""
    top, left, side = box
    for colour, thickness in (("black", 1.6), ("white", 0.8)):
        axes.add_patch(
            Rectangle((left - 0.5, top - 0.5), side, side, fill=False, edgecolor=colour, linewidth=thickness)
        )


def cut(photo, box):
    """The detail of a photo."""
    top, left, side = box
    return photo[top : top + side, left : left + side]
