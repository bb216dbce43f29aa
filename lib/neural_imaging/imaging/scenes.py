"""Scenes in front of the simulated camera: photographs that come with scikit-image, and dead leaves."""

from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter

from neural_imaging.errors import UserError
from neural_imaging.imaging import color, dead_leaves

# Colour photographs of everyday things inside scikit-image's wheel; the rest there is grey, drawn, or of science.
PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg")
# Light that a white area sends, as a share of what saturates the sensor: room for noise.
EXPOSURE = 0.9
# Blur of the lens and the optical low-pass filter, standard deviation in pixels. Real cameras have both, so that no
# detail is finer than a Bayer cell can show. The photographs were sharpened by the cameras and programs that they went
# through, and need more of it.
_LENS = {"photograph": 0.9, "synthetic": 0.5}
_DEAD_LEAVES = 1


def listing(height, width, photographs=True, leaves=0):
    """Names of the scenes of a simulated set, in order.

    Photographs are cut into as many scenes of the asked size as lie side by side in them; those smaller than one
    scene give none.

    Args:
        height, width: of a scene, even.
        photographs: whether to use scikit-image's photographs.
        leaves: how many dead-leaves scenes to add.

    Returns:
        List of names for `make`, such as "coffee-0-0" and "synthetic-0003", in alphabetical order.
    """
    if height < 16 or width < 16 or height % 2 or width % 2:
        raise UserError(f"scenes of {height} × {width} pixels cannot be made: both sides must be even, and at least 16")
    names = []
    if photographs:
        for name in PHOTOGRAPHS:
            picture = _photograph(name)
            rows, columns = picture.shape[0] // height, picture.shape[1] // width
            names += [f"{Path(name).stem}-{row}-{column}" for row in range(rows) for column in range(columns)]
    return names + [f"synthetic-{index:04d}" for index in range(leaves)]


def make(name, height, width, seed):
    """Make the scene of a name that `listing` gave, as a lens projects it onto the sensor: slightly band-limited.

    Args:
        name: the scene.
        height, width: as for `listing`.
        seed: of the dead leaves; photographs do not depend on it.

    Returns:
        Linear sRGB, float32, shape (height, width, 3), values in [0, EXPOSURE].
    """
    kind, *place = name.split("-")
    if kind == "synthetic":
        scene = dead_leaves.scene(height, width, np.random.default_rng([seed, _DEAD_LEAVES, int(place[0])]))
        return _through_lens(scene, "synthetic")
    file = next(file for file in PHOTOGRAPHS if Path(file).stem == kind)
    picture, row, column = _photograph(file), int(place[0]), int(place[1])
    # The scenes together stand in the middle of the photograph.
    top = (picture.shape[0] % height) // 2 + row * height
    left = (picture.shape[1] % width) // 2 + column * width
    cut = picture[top : top + height, left : left + width]
    return _through_lens(color.decode(cut) * np.float32(EXPOSURE), "photograph")


def _through_lens(scene, kind):
    return gaussian_filter(scene, (_LENS[kind], _LENS[kind], 0))


def _photograph(name):
    import imageio.v3 as imageio
    import skimage

    return imageio.imread(Path(skimage.__file__).parent / "data" / name)[..., :3]
