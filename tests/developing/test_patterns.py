"""Cameras with any of the four Bayer patterns make the same picture of a scene, but for what demosaicing guesses."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.ndimage import gaussian_filter

from neural_imaging.developing import pipelines
from neural_imaging.imaging import bayer, dng, raw, scenes, simulation

# Pixels at the borders that are left out where scenes are shifted: what lies beyond the border is guessed.
BORDER = 16

PIPELINES = {
    "libRAW": ("libRAW", {"automatic": False}),
    "Menon": ("Python", {}),
    "bilinear": ("Python", {"demosaicing": "bilinear"}),
    "INet": ("INet", {}),
    "ClassicISP": ("ClassicISP", {}),
}


@pytest.fixture(scope="module")
def scene(profile):
    return simulation.representable(scenes.make("chelsea-0-0", 98, 130, seed=1), profile())


def _create(name):
    pipeline, settings = PIPELINES[name]
    return lambda cfa: pipelines.create(pipeline, **settings, **({"cfa_pattern": cfa} if name == "INet" else {}))


def _compare(create, scene, profile, folder):
    """Develop a scene as each of the four cameras takes it: a line for each two patterns, in grey levels.

    `signed` is the mean of the colour channel where it is largest, `absolute` the mean absolute difference,
    `same_samples` that where the scene is shifted so that both cameras take the same samples.
    """
    still, shifted = {}, {}
    for cfa in bayer.PATTERNS:
        camera = dataclasses.replace(profile, cfa=cfa)
        pipeline, (row, column) = create(cfa), bayer.positions(cfa)[0]
        still[cfa] = _developed(pipeline, scene[2:, 2:], camera, folder)
        # The sample of the first red filter is the same for all cameras; so are then all others.
        moved = scene[2 - row : len(scene) - row, 2 - column : scene.shape[1] - column]
        moved = _developed(pipeline, moved, camera, folder)
        shifted[cfa] = np.roll(moved, (-row, -column), axis=(0, 1))[BORDER:-BORDER, BORDER:-BORDER]
    lines = []
    for first, second in itertools.combinations(bayer.PATTERNS, 2):
        change = still[second] - still[first]
        means = change.mean(axis=(0, 1))
        same = np.abs(shifted[second] - shifted[first]).mean()
        lines.append([first, second, means[np.abs(means).argmax()], np.abs(change).mean(), same])
    return pd.DataFrame(lines, columns=["first", "second", "signed", "absolute", "same_samples"])


def _developed(pipeline, scene, camera, folder):
    mosaic = simulation.expose(np.ascontiguousarray(scene), camera)
    path = folder / f"{camera.cfa}.dng"
    dng.write(path, mosaic, camera, noise=False)
    return pipeline.develop(raw.read(path)).astype(np.float64)


@pytest.mark.parametrize("name", PIPELINES)
def test_a_scene_develops_to_the_same_picture_whatever_the_pattern(scene, profile, name, tmp_path):
    photograph = _compare(_create(name), scene, profile(), tmp_path)
    assert len(photograph) == 6
    # A hundredth of a grey level would be sums in another order; the pictures are rounded alike.
    assert photograph["same_samples"].max() < 0.01
    assert photograph["signed"].abs().max() < 0.3  # no tint; errors at single pixels do not quite cancel
    smooth = _compare(_create(name), gaussian_filter(scene, (4, 4, 0)), profile(), tmp_path)
    assert smooth["absolute"].max() < 1


@pytest.mark.parametrize("wrong", ["GRBG", "BGGR"])
def test_a_pipeline_that_takes_the_wrong_pattern_is_found_out(scene, profile, wrong, tmp_path):
    def create(cfa):
        pipeline = pipelines.create("Python", demosaicing="bilinear")
        plain = pipeline.render
        pipeline.render = lambda stack, pattern, matrix: plain(stack, wrong if pattern == "RGGB" else pattern, matrix)
        return pipeline

    table = _compare(create, scene, profile(), tmp_path)
    assert set(table["first"]) | set(table["second"]) == set(bayer.PATTERNS)
    broken = (table["first"] == "RGGB") | (table["second"] == "RGGB")
    assert table["same_samples"][broken].min() > 0.3
    assert table["same_samples"][~broken].max() < 0.01
    assert np.isfinite(table[["signed", "absolute"]].to_numpy()).all()
