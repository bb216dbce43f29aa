"""Scenes in front of the simulated camera: photographs that come with packages, and dead leaves."""

import importlib.util
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
from scipy.ndimage import gaussian_filter

from neural_imaging.base import memory
from neural_imaging.base.errors import UserError
from neural_imaging.imaging import dead_leaves, srgb
from neural_imaging.study.photographs import PHOTOGRAPHS

# Folders of photographs inside packages: package, module, folder.
_FOLDERS = {
    "matplotlib": ("matplotlib", "mpl-data/sample_data"),
    "scikit-image": ("skimage", "data"),
    "scikit-learn": ("sklearn", "datasets/images"),
}
# Light that a white area sends, as a share of what saturates the sensor: room for noise.
EXPOSURE = 0.9
# Blur of the lens and the optical low-pass filter, standard deviation in pixels. Real cameras have both, so that no
# detail is finer than a Bayer cell can show. The photographs were sharpened by the cameras and programs that they went
# through, and need more of it.
_LENS = {"photograph": 0.9, "synthetic": 0.5}
_DEAD_LEAVES = 1
# Least share of a scene that is not in the one before it.
_NEW = 0.4
SYNTHETIC, MOST_LEAVES = "synthetic", 1_000_000
# Scenes of even light, as of a white wall out of focus; much light, since that shows a sensor's pattern best.
FLAT, _FLAT_LIGHT = "flat", 0.7


def listing(height, width, photographs=True, leaves=0, flat_fields=0):
    """Names of the scenes of a simulated set, for `make`, in alphabetical order, such as "coffee-0-0".

    Photographs are all of `study.photographs`, none, or those in a list of names. They are cut into scenes of the asked
    size, see `places`; those smaller than one scene give none. Scenes of dead leaves are called "synthetic-0003", and
    those of even light "flat-0003", which come first.
    """
    check_size(height, width)
    for setting, count in (("dead_leaves", leaves), ("flat_fields", flat_fields)):
        if count > MOST_LEAVES:
            raise UserError(f"{setting}: {count} scenes are asked for; at most {MOST_LEAVES:,} can be")
    names = [f"{FLAT}-{index:04d}" for index in range(flat_fields)]
    if photographs:
        for name in PHOTOGRAPHS:
            if photographs is not True and name not in photographs:
                continue
            picture = _photograph(name)
            names += [f"{name}-{row}-{column}" for row, column in places(picture.shape, height, width)]
    return names + [f"{SYNTHETIC}-{index:04d}" for index in range(leaves)]


def check_size(height, width):
    """Refuse scenes that no Bayer sensor can have, or for which there is no memory."""
    if height < 16 or width < 16 or height % 2 or width % 2:
        raise UserError(f"scenes of {height} × {width} pixels cannot be made: both sides must be even, and at least 16")
    # The scene, its blurred version and the noise of each sample.
    memory.check(f"scenes of {height} × {width} pixels", height * width * 3 * 4 * 3)


def places(shape, height, width):
    """Rows and columns of the scenes that are cut out of a picture of a shape.

    So many that they cover it: those of a row, or a column, overlap where the picture is no multiple of their size.
    What would be less than two fifths new is left out.
    """
    rows, columns = map(_count, shape[:2], (height, width))
    return [(row, column) for row in range(rows) for column in range(columns)]


def cut(picture, row, column, height, width):
    """A scene of a picture. Several lie from one end to the other, at equal distances; a single one in the middle."""
    top, left = map(_start, (row, column), picture.shape[:2], (height, width))
    return picture[top : top + height, left : left + width]


def _count(length, side):
    return 0 if length < side else int(length / side + 1 - _NEW)


def _start(place, length, side):
    steps = _count(length, side) - 1
    return place * (length - side) // steps if steps else (length - side) // 2


def source(name):
    """What a scene is a part of: a photograph by its package and file, or a dead-leaves scene itself."""
    return "/".join(PHOTOGRAPHS.get(name.split("-")[0], (name,)))


def make(name, height, width, seed):
    """Make the scene of a name that `listing` gave, as a lens projects it onto the sensor: slightly band-limited.

    The seed is that of the dead leaves; photographs do not depend on it.

    Returns:
        Linear sRGB, float32, shape (height, width, 3), values in [0, EXPOSURE].
    """
    photograph, *place = name.split("-")
    if photograph == FLAT:
        return np.full((height, width, 3), _FLAT_LIGHT, np.float32)
    if photograph == SYNTHETIC:
        leaves = dead_leaves.scene(height, width, np.random.default_rng([seed, _DEAD_LEAVES, int(place[0])]))
        return _through_lens(leaves, "synthetic")
    return projected(srgb.decode(cut(_photograph(photograph), *map(int, place), height, width)))


def projected(light):
    """A photograph's light, linear sRGB in [0, 1], as a lens projects it: slightly blurred, in [0, EXPOSURE]."""
    return _through_lens(light * np.float32(EXPOSURE), "photograph")


def _through_lens(scene, origin):
    return gaussian_filter(scene, (_LENS[origin], _LENS[origin], 0))


def _photograph(name):
    package, file = PHOTOGRAPHS[name]
    module, folder = _FOLDERS[package]
    # Importing it would take seconds, and only its files are wanted.
    spec = importlib.util.find_spec(module)
    if spec is None:
        raise UserError(f"the photograph {file} comes with {package}, which is not installed: pip install {package}")
    return imageio.imread(Path(spec.submodule_search_locations[0], folder, file))[..., :3]
