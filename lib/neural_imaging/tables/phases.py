"""Whether it shows in a picture which of the four Bayer patterns its camera has.

A scene goes through the simulated camera, without noise, once in each pattern. Each camera then samples other colours
in a pixel, and demosaicing guesses the rest: where the scene has detail, pictures differ pixel by pixel, by as much as
the guesses err. They may not differ in brightness or colour as a whole, not at all in a scene without fine detail, and
not at all where the same samples are taken, of a scene shifted by a pixel.
"""

import dataclasses
import itertools
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from neural_imaging.imaging import bayer, dng, raw, simulation

COLUMNS = ["first", "second", "signed", "absolute", "same_samples"]
# Pixels at the borders that are left out where scenes are shifted: what lies beyond the border is guessed.
_BORDER = 16


def measure(create, scene, profile):
    """Develop a scene as each of the four cameras takes it.

    Args:
        create: function of the name of a Bayer pattern to the `pipelines.Pipeline` of cameras that have it.
        scene: linear sRGB, shape (height, width, 3), even sides of at least 40; its last two rows and columns are
            there to be shifted.
        profile: `cameras.Profile` of the camera; its pattern is replaced.

    Returns:
        Data frame with `COLUMNS`, a line for each two patterns, in grey levels, second picture minus first: `signed` is
        the mean of the colour channel where it is largest, `absolute` the mean absolute difference, `same_samples` that
        where the scene is shifted so that both cameras take the same samples.
    """
    still, shifted = {}, {}
    for cfa in bayer.PATTERNS:
        camera = dataclasses.replace(profile, cfa=cfa)
        pipeline, (row, column) = create(cfa), bayer.positions(cfa)[0]
        still[cfa] = _developed(pipeline, scene[2:, 2:], camera)
        # The sample of the first red filter is the same for all cameras; so are then all others.
        moved = _developed(pipeline, scene[2 - row : len(scene) - row, 2 - column : scene.shape[1] - column], camera)
        shifted[cfa] = np.roll(moved, (-row, -column), axis=(0, 1))[_BORDER:-_BORDER, _BORDER:-_BORDER]
    lines = []
    for first, second in itertools.combinations(bayer.PATTERNS, 2):
        change = still[second] - still[first]
        means = change.mean(axis=(0, 1))
        same = np.abs(shifted[second] - shifted[first]).mean()
        lines.append([first, second, means[np.abs(means).argmax()], np.abs(change).mean(), same])
    return pd.DataFrame(lines, columns=COLUMNS)


def _developed(pipeline, scene, camera):
    """The picture, in grey levels, of a scene that a camera without noise took: through a file, as from a real one."""
    mosaic = simulation.expose(np.ascontiguousarray(scene), camera)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{camera.cfa}.dng")
        dng.write(path, mosaic, camera, noise=False)
        return pipeline.develop(raw.read(path)).astype(np.float64)
