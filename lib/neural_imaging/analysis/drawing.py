"""Pictures of a page, as texts that it holds itself (data URLs)."""

import base64
import io

import numpy as np
from PIL import Image

from neural_imaging.analysis import undecidable

# Of Okabe and Ito, which people with any colour vision tell apart; class 0, native, has no colour.
COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")
OTHERS = "#888888"
# Side in pixels of what a page shows: the photograph, and a map.
LARGE, SMALL = 960, 480
_QUALITY = 82
# Stripes over what cannot be told: their period in pixels, and how much of it is dark.
_PERIOD, _STRIPE = 16, 4
_STRIPED, _GROUND = 90, 235
# Least and largest share of a class's colour, at a guess and where it is sure.
_TINT = (0.2, 0.75)


def smaller(picture, longest):
    """A picture, uint8, with a longest side of so many pixels at most; of a large one only some rows are read."""
    height, width = picture.shape[:2]
    step = max(1, max(height, width) // (2 * longest))
    image = Image.fromarray(np.ascontiguousarray(picture[::step, ::step]))
    factor = min(1.0, longest / max(height, width))
    size = tuple(max(1, round(side * factor)) for side in (width, height))
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS))


def jpeg(picture):
    """A picture as the text of a JPEG file, without any data beside it."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=_QUALITY)
    return _url("jpeg", file)


def numbers(cells, values, longest=SMALL, scale="cividis"):
    """A map of numbers from 0 to 1 as the text of a PNG file; striped where they are NaN.

    Args:
        cells: a `maps.Map`.
        values: of its cells, shape (rows, columns).
        longest: side of the picture in pixels.
        scale: name of one of Matplotlib's, which says the colours.
    """
    rows, columns = cells.rendered(longest)
    shown = values[rows, columns]
    indices = np.where(np.isnan(shown), 0, np.rint(np.nan_to_num(shown) * 253)).astype(np.uint8)
    stripes = _stripes(cells.states[rows, columns])
    indices[stripes == 1], indices[stripes == 2] = 254, 255
    image = Image.fromarray(indices, "P")
    image.putpalette(_scale(scale, 254).tobytes() + bytes([_GROUND] * 3 + [_STRIPED] * 3))
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return _url("png", file)


def legend(scale="cividis"):
    """The colours of a scale from left to right, as the text of a PNG file."""
    file = io.BytesIO()
    Image.fromarray(_scale(scale, 128)[np.newaxis]).save(file, "PNG")
    return _url("png", file)


def colours(classes, mean):
    """A colour for each class, None for the first: the likeliest have colours of their own, others grey."""
    places = range(1, len(classes))
    likeliest = places if mean is None else sorted(places, key=lambda place: -mean[place])
    own, free = set(likeliest[: len(COLOURS)]), iter(COLOURS)
    return [None, *(next(free) if place in own else OTHERS for place in places)]


def named(picture, cells, palette):
    """The likeliest class of each place, over the picture in grey, uint8, shape of the picture.

    Args:
        picture: what `smaller` gave.
        cells: `maps.Map` of it.
        palette: what `colours` gave.
    """
    rows, columns = cells.rendered(max(picture.shape[:2]))
    values = cells.values[rows, columns]
    known = ~np.isnan(values[..., 0])
    best = np.where(known, np.nan_to_num(values).argmax(axis=2), 0)
    guess = 1 / values.shape[2]
    sure = (np.nan_to_num(values).max(axis=2) - guess) / (1 - guess)
    tints = np.array([_rgb(colour or "#000000") for colour in palette], np.float32)
    share = np.where(best > 0, _TINT[0] + (_TINT[1] - _TINT[0]) * np.clip(sure, 0, 1), 0)[..., np.newaxis]
    # Grey and lightened, so that colours stand out.
    luma = 64 + 0.7 * (picture.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32))[..., np.newaxis]
    drawn = (1 - share) * luma + share * tints[best]
    stripes = _stripes(cells.states[rows, columns])
    drawn[stripes == 2] = _STRIPED
    drawn[stripes == 1] = 0.5 * drawn[stripes == 1] + 0.5 * _GROUND
    return np.clip(np.rint(drawn), 0, 255).astype(np.uint8)


def _stripes(states):
    """0 where windows can be judged, 1 between stripes, 2 on them; they rise where it is flat and fall where dark."""
    rows, columns = np.indices(states.shape, sparse=True)
    stripes = np.zeros(states.shape, np.uint8)
    for state, place in ((undecidable.FLAT, rows + columns), (undecidable.DARK, rows - columns)):
        here = states == undecidable.STATES.index(state)
        stripes[here] = np.where(place % _PERIOD < _STRIPE, 2, 1)[here]
    return stripes


def _scale(name, count):
    import matplotlib

    return np.rint(255 * matplotlib.colormaps[name](np.linspace(0, 1, count))[:, :3]).astype(np.uint8)


def _rgb(colour):
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _url(kind, file):
    return f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode('ascii')}"
