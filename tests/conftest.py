"""Fixtures that more than one test file needs: real photographs, and values of the released toolbox."""

import os
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pandas as pd
import pytest

from neural_imaging.imaging import cameras, dng, scenes, simulation

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def pytest_configure(config):
    """Warnings of our own code are errors; programs are modules of many names."""
    programs = "|".join(path.stem for path in (ROOT / "scripts").glob("*.py"))
    config.addinivalue_line("filterwarnings", f"error:::({programs})$")


def _folder(path, what):
    if not path.is_dir():
        pytest.skip(f"{what} are not on this machine")
    return path


@pytest.fixture(scope="session")
def photographs():
    """Folder of real RAW files and standard images; NEURAL_IMAGING_TEST_DATA names another."""
    return _folder(Path(os.environ.get("NEURAL_IMAGING_TEST_DATA", SHARED / "data")), "real photographs")


@pytest.fixture(scope="session")
def parity():
    """Read `name`.npz of the released toolbox's reference values: parity("fan_small")["x"]."""
    folder = _folder(SHARED / "parity", "reference values of the released toolbox")
    return lambda name: np.load(folder / f"{name}.npz", allow_pickle=False)


@pytest.fixture(scope="session")
def parity_folder():
    """Folder of the released toolbox's reference values and weights."""
    return _folder(SHARED / "parity", "reference values of the released toolbox")


@pytest.fixture(scope="session")
def training_set(tmp_path_factory):
    """images.csv of eight small photographs (six to train), smooth colours with noise; with room for margins."""
    return _training_set(tmp_path_factory.mktemp("data"), 10, 12)


@pytest.fixture(scope="session")
def smaller_training_set(tmp_path_factory):
    """The same of smaller photographs."""
    return _training_set(tmp_path_factory.mktemp("smaller"), 6, 8)


def _training_set(folder, rows, columns):
    """Photographs of so many rows and columns of blocks of 16 pixels."""
    rng, lines = np.random.default_rng(3), []
    for number in range(8):
        coarse = rng.integers(0, 256, (rows, columns, 3)).astype(float)
        scene = np.kron(coarse, np.ones((16, 16, 1))) * 0.8 + rng.normal(0, 20, (16 * rows, 16 * columns, 3)) + 20
        target = scene.clip(0, 255).astype(np.uint8)
        linear = (target / 255.0) ** 2.2
        stack = np.stack(
            [linear[::2, ::2, 0], linear[::2, 1::2, 1], linear[1::2, ::2, 1], linear[1::2, 1::2, 2]], axis=-1
        )
        name = f"scene-{number}"
        np.save(folder / f"{name}.npy", (stack * 65535).astype(np.uint16))
        imageio.imwrite(folder / f"{name}.png", target)
        split = "train" if number < 6 else "validation"
        matrix = "1 0 0 0 1 0 0 0 1"
        lines.append({"image": name, "status": "used", "split": split, "cfa": "RGGB", "camera_to_srgb": matrix})
    pd.DataFrame(lines).to_csv(folder / "images.csv", index=False)
    return folder / "images.csv"


@pytest.fixture(scope="session")
def camera_file():
    """The project's file of cameras."""
    return ROOT / "resources/cameras.yaml"


@pytest.fixture(scope="session")
def profile():
    """Profile by name: profile("D90")."""
    return lambda name="D90": cameras.load(ROOT / "resources/cameras.yaml", name)


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
