"""What a forensic network makes of one picture."""

import functools
import os

import numpy as np
import pandas as pd
from keras import ops

from neural_imaging import models, presets
from neural_imaging.base.errors import UserError
from neural_imaging.imaging import opening
from neural_imaging.models.fan import FAN
from neural_imaging.ops.samples import pictures

# Windows that go through the network at once.
_BATCH = 32


def classify(picture, model=None, step=None):
    """Ask a forensic network what was done to a picture, window by window.

    The picture is one that was received: nothing is done to it before the network sees it. A network knows only the
    manipulations and the channel that it was trained with; of other pictures its probabilities say nothing.

    Args:
        picture: path of a picture, or array of shape (height, width, 3): uint8, or float in [0, 1].
        model: a joint model, which names its classes; or a `models.fan.FAN` alone, whose classes are numbered. By
            default the preset "fan", see docs/presets.md.
        step: pixels from one window to the next; by default a window's side, so that they lie side by side. The last
            ones of a row or column are moved back into the picture. A network that takes pictures of any size sees
            one window, the picture.

    Returns:
        pandas.DataFrame with the columns `row`, `column`, `height` and `width` of each part in pixels, and one of
        probabilities for each class. The first row is the picture, with the means of its windows; these follow.

    Raises:
        UserError: no such picture, one smaller than a window, a model without a forensic network, or no such preset.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> fan = ni.create("FAN", n_classes=3, patch_size=32, n_filters=4, dense=[8])
        >>> table = ni.classify(np.zeros((48, 64, 3), np.uint8), fan)
        >>> len(table), list(table)
        (5, ['row', 'column', 'height', 'width', '0', '1', '2'])
    """
    model = _preset(presets.path(presets.FORENSIC, "give a model")) if model is None else model
    fan = getattr(model, "fan", model)
    if not isinstance(fan, FAN):
        raise UserError(f"a {type(model).__name__} has no forensic network; give a joint model or a FAN")
    picture = opening.read(picture).picture if isinstance(picture, str | os.PathLike) else np.asarray(picture)
    if picture.dtype == np.uint8:
        picture = picture.astype(np.float32) / np.float32(255)
    picture = ops.convert_to_numpy(pictures(picture[np.newaxis]))[0]
    sides, window = picture.shape[:2], fan.settings["patch_size"]
    if window is not None and min(sides) < window:
        raise UserError(f"a picture of {sides[1]} × {sides[0]} pixels is smaller than the network's window, {window}")
    height, width = sides if window is None else (window, window)
    if step is not None and (isinstance(step, bool) or not isinstance(step, int) or step < 1):
        raise UserError(f"step is {step!r}; it should be a whole number of pixels from 1 up")
    rows, columns = (places(*lengths, step) for lengths in zip(sides, (height, width), strict=True))
    parts = [(row, column, height, width) for row in rows for column in columns]
    probabilities = []
    for start in range(0, len(parts), _BATCH):
        cuts = [picture[y : y + height, x : x + width] for y, x, _, _ in parts[start : start + _BATCH]]
        probabilities.append(ops.convert_to_numpy(fan(np.stack(cuts), training=False)))
    probabilities = np.concatenate(probabilities)
    classes = getattr(model, "classes", [str(number) for number in range(probabilities.shape[1])])
    table = pd.DataFrame([(0, 0, *sides), *parts], columns=["row", "column", "height", "width"])
    table[classes] = np.concatenate([probabilities.mean(axis=0, keepdims=True), probabilities])
    return table


@functools.lru_cache(maxsize=1)
def _preset(path):
    """Many pictures need their model once."""
    return models.load(path)


def places(side, window, step):
    """First rows or columns of windows that cover a side; the last one is moved back into it."""
    return list(dict.fromkeys(min(place, side - window) for place in range(0, side, step or window)))
