"""Fixtures that more than one test file needs: real photographs, and values of the released toolbox."""

import os
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


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
