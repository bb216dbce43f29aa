"""Cameras with any of the four Bayer patterns make the same picture of a scene, but for what demosaicing guesses."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from neural_imaging.developing import pipelines
from neural_imaging.imaging import bayer, scenes, simulation
from neural_imaging.tables import phases

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


@pytest.mark.parametrize("name", PIPELINES)
def test_a_scene_develops_to_the_same_picture_whatever_the_pattern(scene, profile, name):
    photograph = phases.measure(_create(name), scene, profile())
    assert len(photograph) == 6
    # A hundredth of a grey level would be sums in another order; the pictures are rounded alike.
    assert photograph["same_samples"].max() < 0.01
    assert photograph["signed"].abs().max() < 0.3  # no tint; errors at single pixels do not quite cancel
    smooth = phases.measure(_create(name), gaussian_filter(scene, (4, 4, 0)), profile())
    assert smooth["absolute"].max() < 1


@pytest.mark.parametrize("wrong", ["GRBG", "BGGR"])
def test_a_pipeline_that_takes_the_wrong_pattern_is_found_out(scene, profile, wrong):
    def create(cfa):
        pipeline = pipelines.create("Python", demosaicing="bilinear")
        plain = pipeline.render
        pipeline.render = lambda stack, pattern, matrix: plain(stack, wrong if pattern == "RGGB" else pattern, matrix)
        return pipeline

    table = phases.measure(create, scene, profile())
    assert set(table["first"]) | set(table["second"]) == set(bayer.PATTERNS)
    broken = (table["first"] == "RGGB") | (table["second"] == "RGGB")
    assert table["same_samples"][broken].min() > 0.3
    assert table["same_samples"][~broken].max() < 0.01
    assert np.isfinite(table[["signed", "absolute"]].to_numpy()).all()
