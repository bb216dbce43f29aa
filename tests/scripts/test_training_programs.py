"""The programs that train, as a user calls them: a stopped training goes on, or begins anew where that is asked for."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import train_forensics
import train_isp
from neural_imaging import models
from neural_imaging.base import files, runtime
from neural_imaging.base.errors import UserError
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


@pytest.fixture(scope="module", params=["train_isp", "train_forensics"])
def train(request, training_set, pipeline):
    """Call one of the programs; gives the model's weights and its record."""
    programs = {
        "train_isp": (train_isp, ISP, [], "--seed"),
        "train_forensics": (train_forensics, JOINT, ["--isp-model", str(pipeline), "--lambda-isp", "0.1"], "--run"),
    }
    program, settings, given, seed = programs[request.param]

    def call(folder, *more, change=(), images=training_set, output="model.keras"):
        output = folder / output
        given_settings = ["--settings", json.dumps({**settings, **dict(change)})]
        program.main(["--images", str(images), *given_settings, *given, "--output", str(output), *more])
        record = json.loads(output.with_name("record.json").read_text())
        return [np.asarray(value) for value in models.load(output).get_weights()], record

    call.seed = seed
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


@pytest.mark.parametrize("text", ["0", "basic", "-1"])
def test_a_signature_without_strength_is_refused(text, capsys):
    with pytest.raises(SystemExit):
        train_forensics.parse_arguments([*NAMED, "--lambda-isp", "fan-only", "--signature", text])
    assert f"--signature: {text!r} is neither a number above 0 nor none" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "strength"), [("none", None), ("1.5", 1.5)])
def test_a_training_is_given_the_strength_of_its_signature(text, strength, monkeypatch):
    from neural_imaging.training import forensics

    given = {}
    monkeypatch.setattr(forensics, "train", lambda *arguments, **named: given.update(named))
    train_forensics.main([*NAMED, "--lambda-isp", "fan-only", "--lambda-codec", "none", "--signature", text])
    assert (given["signature"], given["lambda_codec"]) == (strength, None)


def test_a_learned_codec_has_a_weight():
    with pytest.raises(UserError, match="--lambda-codec none is for channels without a learned codec"):
        train_forensics.main([*NAMED, "--lambda-isp", "0.1", "--lambda-codec", "none", "--codec-model", "c.keras"])


def _first_weights(network, monkeypatch, training_set, folder, *more):
    """The joint model that a training starts with."""
    from neural_imaging.training import loop

    found = {}

    def keep(model, *given, **named):
        found.update({part: getattr(model, part).get_weights() for part in ("isp", "fan")}, model=model)
        raise Stop

    given = ["--images", str(training_set), "--isp-model", str(network), "--lambda-isp", "0.1"]
    settings, output = json.dumps(JOINT), str(folder / "model.keras")
    with monkeypatch.context() as patched:
        patched.setattr(loop, "fit", keep)
        with pytest.raises(Stop):
            train_forensics.main([*given, "--settings", settings, "--output", output, *more])
    return found


@pytest.mark.parametrize(
    ("name", "settings"), [("UNet", {"n_steps": 2, "n_filters": 2}), ("ClassicISP", {"c_filters": [4]})]
)
def test_from_scratch_only_what_the_pipeline_learned_is_new(name, settings, training_set, tmp_path, monkeypatch):
    trained = models.create(name, **settings)
    for weight in trained.trainable_weights:
        weight.assign(weight + 1)
    trained.save(tmp_path / "trained.keras")
    start = [tmp_path / "trained.keras", monkeypatch, training_set, tmp_path]
    usual, scratch = _first_weights(*start), _first_weights(*start, "--scratch")
    learned = {id(weight) for weight in trained.trainable_weights}
    assert any(id(weight) in learned for weight in trained.weights)
    for weight, before, after in zip(trained.weights, usual["isp"], scratch["isp"], strict=True):
        assert np.array_equal(before, after) == (id(weight) not in learned), weight.path
    for one, other in zip(usual["fan"], scratch["fan"], strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_pipeline_that_stays_is_not_trained_from_scratch():
    with pytest.raises(UserError, match="--scratch is for a pipeline that learns"):
        train_forensics.main([*NAMED, "--lambda-isp", "fan-only", "--scratch"])


class TestOfAFinishedModel:
    """It stays, unless it shall be made anew; the same is not made twice."""

    @pytest.fixture(scope="class")
    @classmethod
    def first(cls, train, tmp_path_factory):
        folder = tmp_path_factory.mktemp("made")
        train(folder)
        return folder

    @pytest.fixture
    def made(self, first, tmp_path):
        return shutil.copytree(first, tmp_path / "run")

    def test_the_same_is_not_made_twice(self, train, made, capsys, monkeypatch):
        before = _contents(made)
        with monkeypatch.context() as patched:
            patched.setattr(runtime, "configure", None)
            train(made)
        assert capsys.readouterr().out.splitlines() == [
            f"{made / 'model.keras'}: is finished, with the same settings, seed and inputs; nothing is to be done"
        ]
        assert _contents(made) == before

    @pytest.mark.parametrize(
        ("change", "named"),
        [({"batch": 3}, "batch 2, not 3"), ({"learning_rate": 0.5}, "learning_rate 0.0001, not 0.5")],
    )
    def test_another_one_is_refused_by_what_differs(self, train, made, change, named):
        before = _contents(made)
        with pytest.raises(
            UserError, match=rf"model\.keras: is finished, and another one: {named}; --force"
        ) as refused:
            train(made, change=change)
        assert "\n" not in str(refused.value)
        assert _contents(made) == before

    def test_another_seed_and_other_photographs_are_another_one(self, train, made, training_set, tmp_path):
        with pytest.raises(UserError, match="another one: seed 0, not 7"):
            train(made, train.seed, "7")
        table = shutil.copytree(training_set.parent, tmp_path / "set") / "images.csv"
        assert train(made, images=table)
        table.write_text(table.read_text() + "\n")
        with pytest.raises(UserError, match=rf"another one: not made from {table} as it is now"):
            train(made, images=table)

    def test_what_is_to_be_made_in_any_case_replaces_it_at_the_end(self, train, made, monkeypatch):
        before = _contents(made)
        with monkeypatch.context() as patched:
            patched.setattr(Checkpoint, "save", _stop)
            with pytest.raises(Stop):
                train(made, "--force", change={"batch": 3})
        assert {name: content for name, content in _contents(made).items() if "checkpoints" not in name} == before
        _, record = train(made, "--force", change={"batch": 3})
        assert record["settings"]["batch"] == 3

    @pytest.mark.parametrize("damage", ["no record", "no JSON", "no record's content", "a damaged model"])
    def test_one_of_which_nothing_is_known_is_refused(self, train, made, damage):
        record, model = made / "record.json", made / "model.keras"
        if damage == "no record":
            record.unlink()
        elif damage == "a damaged model":
            content = bytearray(model.read_bytes())
            content[len(content) // 2] ^= 0xFF
            model.write_bytes(content)
        else:
            record.write_text("[" if damage == "no JSON" else '{"settings": 1}')
        before = _contents(made)
        with pytest.raises(UserError):
            train(made)
        assert _contents(made) == before

    def test_the_record_of_another_model_is_not_written_over(self, train, made):
        before = _contents(made)
        with pytest.raises(UserError, match=r"the record in its folder is that of model\.keras; name another folder"):
            train(made, output="other.keras")
        assert _contents(made) == before


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_model_that_is_there_has_its_own_files_beside_it_wherever_a_kill_falls(tmp_path, monkeypatch, kept):
    paths = [tmp_path / name for name in ("model.keras", "training.csv", "record.json")]
    for path in paths:
        path.write_text("old")
    replace, done = Path.replace, []

    def kill(self, target):
        if len(done) == kept:
            raise Stop
        done.append(target)
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", kill)
        with pytest.raises(Stop):
            _write_together(paths, "new")
    assert not paths[0].exists()
    _write_together(paths, "new")
    assert [path.read_text() for path in paths] == ["new"] * 3


def _write_together(paths, text):
    with files.together(*paths) as written:
        for path in written:
            path.write_text(text)


def _stop(self, epoch):
    raise Stop


def _contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
