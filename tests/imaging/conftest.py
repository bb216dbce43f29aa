"""Simulated photographs that several tests read."""

from pathlib import Path

import numpy as np
import pytest

from neural_imaging.imaging import cameras, dng, scenes, simulation

CAMERAS = Path(__file__).resolve().parents[2] / "config" / "cameras.yaml"


@pytest.fixture(scope="session")
def camera_file():
    """The project's file of cameras."""
    return CAMERAS


@pytest.fixture(scope="session")
def profile():
    """Profile by name: profile("D90")."""
    return lambda name="D90": cameras.load(CAMERAS, name)


@pytest.fixture(scope="session")
def small_scene():
    return scenes.make("synthetic-0001", 64, 96, seed=5)


@pytest.fixture
def photograph(tmp_path, profile, small_scene):
    """Write a simulated photograph: photograph("name.dng", camera="D90", seed=0, **options of dng.write)."""

    def write(name, camera="D90", seed=0, **options):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        mosaic = simulation.expose(small_scene, profile(camera), np.random.default_rng(seed))
        dng.write(path, mosaic, profile(camera), **options)
        return path

    return write
