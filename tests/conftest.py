"""Fixtures that more than one test file needs: simulated photographs, and values of the released toolbox."""

import json
import os
import shutil
from pathlib import Path

import h5py
import imageio.v3 as imageio
import numpy as np
import pandas as pd
import pytest

from neural_imaging.imaging import cameras, dng, scenes, simulation

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "tests/reference"
# Models whose files there have names and shapes alone: 12 MB of random numbers need not be kept.
DRAWN = ("dcn_8c", "unet_3steps")

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Test files import Keras before anything calls runtime.configure, and are to compute the bits that programs do.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


def pytest_configure(config):
    """Warnings of our own code are errors; programs are modules of many names."""
    programs = "|".join(path.stem for path in (ROOT / "scripts").glob("*.py"))
    config.addinivalue_line("filterwarnings", f"error:::({programs})$")


def pytest_collection_modifyitems(items):
    """Files with long tests come first, so that at the end no worker waits for another."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def parity():
    """Read `name`.npz of the released toolbox's reference values: parity("fan_small")["x"]."""
    return lambda name: np.load(REFERENCE / f"{name}.npz", allow_pickle=False)


@pytest.fixture(scope="session")
def parity_folder(tmp_path_factory):
    """Folder of the released toolbox's models: their weights as it stores them, and models.json."""
    folder = tmp_path_factory.mktemp("parity")
    models = json.loads((REFERENCE / "models.json").read_text(encoding="utf-8"))
    shutil.copy(REFERENCE / "models.json", folder)
    for path in REFERENCE.glob("*.h5"):
        shutil.copy(path, folder)
        if path.stem in DRAWN:
            _draw_weights(folder / path.name, models[path.stem])
    return folder


def _draw_weights(path, model):
    """Fill a file of names and shapes with the weights, which were drawn (tests/reference/README.md)."""
    with h5py.File(path, "r+") as file:
        stored = {
            name: file[layer][name] for layer in file.attrs["layer_names"] for name in file[layer].attrs["weight_names"]
        }
        for number, (name, shape) in enumerate(model["trainable_weights"]):
            scale = np.sqrt(2 / np.prod(shape[:-1])) if len(shape) > 1 else 0.01
            stored[name][...] = scale * np.random.default_rng(1000 + number).standard_normal(shape)
        if "latent_scaling" in model:
            stored["latent_scaling:0"][...] = model["latent_scaling"]


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
