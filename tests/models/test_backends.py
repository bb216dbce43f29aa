"""TensorFlow is the default; JAX and PyTorch give the same results, gradients and training steps."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PROGRAM = Path(__file__).with_name("backend_arrays.py")
OTHERS = ("jax", "torch")
INSTALLED = [backend for backend in OTHERS if importlib.util.find_spec(backend)]
# They round in the forward pass: a number half-way between two levels may be rounded either way.
ROUNDED = ("jpeg: ", "gamma: ", "jpeg round: ", "jpeg soft")


def _arrays(backend, folder):
    """What the program writes on a backend."""
    environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": "lib", "JAX_PLATFORMS": "cpu"}
    # What runs once is not worth optimising: XLA takes longest of all.
    environment["XLA_FLAGS"] = "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"
    file = folder / f"{backend}.npz"
    subprocess.run([sys.executable, PROGRAM, file], check=True, env=environment, timeout=900)
    arrays = dict(np.load(file))
    assert arrays.pop("backend") == backend
    return arrays


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    return _arrays("tensorflow", tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module", params=INSTALLED)
def other(request, tmp_path_factory):
    return _arrays(request.param, tmp_path_factory.mktemp("other"))


def _compared(ours, other, *ends):
    """Pairs of arrays by their names, those that end so."""
    assert ours.keys() == other.keys()
    return {name: (ours[name], other[name]) for name in ours if name.endswith(ends)}


@pytest.mark.parametrize("backend", OTHERS)
def test_each_other_backend_is_compared(backend):
    if backend not in INSTALLED:
        pytest.skip(f"{backend} is not installed (pip install {backend}): it is compared with nothing")


def test_results_agree(ours, other):
    for name, (one, two) in _compared(ours, other, ": result", ": loaded", ": decoded", ": compressed").items():
        if name.startswith(ROUNDED):
            assert np.abs(one - two).mean() < 1e-3, name
        else:
            np.testing.assert_allclose(two, one, atol=1e-4, err_msg=name)
    np.testing.assert_allclose(other["fan: loaded"], other["fan: result"], atol=1e-5)


def test_gradients_agree(ours, other):
    """The backends add in different orders, and the residual filter enlarges what comes of it."""
    for name, (one, two) in _compared(ours, other, ": gradient").items():
        largest = np.abs(one).max()
        assert largest > 1e-6, name
        if name.startswith(ROUNDED):
            assert np.abs(one - two).mean() < 0.02 * np.abs(one).mean(), name
        else:
            np.testing.assert_allclose(two, one, atol=2e-3 * largest, err_msg=name)


def test_training_steps_agree(ours, other):
    for name, (one, two) in _compared(ours, other, ": step", ": codebook").items():
        largest = np.abs(one).max()
        assert largest > 1e-6, name
        np.testing.assert_allclose(two, one, atol=2e-3 * largest, err_msg=name)
    for name, (one, two) in _compared(ours, other, ": loss").items():
        if name.startswith("drawn"):
            assert np.isfinite([one, two]).all()
        else:
            np.testing.assert_allclose(two, one, rtol=1e-4, err_msg=name)
    np.testing.assert_allclose(other["drawn: validation"], ours["drawn: validation"], rtol=0.05)


def test_codecs_agree(ours, other):
    np.testing.assert_array_equal(other["codec: hash"], ours["codec: hash"])
    # No value of this latent lies so near to the middle of two codes that another order of adding moves it.
    np.testing.assert_array_equal(other["codec: latent"], ours["codec: latent"])
    assert len(np.unique(ours["codec: latent"])) > 10
    np.testing.assert_allclose(other["codec: entropy"], ours["codec: entropy"], atol=1e-4)


def test_noise_is_as_strong(ours, other):
    """Each backend draws other numbers: 12,288 samples tell their deviation to a hundredth."""
    for arrays in (ours, other):
        mean, deviation = arrays["noise"]
        assert abs(mean) < 1e-3
        assert deviation == pytest.approx(5.1 / 255, rel=0.05)
