"""What was done to a photograph, as far as a forensic network can tell: probabilities, where, and how sure it is."""

import os
from dataclasses import dataclass, field

import numpy as np

from neural_imaging.analysis import conclusions, judge, maps, page, photographs, undecidable, windows
from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.coding.libjpeg import to_8_bits
from neural_imaging.tables import calibration

# Digits of probabilities in files.
_DIGITS = 6
# Of the windows' probabilities: between these quantiles lie most.
_SPREAD = (0.1, 0.9)


@dataclass(frozen=True)
class Analysis:
    """What `analyse` found.

    Attributes:
        photograph: `photographs.Photograph`; its `picture` is what was judged.
        judge: `judge.Judge`, the model.
        grid: `windows.Grid`: the side of the windows, and their first rows and columns.
        raw: what the network said of each window: float32, shape (rows, columns, classes).
        probabilities: that at the temperature of the model, float32; the same where none is known.
        states: whether a window can be judged: places in `undecidable.STATES`, uint8, shape (rows, columns).
    """

    photograph: photographs.Photograph
    judge: judge.Judge
    grid: windows.Grid
    raw: np.ndarray = field(repr=False)
    probabilities: np.ndarray = field(repr=False)
    states: np.ndarray = field(repr=False)

    @property
    def classes(self):
        """Names of the classes."""
        return self.judge.classes

    @property
    def judged(self):
        """Which windows can be judged: bool, shape (rows, columns)."""
        return self.states == undecidable.STATES.index(undecidable.JUDGED)

    @property
    def mean(self):
        """Probabilities of the picture, the mean of the windows that can be judged; None where there are none."""
        return self.probabilities[self.judged].mean(axis=0) if self.judged.any() else None

    @property
    def spread(self):
        """Of each class the 10th and the 90th percentile of these windows, shape (2, classes); None as `mean`."""
        return np.quantile(self.probabilities[self.judged], _SPREAD, axis=0) if self.judged.any() else None

    def map(self):
        """What windows say of each place, a `maps.Map`."""
        return maps.of(self)

    def sentences(self):
        """What can be concluded, and what cannot: list of texts."""
        return conclusions.sentences(self)

    def content(self):
        """All of it in JSON types."""
        height, width = self.photograph.picture.shape[:2]
        picture = {"windows": int(self.states.size), "judged": int(self.judged.sum()), "probabilities": None}
        if self.judged.any():
            picture |= {
                "probabilities": dict(zip(self.classes, _rounded(self.mean), strict=True)),
                "percentiles_10_90": dict(zip(self.classes, _rounded(self.spread.T), strict=True)),
            }
        return {
            "file": self.photograph.facts,
            "model": self.judge.facts(),
            "judged": {"height": height, "width": width, "as": self.photograph.judged_as},
            "picture": picture,
            "windows": {
                "side": self.grid.side,
                "rows": list(self.grid.rows),
                "columns": list(self.grid.columns),
                "states": [[undecidable.STATES[state] for state in row] for row in self.states],
                "probabilities": _rounded(self.probabilities),
                "uncalibrated": None if self.judge.stated.temperature is None else _rounded(self.raw),
            },
            "sentences": self.sentences(),
        }

    def page(self):
        """A page of HTML that needs nothing else: text."""
        return page.of(self)

    def write(self, path):
        """Write the page to `path`, which ends with .html, and the content beside it as JSON; both or none."""
        with files.together(path.with_suffix(".json"), path) as (content, html):
            content.write_text(files.as_json(self.content()), encoding="utf-8", errors="backslashreplace")
            html.write_text(self.page(), encoding="utf-8", errors="backslashreplace")


def analyse(photo, model=None, stride=None, window=None, position=False):
    """Ask a forensic network what was done to a photograph, and where; and what its file says.

    A picture is judged as it was received: nothing is done to it. A RAW file is developed whole by the model's own
    camera and sent through its channel, as evaluations do. Windows that are too flat or too dark to tell are marked,
    and do not count for the picture. The network sees what `classify` shows it; where the model's temperature is known,
    probabilities are brought to it.

    Args:
        photo: path of a picture or RAW file; or array of shape (height, width, 3): uint8, or float in [0, 1], which
            is rounded to 8 bits. Only bands of an array are read, so that it may be a file that NumPy maps.
        model: path of a `model.keras`, name of a preset, a model, or what `analysis.judge.load` gave; by default the
            preset "fan". Files beside an archive, or the card of a preset, say the temperature and the accuracy.
        stride: pixels from one window to the next, at most a window's side; by default the side.
        window: side of the windows, for a network that takes pictures of any size; by default 128.
        position: whether the facts shall have the position, where EXIF has one.

    Returns:
        `analysis.analyse.Analysis`, with `mean`, `probabilities`, `states`, `map()`, `sentences()`, `content()` for
        JSON, `page()` for HTML and `write(path)`.

    Raises:
        UserError: no such photograph, one smaller than a window, or a model that cannot judge it.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> fan = ni.create("FAN", n_classes=3, patch_size=32, n_filters=4, dense=[8])
        >>> picture = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
        >>> analysis = ni.analyse(picture, fan)
        >>> analysis.probabilities.shape, analysis.map().values.shape
        ((2, 2, 3), (3, 2, 3))
    """
    expert = model if isinstance(model, judge.Judge) else judge.load(model)
    if isinstance(photo, str | os.PathLike):
        photograph = photographs.read(photo, expert, position)
    else:
        photograph = photographs.Photograph("array", _checked(photo))
    picture = photograph.picture
    side = windows.side(expert.fan, window)
    grid = windows.grid(*picture.shape[:2], side, stride)
    raw = windows.judged(expert.look, picture, grid)
    temperature = expert.stated.temperature
    probabilities = raw
    if temperature is not None:
        flat = calibration.scaled(raw.reshape(-1, raw.shape[-1]), temperature)
        probabilities = flat.reshape(raw.shape).astype(np.float32)
    return Analysis(photograph, expert, grid, raw, probabilities, undecidable.states(picture, grid))


def _checked(picture):
    """An array as a picture of 8 bits."""
    picture = picture if hasattr(picture, "shape") else np.asarray(picture)
    if len(picture.shape) != 3 or picture.shape[2] != 3:
        raise UserError(f"a picture has the shape (height, width, 3), not {tuple(picture.shape)}")
    if picture.dtype == np.uint8:
        return picture
    if picture.dtype.kind != "f":
        raise UserError(f"pictures are uint8, or floats in [0, 1], not {picture.dtype}")
    return to_8_bits(picture)


def _rounded(values):
    return np.round(np.asarray(values, np.float64), _DIGITS).tolist()
