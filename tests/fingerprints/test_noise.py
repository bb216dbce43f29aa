import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.fingerprints import noise
from neural_imaging.imaging import bayer, cameras, scenes, simulation

SIZE = 384, 576


@pytest.fixture(scope="module")
def camera(camera_file):
    return cameras.load(camera_file, "D90", device=1)


def planes(scene, camera, seed):
    mosaic = simulation.expose(simulation.representable(scene, camera), camera, np.random.default_rng(seed))
    return bayer.to_stack(mosaic.astype(np.float32) / camera.white, camera.cfa)


def joined(parts):
    return {name: np.concatenate([part[name] for part in parts]) for name in ("signal", "variance")}


def test_flat_fields_tell_noise_and_fingerprint_apart(camera):
    single, differences, former = [], [], None
    for seed in range(6):
        # Two exposures, so that dark areas tell of read noise.
        taken = planes(np.full((*SIZE, 3), 0.7 if seed < 3 else 0.02, np.float32), camera, seed)
        found, flat = noise.blocks(taken)
        assert flat
        single.append(found)
        if seed % 3:
            differences.append(noise.blocks(taken, former)[0])
        former = taken
    found = noise.of_flat_fields(joined(single), joined(differences))
    assert found["shot"] == pytest.approx(camera.shot, rel=0.05)
    # Rounding to 12 bits and the pattern in the dark come on top.
    assert found["read"] == pytest.approx(camera.read, rel=0.1)
    assert found["prnu"] == pytest.approx(camera.spread.prnu, rel=0.05)


def test_scenes_give_shot_noise_within_a_factor_of_two(camera):
    parts = []
    for seed in range(4):
        found, flat = noise.blocks(planes(scenes.make(f"synthetic-{seed:04d}", *SIZE, 3), camera, seed))
        assert not flat
        parts.append(found)
    assert 0.9 < noise.of_scenes(joined(parts))["shot"] / camera.shot < 2


def test_clipped_areas_tell_nothing():
    taken = np.zeros((64, 64, 4), np.float32)
    taken[:32] = 1
    with pytest.raises(UserError, match="too few areas"):
        noise.of_scenes(noise.blocks(taken)[0])
