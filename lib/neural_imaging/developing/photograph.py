"""Develop one photograph, by any pipeline."""

import os

from neural_imaging.developing import pipelines
from neural_imaging.imaging import raw


def develop(photograph, pipeline="Python", **settings):
    """Develop a photograph.

    Args:
        photograph: path of a RAW file, or an `imaging.raw.RawImage`, which `read_raw` gives.
        pipeline: "Python" (the papers' target), "libRAW", the name of a network, the path of a trained one's
            `model.keras`, or a network itself, such as `load` gives; of a joint model its pipeline is taken.
        settings: of a pipeline that is named, see `developing.pipelines.create`.

    Returns:
        uint8, shape (height, width, 3), sRGB, upright. Large photographs go through networks by tiles.

    Raises:
        UserError: the file cannot be read, no such pipeline or setting, or one that takes no RAW photographs.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> photograph = ni.simulate_raw(np.full((64, 96, 3), 0.2), "grey.dng")
        >>> ni.develop(photograph).shape
        (64, 96, 3)
        >>> ni.develop("grey.dng", "INet", kernel=3).dtype
        dtype('uint8')
    """
    if isinstance(photograph, str | os.PathLike):
        photograph = raw.read(photograph)
    if isinstance(pipeline, str | os.PathLike):
        return pipelines.create(pipeline, **settings).develop(photograph)
    return pipelines.Network(pipeline, type(pipeline).__name__, **settings).develop(photograph)
