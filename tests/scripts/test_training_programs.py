"""The programs that train, as a user calls them: a stopped training goes on, or begins anew where that is asked for."""

import json

import numpy as np
import pytest

import train_forensics
import train_isp
from neural_imaging import models
from neural_imaging.training.checkpoints import Checkpoint

SETTINGS = {"epochs": 4, "steps": 1, "batch": 2, "patch": 16, "validation_every": 1}
ISP = {**SETTINGS, "model": "INet", "validation_patch": 16}
JOINT = {**SETTINGS, "manipulations": ["gaussian"], "fan": {"n_filters": 2, "n_convolutions": 2, "dense": [4]}}


class Stop(Exception):
    """Ends a training as a kill does."""


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    path = tmp_path_factory.mktemp("isp") / "model.keras"
    models.create("INet", cfa_pattern="RGGB").save(path)
    return path


@pytest.fixture(params=["train_isp", "train_forensics"])
def train(request, training_set, pipeline):
    """Call one of the programs; gives the model's weights and its record."""
    programs = {
        "train_isp": (train_isp, ["--settings", json.dumps(ISP)]),
        "train_forensics": (
            train_forensics,
            ["--settings", json.dumps(JOINT), "--isp-model", str(pipeline), "--lambda-isp", "0.1"],
        ),
    }
    program, given = programs[request.param]

    def call(folder, *more):
        output = folder / "model.keras"
        program.main(["--images", str(training_set), *given, "--output", str(output), *more])
        record = json.loads(output.with_name("record.json").read_text())
        return [np.asarray(value) for value in models.load(output).get_weights()], record

    return call


@pytest.mark.parametrize(("switch", "resumed"), [((), 1), (("--no-resume",), 0)])
def test_a_stopped_training_goes_on_unless_it_shall_begin_anew(train, tmp_path, monkeypatch, switch, resumed):
    save = Checkpoint.save

    def save_and_stop(self, epoch):
        save(self, epoch)
        raise Stop

    with monkeypatch.context() as patched:
        patched.setattr(Checkpoint, "save", save_and_stop)
        with pytest.raises(Stop):
            train(tmp_path / "stopped")
    weights, record = train(tmp_path / "stopped", *switch)
    assert record["resumed"] == resumed
    for one, other in zip(weights, train(tmp_path / "whole")[0], strict=True):
        np.testing.assert_array_equal(one, other)


NAMED = ["--images", "images.csv", "--isp-model", "isp.keras", "--output", "model.keras"]


def test_a_part_that_stays_is_named_by_its_own_word():
    given = train_forensics.parse_arguments([*NAMED, "--lambda-isp", "fan-only", "--lambda-codec", "basic"])
    assert (given.lambda_isp, given.lambda_codec) == ("fan-only", "basic")
    assert train_forensics.parse_arguments([*NAMED, "--lambda-isp", "0.1"]).lambda_codec is None


@pytest.mark.parametrize(("option", "text"), [("isp", "basic"), ("codec", "fan-only"), ("codec", "-1"), ("isp", "nan")])
def test_a_wrong_weight_is_refused_by_name(option, text, capsys):
    given = {"isp": "fan-only", option: text}
    with pytest.raises(SystemExit):
        train_forensics.parse_arguments([*NAMED, *(part for key in given for part in (f"--lambda-{key}", given[key]))])
    assert f"--lambda-{option}: {text!r} is neither a number from 0 up nor" in capsys.readouterr().err
