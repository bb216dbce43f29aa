"""What cannot fit into the memory is refused before it is asked for, and its end is one line."""

import numpy as np
import pytest
from tiny_codec import make as make_codec

from neural_imaging import models
from neural_imaging.base import command_line, errors, memory
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import whole
from neural_imaging.imaging import scenes
from neural_imaging.models import base
from neural_imaging.study.configuration import CONFIGURATION
from neural_imaging.study.settings import MOST, SEED, Whole
from neural_imaging.training import codec, forensics, isp, options

SMALL = {"epochs": 1, "steps": 1, "batch": 2, "patch": 16, "validation_every": 1}
ISP = {**SMALL, "model": "INet", "validation_patch": 16, "margin": 0}
JOINT = {**SMALL, "manipulations": ["gaussian"], "fan": {"n_filters": 2, "n_convolutions": 2, "dense": [4]}}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    path = tmp_path_factory.mktemp("isp") / "model.keras"
    models.create("INet", cfa_pattern="RGGB").save(path)
    return path


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    from neural_imaging.datasets import picture_set

    settings = {"side": 32, "train": 2, "validation": 1, "scenes": {"photographs": False, "dead_leaves": 3}}
    return picture_set.prepare([], tmp_path_factory.mktemp("pictures"), settings)


@pytest.mark.parametrize("name", ["isp", "codec", "forensics"])
def test_a_batch_that_cannot_fit_is_refused_by_every_training(
    name, training_set, pipeline, pictures, tmp_path, monkeypatch
):
    monkeypatch.setattr(memory, "total", lambda: 10**8)
    end = (tmp_path / "model.keras", tmp_path / "checkpoints")
    train = {
        "isp": lambda batch: isp.train(training_set, {**ISP, "batch": batch}, 0, *end),
        "codec": lambda batch: codec.train(
            pictures, {**SMALL, "settings": {"n_features": 4}, "validation_patch": 16, "batch": batch}, 0, *end
        ),
        "forensics": lambda batch: forensics.train(training_set, pipeline, 0.1, 0, {**JOINT, "batch": batch}, *end),
    }[name]
    with pytest.raises(UserError, match=r"batch 100000 of patches of 16: needs at least .* GB of memory, and there"):
        train(100_000)
    assert not list(tmp_path.iterdir())
    with pytest.raises(UserError, match="setting batch must be a whole number from 1 to 100000, not 10000000000"):
        train(10**10)


def test_a_validation_that_cannot_fit_is_refused(training_set, pipeline, tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "total", lambda: 10**8)
    settings = {**JOINT, "validation_patches": 1_000_000}
    with pytest.raises(UserError, match="validation on 2000000 patches of 16: needs at least"):
        forensics.train(training_set, pipeline, 0.1, 0, settings, tmp_path / "model.keras", tmp_path / "checkpoints")


def test_windows_and_scenes_that_cannot_fit_are_refused(training_set, pipeline):
    from neural_imaging.datasets import images

    network = models.load(pipeline)
    joint = forensics.build(network, 0.1, options.complete(JOINT, forensics.DEFAULTS, "test"))
    held_out = images.read(training_set, "validation", network)
    with pytest.raises(UserError, match=r"windows 100000000 of .* pixels: needs at least"):
        whole.measure(joint, held_out, 100_000_000)
    with pytest.raises(UserError, match="scenes of 1000000 × 1000000 pixels: needs at least"):
        scenes.listing(1_000_000, 1_000_000)
    with pytest.raises(UserError, match="dead_leaves: 1000000000 scenes are asked for"):
        scenes.listing(64, 64, leaves=1_000_000_000)


def test_the_limit_is_that_of_the_machine_its_group_or_its_shell(monkeypatch):
    assert 2**26 < memory.total() < 2**50
    monkeypatch.setattr(memory.resource, "getrlimit", lambda which: (1_000_000, -1))
    assert memory.total() == 1_000_000
    with pytest.raises(UserError, match=r"^batch 3: needs at least 0\.0 GB of memory, and there are 0\.0 GB$"):
        memory.check("batch 3", 1_000_001)


@pytest.mark.parametrize(
    ("name", "shape", "least"), [("UNet", (64, 64, 4), 7_000_000), ("FAN", (128, 128, 3), 1_000_000)]
)
def test_features_count_each_layers_result_once(name, shape, least):
    network = models.create(name)
    learning, fixed = (base.features(network, *shape, learns=learns) for learns in (True, False))
    assert least < learning < 2 * least
    assert fixed < learning
    assert base.features(network, 2 * shape[0], shape[1], shape[2]) == pytest.approx(2 * learning, rel=0.01)


def test_the_features_of_a_codec_are_those_of_both_its_networks():
    assert codec._features(make_codec(), 16, True) > codec._features(make_codec(), 16, False) > 0


class ResourceExhaustedError(Exception):
    """As TensorFlow calls its own."""


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        np._core._exceptions._ArrayMemoryError((2**40,), np.dtype("f4")),
        ResourceExhaustedError("{{node Conv2D}} OOM when allocating tensor with shape[1000000,64]\n[Op:Conv2D]"),
        RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 9 bytes."),
        OSError(12, "Cannot allocate memory"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_out_of_memory_is_one_line(error, capsys):
    def main():
        raise error

    with pytest.raises(SystemExit) as ended:
        command_line.run(main)
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f": {errors.OUT_OF_MEMORY}\n")
    assert errors.reason(error) == "out of memory"


def test_whole_numbers_of_the_configuration_have_an_upper_end():
    numbers = list(_whole_numbers(CONFIGURATION))
    assert len(numbers) > 50
    assert all(callable(number.high) or number.high <= MOST for number in numbers if number != SEED)


def _whole_numbers(declared):
    """The whole numbers among the kinds of settings, and among those that these are made of."""
    if isinstance(declared, Whole):
        yield declared
    parts = declared if isinstance(declared, dict | list | tuple) else getattr(declared, "__dict__", {})
    for part in parts.values() if isinstance(parts, dict) else parts:
        yield from _whole_numbers(part)
