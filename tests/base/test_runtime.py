"""What the user's settings of Keras are for other projects, and what is said where Keras has no backend."""

import json
import os
import subprocess
import sys

import pytest

from neural_imaging.base import runtime
from neural_imaging.base.errors import UserError

DEVELOP = """
import sys
import numpy as np
from neural_imaging.base import records, runtime
if "configure" in sys.argv:
    runtime.configure(threads=1)
from neural_imaging import models
from neural_imaging.forensics import manipulations
from neural_imaging.forensics.channel import Channel
from neural_imaging.layers.constrained_conv import ConstrainedConv2D
from neural_imaging.ops import fidelity

rng = np.random.default_rng(0)
stack, picture = rng.random((1, 16, 16, 4), np.float32), rng.random((1, 24, 24, 3), np.float32)
arrays = {"channel": Channel("pool", 2)(picture), "bilinear": Channel("bilinear", 3, "none")(picture)}
for name in ("resample", "gaussian", "awgn"):
    arrays[name] = manipulations.apply(name, picture, seed=1)
arrays |= {"residual": ConstrainedConv2D()(picture), "ssim": fidelity.ms_ssim(picture, picture[:, ::-1])}
np.savez(sys.argv[1] + ".operations.npz", **{name: np.asarray(array) for name, array in arrays.items()})
if "networks" in sys.argv:
    for name, settings in (("UNet", {"n_steps": 2, "n_filters": 4}), ("ClassicISP", {"c_filters": [4]})):
        network = models.create(name, **settings)
        assert {str(weight.dtype) for weight in network.weights} == {"float32"}
        for weight in network.trainable_weights:
            weight.assign(0.1 * rng.standard_normal(weight.shape))
        arrays[name] = network(stack)
    records.Record("test", {}).write(sys.argv[1] + ".json", {})
np.savez(sys.argv[1], **{name: np.asarray(array) for name, array in arrays.items()})
"""
SETTINGS = {"floatx": "float16", "image_data_format": "channels_first", "epsilon": 0.1}


def _run(code, *arguments, home=None, **variables):
    environment = {**os.environ, "PYTHONPATH": "lib", "KERAS_BACKEND": "tensorflow", **variables}
    if home is not None:
        environment["KERAS_HOME"] = str(home)
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture
def home(tmp_path):
    """The user's folder of Keras, with what another project has set."""
    (tmp_path / "keras.json").write_text(json.dumps(SETTINGS))
    return tmp_path


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """File of the arrays where nothing is set for other projects; beside it is that of the operations alone."""
    folder = tmp_path_factory.mktemp("usual")
    done = _run(DEVELOP, folder / "arrays.npz", "configure", "networks", home=folder / "none")
    assert done.returncode == 0, done.stderr
    return folder / "arrays.npz"


def test_what_keras_is_set_to_for_other_projects_changes_nothing(home, tmp_path, usual):
    import numpy as np

    done = _run(DEVELOP, tmp_path / "ours.npz", "configure", "networks", home=home)
    assert done.returncode == 0, done.stderr
    ours, usual = (np.load(path) for path in (tmp_path / "ours.npz", usual))
    for name in usual:
        assert ours[name].dtype == np.float32
        np.testing.assert_array_equal(ours[name], usual[name], err_msg=name)
    used = json.loads((tmp_path / "ours.npz.json").read_text())["keras"]
    wanted = {"backend": "tensorflow", "floatx": "float32", "image_data_format": "channels_last", "epsilon": 1e-7}
    assert used == wanted


def test_without_configure_operations_stay_the_same_and_networks_are_refused(home, tmp_path, usual):
    import numpy as np

    done = _run(DEVELOP, tmp_path / "ours.npz", "networks", home=home)
    ours, usual = (np.load(f"{path}.operations.npz") for path in (tmp_path / "ours.npz", usual))
    for name in usual:
        np.testing.assert_array_equal(ours[name], usual[name], err_msg=name)
    last = done.stderr.strip().splitlines()[-1]
    assert "UserError" in last
    assert "floatx float16" in last
    assert "image_data_format channels_first" in last
    assert "runtime.configure()" in last


# Packages of this name cannot be found, as if they were not installed.
WITHOUT = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {missing!r}:
            raise ModuleNotFoundError(name)

import importlib.util
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in {missing!r} else find_spec(name, *more)
sys.meta_path.insert(0, Missing())
"""


MODULES = (
    "models.jpeg", "models.fan", "models.isp.unet", "models.dcn.twitter", "ops.jpeg", "layers.tile", "forensics.joint",
)  # fmt: skip
IMPORTS = """
import importlib

for module in {modules!r}:
    try:
        importlib.import_module(f"neural_imaging.{{module}}")
        print(module, "was imported")
    except ImportError as error:
        print(type(error).__name__, error)
"""


def test_an_import_without_a_backend_says_in_one_line_what_is_missing():
    done = _run(WITHOUT.format(missing=["tensorflow"]) + IMPORTS.format(modules=MODULES))
    lines = done.stdout.splitlines()
    assert len(lines) == len(MODULES), done.stderr
    for module, line in zip(MODULES, lines, strict=True):
        assert line.startswith("MissingBackendError TensorFlow, with which Keras would compute"), module
        assert "KERAS_BACKEND: jax or torch" in line


def test_a_program_without_a_backend_ends_with_one_line(tmp_path):
    code = WITHOUT.format(missing=["tensorflow"]) + (
        "from neural_imaging.base import command_line, runtime\ncommand_line.run(runtime.configure)"
    )
    done = _run(code)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "TensorFlow" in done.stderr


@pytest.mark.parametrize("name", ["theano", "Tensorflow", "numpy", "openvino"])
def test_a_backend_that_is_none_is_refused_with_those_that_are(name, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", name)
    with pytest.raises(UserError, match=f"'{name}', with which .* none of tensorflow, jax, torch"):
        runtime.require_backend()


def test_the_backend_that_kerass_file_names_is_the_one_that_must_be_there(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    runtime.require_backend()
    (tmp_path / "keras.json").write_text('{"backend": "torch"}')
    monkeypatch.setattr(runtime.importlib.util, "find_spec", lambda name: None)
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    with pytest.raises(UserError, match="PyTorch, with which"):
        runtime.require_backend()
    assert issubclass(runtime.MissingBackendError, ImportError)


LEAN = """
import sys
from neural_imaging.base import runtime
runtime.configure()
import keras
print(sorted({"IPython", "jax", "matplotlib", "pandas", "scipy", "sklearn"} & sys.modules.keys()))
import jax, pandas, scipy.sparse, sklearn.metrics
import matplotlib.pyplot
"""


def test_what_keras_imports_for_others_is_left_out_and_can_be_imported():
    done = _run(LEAN)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_what_is_imported_already_stays():
    done = _run("import pandas, sys\n" + LEAN.replace("sorted(", "'pandas' in ("))
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
