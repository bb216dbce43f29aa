import dataclasses
from pathlib import Path

import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.fingerprints import detection, estimation, limits, residuals
from neural_imaging.imaging import bayer, cameras, scenes, sensors, simulation

REFERENCE = Path(__file__).resolve().parents[1] / "reference/prnu_python.npz"
SIZE = 192, 288


@pytest.fixture(scope="module")
def camera(camera_file):
    return cameras.load(camera_file, "D90", device=1)


def planes(scene, camera, seed):
    """Samples in [0, 1] of a photograph of a scene, shape (height / 2, width / 2, 4)."""
    mosaic = simulation.expose(scene, camera, np.random.default_rng(seed))
    return bayer.to_stack(mosaic.astype(np.float32) / camera.white, camera.cfa)


def light(scene, camera):
    """The same without noise and fingerprint."""
    ideal = dataclasses.replace(camera, device=None, bits=16, white=65535)
    return bayer.to_stack(simulation.expose(scene, ideal).astype(np.float32) / ideal.white, camera.cfa)


@pytest.mark.parametrize("count", [5, 20])
def test_flat_fields_give_the_fingerprint_as_well_as_they_can(camera, count):
    scene, estimator = scenes.make("flat-0000", *SIZE, 0), estimation.Estimator()
    for seed in range(count):
        estimator.add(residuals.encoded(planes(scene, camera, seed)))
    found = estimation.zero_mean(bayer.to_mosaic(estimator.estimate(), camera.cfa))
    limit = limits.limit(camera.spread.prnu, [light(scene, camera)] * count, camera.shot, camera.read, 1 / camera.white)
    assert 0.9 < detection.correlation(found, sensors.fingerprint(camera, *SIZE)) / limit < 1.02


def test_scenes_give_it_nearly_so_well_with_the_sensors_noise_for_the_filter(camera):
    estimator, lights = estimation.Estimator(1.0, prnu=camera.spread.prnu / 2.2), []
    for seed, name in enumerate(scenes.listing(*SIZE)[:20]):
        scene = simulation.representable(scenes.make(name, *SIZE, 3), camera)
        lights.append(light(scene, camera))
        estimator.add(residuals.encoded(planes(scene, camera, seed)))
    found = estimation.zero_mean(bayer.to_mosaic(estimator.estimate(), camera.cfa))
    limit = limits.limit(camera.spread.prnu, lights, camera.shot, camera.read, 1 / camera.white)
    assert 0.9 < detection.correlation(found, sensors.fingerprint(camera, *SIZE)) / limit < 1.02


def test_the_limit_of_flat_fields_is_that_of_the_formula():
    found = limits.limit(0.01, np.full((7, 64, 96), 0.4), shot=1e-4, read=1e-6)
    assert found == pytest.approx(1 / np.sqrt(1 + (1e-4 * 0.4 + 1e-6) / (7 * 0.4**2 * 0.01**2)), rel=1e-3)


def test_texture_lowers_the_limit():
    texture = np.random.default_rng(0).uniform(0.3, 0.5, (3, 64, 96))
    assert limits.limit(0.01, texture, 1e-4, 1e-6) < 0.5 * limits.limit(0.01, np.full((3, 64, 96), 0.4), 1e-4, 1e-6)


def test_saturated_samples_say_nothing():
    samples = np.full((64, 64), 120.0) + np.random.default_rng(1).normal(0, 1, (64, 64))
    samples[20:30, 20:30] = 255
    estimator = estimation.Estimator()
    estimator.add(samples)
    found = estimator.estimate()
    assert not found[20:30, 20:30].any()
    assert found[40:].all()


def test_photographs_of_one_fingerprint_have_one_shape():
    estimator = estimation.Estimator()
    with pytest.raises(UserError, match="at least one photograph"):
        estimator.estimate()
    estimator.add(np.full((64, 96), 100.0))
    with pytest.raises(UserError, match=r"shape \(96, 64\), and those before have \(64, 96\)"):
        estimator.add(np.full((96, 64), 100.0))


def test_means_of_rows_and_columns_are_those_of_the_public_implementation():
    reference = np.load(REFERENCE)
    found = estimation.zero_mean(residuals.residual(reference["photograph"]))
    np.testing.assert_allclose(found[:32, :32], reference["zero_mean"], atol=1e-4)
    for phase in (found[::2, ::2], found[1::2, ::2]):
        assert max(np.abs(phase.mean(axis=0)).max(), np.abs(phase.mean(axis=1)).max()) < 1e-4


def test_cleaning_up_the_spectrum_is_that_of_the_public_implementation():
    reference = np.load(REFERENCE)
    found = estimation.whitened(estimation.zero_mean(residuals.residual(reference["photograph"])))
    # There the spectrum ends at its borders, where ours goes on.
    assert np.corrcoef(found[:32, :32].ravel(), reference["whitened"].ravel())[0, 1] > 0.99


def test_a_periodic_pattern_goes_and_noise_stays():
    noise = np.random.default_rng(2).standard_normal((128, 192)).astype(np.float32)
    columns = 2 * np.sin(2 * np.pi * np.arange(192) / 8).astype(np.float32)
    rows = np.cos(2 * np.pi * np.arange(128) / 8).astype(np.float32)
    grid = columns[None] * rows[:, None]
    found = estimation.whitened(noise + grid)
    assert np.corrcoef(found.ravel(), noise.ravel())[0, 1] > 0.97
    assert abs((found * grid).mean()) < 0.05 * (grid**2).mean()
