"""Regions of photographs that are forged, with exact masks: their shapes, what is in them, what is received of them."""

import functools
import math
from dataclasses import dataclass

import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import conditions, whole
from neural_imaging.study import channel_facts, regions

# What generators of random numbers begin with, beside those of `whole`: shapes, and places that splices are from.
_SHAPE, _ORIGIN = 7, 8


class Unfit(UserError):
    """A photograph that cannot be forged as was asked for."""


@dataclass(frozen=True)
class Region:
    """What a region of a photograph is.

    Attributes:
        manipulation: text of what is done to it; "" for nothing.
        isp: text of the pipeline that develops it; "" for the run's own camera.
        splice: whether it is from another photograph.
        place: its place behind the untouched photograph, which noise depends on.
    """

    name: str
    manipulation: str = ""
    isp: str = ""
    splice: bool = False
    place: int = 1


class Forger:
    """Makes forged photographs of a run's camera.

    Args:
        pipeline: the `ForensicPipeline`.
        photographs: list of `ImagePair` or alike.
        given: regions beside those with the run's manipulations: mapping of names to mappings, see `study.regions`.
        settings: see `study.trainings.LOCALISATION`.

    Raises:
        UserError: a wrong region.
    """

    def __init__(self, pipeline, photographs, given, settings):
        self.photographs, self._settings = photographs, settings
        named = regions.all_of("regions", pipeline.manipulations, given)
        self.regions = [Region(name, place=place, **named[name]) for place, name in enumerate(named, start=1)]
        self._cameras = {"": conditions.own_camera(pipeline)}
        for region in self.regions:
            if region.isp not in self._cameras:
                place = f"regions.{region.name}.isp"
                self._cameras[region.isp] = conditions.other_camera(pipeline, place, region.isp)
        # Of each camera a photograph, and the next one, which a splice is from.
        self._developed = functools.lru_cache(maxsize=2 * len(self._cameras))(self._develop)

    def untouched(self, index):
        """A photograph as the run's camera gives it, float32 in [0, 1], shape (height, width, 3)."""
        return self._developed(index, "")

    def forged(self, index, region):
        """A photograph with a forged region.

        Returns:
            (picture, mask): float32 in [0, 1], shape (height, width, 3); and bool, shape (height, width).

        Raises:
            Unfit: a splice, and no other photograph is large enough.
        """
        picture = self.untouched(index).copy()
        mask = self.mask(index)[: picture.shape[0], : picture.shape[1]]
        if region.splice:
            source, content = self._other(index, region, mask)
        else:
            source, content = index, self._developed(index, region.isp)
        if region.manipulation:
            content = whole.version(region.manipulation, content, source, region.place)
        if region.splice:
            content = self._moved(content, index, mask)
        # Another pipeline may leave out last rows and columns.
        height, width = (min(sides) for sides in zip(content.shape, mask.shape, strict=False))
        mask = mask.copy()
        mask[height:], mask[:, width:] = False, False
        inside = mask[:height, :width]
        picture[:height, :width][inside] = content[:height, :width][inside]
        return picture, mask

    def mask(self, index):
        """The region of a photograph, of its target's size: it depends on its number, that size and the seed alone."""
        limits = (self._settings[name] for name in ("smallest", "largest"))
        return shape(self.photographs[index].target.shape[:2], index, self._settings["seed"], tuple(limits))

    def _develop(self, index, camera):
        return self._cameras[camera](self.photographs[index])

    def _other(self, index, region, mask):
        """Number and picture of the next photograph from which a region can be."""
        _, (height, width) = _box(mask)
        for step in range(1, len(self.photographs)):
            other = (index + step) % len(self.photographs)
            picture = self._developed(other, region.isp)
            if picture.shape[0] >= height and picture.shape[1] >= width:
                return other, picture
        raise Unfit(f"there is no other photograph from which a region of {width} × {height} pixels could be")

    def _moved(self, content, index, mask):
        """A picture as large as a mask with what shall be in the region, from any place of another picture."""
        (top, left), (height, width) = _box(mask)
        rooms = np.array(content.shape[:2]) - (height, width) + 1
        random = np.random.default_rng([_ORIGIN, self._settings["seed"], index])
        row, column = (random.random(2) * rooms).astype(np.int64)
        moved = np.zeros((*mask.shape, 3), content.dtype)
        moved[top : top + height, left : left + width] = content[row : row + height, column : column + width]
        return moved


def shape(size, index, seed, limits):
    """A rectangle or an ellipse anywhere in a picture, as a mask: bool, of this size.

    Args:
        size: height and width in pixels.
        index: the photograph's number.
        seed: whole number.
        limits: the smallest and the largest share of the picture that it takes; sides differ by up to 2 times.
    """
    random = np.random.default_rng([_SHAPE, seed, index])
    ellipse, share = random.random() < 0.5, limits[0] + (limits[1] - limits[0]) * random.random()
    aspect, at = 2 ** random.uniform(-1, 1), random.random(2)
    # Sides of the rectangle around it.
    area = share * math.prod(size) * (4 / math.pi if ellipse else 1)
    height = min(size[0], math.sqrt(area * aspect))
    width = min(size[1], area / height)
    sides = np.maximum(1, np.rint([min(size[0], area / width), width])).astype(np.int64)
    first = (at * (np.array(size) - sides + 1)).astype(np.int64)
    mask = np.zeros(size, bool)
    rows, columns = (np.arange(side) - (side - 1) / 2 for side in sides)
    distances = (rows[:, np.newaxis] * 2 / sides[0]) ** 2 + (columns * 2 / sides[1]) ** 2
    box = tuple(slice(start, start + side) for start, side in zip(first, sides, strict=True))
    mask[box] = distances <= 1 if ellipse else True
    return mask


def received(mask, channel):
    """What a channel makes of a region: a received pixel is in it if half of what it is made of is, or more.

    Args:
        mask: bool, shape (height, width) of the picture that is sent.
        channel: a `Channel` that draws nothing.
    """
    for cut, factor, size in channel_facts.geometry(channel.get_config(), *mask.shape):
        mask = mask[cut:, cut:]
        if mask.shape == size:
            continue
        extents = mask.shape
        if factor is not None and factor == int(factor):
            extents = [int(factor) * side for side in size]
        shares = _means(mask.astype(np.float64), size[0], extents[0])
        shares = _means(shares.T, size[1], extents[1]).T
        # A half is one, whatever the last bits are.
        mask = shares > 0.5 - 1e-9
    return mask


def _means(values, count, extent):
    """Means over so many parts of the first rows of an array, `extent` of them; borders may lie within a row."""
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    borders = np.arange(count + 1) * (extent / count)
    rows = np.minimum(borders.astype(np.int64), len(values) - 1)
    return np.diff(sums[rows] + (borders - rows)[:, np.newaxis] * values[rows], axis=0) * (count / extent)


def _box(mask):
    """The rectangle around a region: first row and column, and sides."""
    spans = [np.flatnonzero(mask.any(axis=1 - axis)) for axis in (0, 1)]
    first = tuple(int(span[0]) for span in spans)
    return first, tuple(int(span[-1]) - start + 1 for span, start in zip(spans, first, strict=True))
