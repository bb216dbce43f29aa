"""Training: it learns, it is deterministic, and a killed one goes on to the same weights."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import imageio.v3 as imageio
import keras
import numpy as np
import pandas as pd
import pytest
import tiny_codec

from neural_imaging import codec as codecs
from neural_imaging import models, records
from neural_imaging.errors import UserError
from neural_imaging.training import forensics, isp
from neural_imaging.training.callbacks import TrainingDivergedError

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
ISP = {"model": "INet", "epochs": 4, "steps": 2, "batch": 3, "patch": 16, "validation_patch": 24, "validation_every": 2}
JOINT = {
    "manipulations": ["sharpen:1", "awgn:5.1", "median:3"],
    "channel": {"quality": 50},
    "fan": {"n_filters": 4, "n_convolutions": 2, "dense": [8]},
    "patch": 16,
    "batch": 2,
    "epochs": 6,
    "steps": 2,
    "learning_rate": 1e-3,
    "validation_every": 2,
}


@pytest.fixture(scope="module")
def isp_model(training_set, tmp_path_factory):
    folder = tmp_path_factory.mktemp("isp")
    isp.train(training_set, ISP, 0, folder / "model.keras", folder / "checkpoints")
    return folder / "model.keras"


def weights(path):
    return [np.asarray(value) for value in models.load(path).get_weights()]


def assert_same_weights(a, b):
    for one, other in zip(weights(a), weights(b), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.fixture(scope="module")
def codec_model(tmp_path_factory):
    path = tmp_path_factory.mktemp("codec") / "model.keras"
    tiny_codec.make().save(path)
    return path


def train(training_set, isp_model, folder, lambda_isp=0.01, run=0, codec=(), **settings):
    output, checkpoints, named = folder / "model.keras", folder / "checkpoints", {**JOINT, **settings}
    codec = dict(zip(("codec_model", "lambda_codec"), codec, strict=False))
    forensics.train(training_set, isp_model, lambda_isp, run, named, output, checkpoints, **codec)
    return output


def test_pre_training_writes_model_history_and_record(isp_model):
    history = pd.read_csv(isp_model.with_name("training.csv"))
    assert history["epoch"].tolist() == [2, 4]
    assert np.isfinite(history[["validation_loss", "validation_psnr", "validation_ssim"]]).all(axis=None)
    record = json.loads(isp_model.with_name("record.json").read_text())
    assert record["settings"]["model"] == "INet"
    assert record["resumed"] == 0
    assert {"machine", "system", "processors", "gpu"} == record["host"].keys()
    assert record["keras"]["floatx"] == "float32"
    assert record["keras"]["backend"] == keras.backend.backend()
    assert not (isp_model.parent / "checkpoints").exists()


def test_pre_training_brings_the_pipeline_nearer_to_its_target(training_set, tmp_path):
    settings = {**ISP, "model": "UNet", "settings": {"n_steps": 2, "n_filters": 8}, "epochs": 40, "learning_rate": 1e-3}
    isp.train(training_set, settings, 0, tmp_path / "model.keras", tmp_path / "checkpoints")
    history = pd.read_csv(tmp_path / "training.csv")
    assert history["validation_psnr"].iloc[-1] > history["validation_psnr"].iloc[0] + 3


def test_the_pipeline_takes_the_cfa_of_its_camera(isp_model):
    assert models.load(isp_model).settings["cfa_pattern"].upper() == "RGGB"


def test_fan_only_leaves_the_pipeline_as_it_was(training_set, isp_model, tmp_path):
    output = train(training_set, isp_model, tmp_path, "fan-only")
    before, after = models.load(isp_model), models.load(output)
    for one, other in zip(before.get_weights(), after.isp.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_joint_training_changes_the_pipeline(training_set, isp_model, tmp_path):
    output = train(training_set, isp_model, tmp_path)
    before, after = models.load(isp_model), models.load(output)
    pairs = zip(before.trainable_weights, after.isp.trainable_weights, strict=True)
    assert any(not np.array_equal(one, other) for one, other in pairs)


def test_equal_runs_have_equal_weights_and_others_do_not(training_set, isp_model, tmp_path):
    first = train(training_set, isp_model, tmp_path / "a")
    assert_same_weights(first, train(training_set, isp_model, tmp_path / "b"))
    other = train(training_set, isp_model, tmp_path / "c", run=1)
    assert any(not np.array_equal(a, b) for a, b in zip(weights(first), weights(other), strict=True))


def test_training_stopped_between_epochs_goes_on_to_the_same_weights(training_set, isp_model, tmp_path, monkeypatch):
    whole = train(training_set, isp_model, tmp_path / "whole", augment=True)

    class Stop(Exception):
        pass

    from neural_imaging.training.checkpoints import Checkpoint

    save = Checkpoint.save

    def save_and_stop(self, epoch):
        save(self, epoch)
        raise Stop

    monkeypatch.setattr(Checkpoint, "save", save_and_stop)
    for _ in range(3):
        with pytest.raises(Stop):
            train(training_set, isp_model, tmp_path / "stopped", augment=True)
    monkeypatch.undo()
    stopped = train(training_set, isp_model, tmp_path / "stopped", augment=True)
    assert_same_weights(whole, stopped)
    rows = [pd.read_csv(path.with_name("training.csv")).drop(columns="seconds") for path in (whole, stopped)]
    pd.testing.assert_frame_equal(*rows)
    assert json.loads(stopped.with_name("record.json").read_text())["resumed"] == 3


def test_a_training_that_is_asked_to_end_saves_at_once_and_ends_with_the_same_weights(
    training_set, isp_model, tmp_path, monkeypatch
):
    settings = {"epochs": 6, "steps": 3, "augment": True}
    whole = train(training_set, isp_model, tmp_path / "whole", **settings)

    from neural_imaging.training.callbacks import History

    # The first batch of all, one in the middle of an epoch, and the last one of an epoch.
    moments, seen = [1, 8, 12], []

    def ask(self, batch, logs=None):
        seen.append(batch)
        if len(seen) in moments:
            os.kill(os.getpid(), signal.SIGTERM)

    with monkeypatch.context() as patched:
        patched.setattr(History, "on_train_batch_end", ask)
        for moment in moments:
            with pytest.raises(SystemExit) as ended:
                train(training_set, isp_model, tmp_path / "stopped", **settings)
            assert ended.value.code == 128 + signal.SIGTERM
            assert len(seen) == moment
            assert not (tmp_path / "stopped/model.keras").exists()
        stopped = train(training_set, isp_model, tmp_path / "stopped", **settings)
    assert len(seen) == settings["epochs"] * settings["steps"]
    assert_same_weights(whole, stopped)
    rows = [pd.read_csv(path.with_name("training.csv")).drop(columns="seconds") for path in (whole, stopped)]
    pd.testing.assert_frame_equal(*rows)
    assert json.loads(stopped.with_name("record.json").read_text())["resumed"] == len(moments)


CODED = {"channel": {"downsampling": "none", "codec": "dcn"}, "trainable": ["isp", "codec"]}


@pytest.mark.parametrize(
    ("lambda_isp", "lambda_codec", "learners"),
    [("fan-only", "basic", []), ("fan-only", 0.1, ["codec"]), (0.01, None, ["isp"])],
)
def test_the_weights_say_which_parts_learn(
    training_set, isp_model, codec_model, tmp_path, lambda_isp, lambda_codec, learners
):
    codec = (codec_model, lambda_codec)
    output = train(training_set, isp_model, tmp_path, lambda_isp, codec=codec, **{**CODED, "epochs": 2})
    pipeline = models.load(output)
    for name, learner, before in (
        ("isp", pipeline.isp, models.load(isp_model)),
        ("codec", codecs.find(output), codecs.find(codec_model)),
    ):
        pairs = zip(before.get_weights(), learner.get_weights(), strict=True)
        assert all(np.array_equal(*pair) for pair in pairs) == (name not in learners)
    record = json.loads(output.with_name("record.json").read_text())
    assert record["settings"]["lambda_codec"] == lambda_codec or lambda_codec is None
    assert record["codec_hash"] == pipeline.codec.weights_hash().hex()
    history = pd.read_csv(output.with_name("training.csv"))
    assert np.isfinite(history[["validation_codec_loss", "validation_codec_ssim", "validation_codec_bpp"]]).all(
        axis=None
    )


def test_a_stopped_training_of_a_codec_goes_on_to_the_same_weights(
    training_set, isp_model, codec_model, tmp_path, monkeypatch
):
    given = {**CODED, "codec": (codec_model, 0.1), "epochs": 4}
    whole = train(training_set, isp_model, tmp_path / "whole", **given)

    class Stop(Exception):
        pass

    from neural_imaging.training.checkpoints import Checkpoint

    save = Checkpoint.save

    def save_and_stop(self, epoch):
        save(self, epoch)
        raise Stop

    with monkeypatch.context() as patched:
        patched.setattr(Checkpoint, "save", save_and_stop)
        with pytest.raises(Stop):
            train(training_set, isp_model, tmp_path / "stopped", **given)
    stopped = train(training_set, isp_model, tmp_path / "stopped", **given)
    assert_same_weights(whole, stopped)
    assert json.loads(stopped.with_name("record.json").read_text())["resumed"] == 1


@pytest.mark.parametrize(
    ("settings", "codec", "message"),
    [
        (CODED, (), "needs a learned one"),
        ({}, ("codec.keras",), "for channels with codec dcn"),
        ({**CODED, "trainable": ["isp"]}, ("codec.keras", 0.1), "add codec to the setting trainable"),
    ],
)
def test_a_codec_and_its_weight_must_fit_the_channel(training_set, isp_model, tmp_path, settings, codec, message):
    with pytest.raises(UserError, match=message):
        train(training_set, isp_model, tmp_path, codec=codec, **settings)


def test_patches_that_the_codec_cannot_take_are_refused(training_set, isp_model, codec_model, tmp_path):
    with pytest.raises(UserError, match="multiples of 8"):
        train(training_set, isp_model, tmp_path, codec=(codec_model,), **{**CODED, "patch": 18})


class Stop(Exception):
    """A kill after a checkpoint was written."""


@pytest.fixture
def stop_after(monkeypatch):
    """Stop trainings after so many checkpoints: with stop_after(2): ..."""
    from neural_imaging.training.checkpoints import Checkpoint

    @contextlib.contextmanager
    def stop(count):
        save, saved = Checkpoint.save, []

        def save_and_stop(self, epoch):
            save(self, epoch)
            saved.append(epoch)
            if len(saved) == count:
                raise Stop

        with monkeypatch.context() as patched:
            patched.setattr(Checkpoint, "save", save_and_stop)
            with pytest.raises(Stop):
                yield

    return stop


def test_checkpoints_of_other_settings_are_not_used(training_set, isp_model, tmp_path, stop_after):
    with stop_after(1):
        train(training_set, isp_model, tmp_path / "a", learning_rate=1e-2)
    again = train(training_set, isp_model, tmp_path / "a")
    assert_same_weights(again, train(training_set, isp_model, tmp_path / "b"))
    # They may be of a training that is at work.
    assert len(list((tmp_path / "a/checkpoints").glob("*.npz"))) == 1


def test_targets_that_were_exchanged_begin_a_training_anew(training_set, isp_model, tmp_path, stop_after):
    table = shutil.copytree(training_set.parent, tmp_path / "set") / "images.csv"
    with stop_after(1):
        train(table, isp_model, tmp_path / "run")
    imageio.imwrite(table.with_name("scene-0.png"), 255 - imageio.imread(table.with_name("scene-0.png")))
    output = train(table, isp_model, tmp_path / "run")
    assert json.loads(output.with_name("record.json").read_text())["resumed"] == 0


@pytest.mark.parametrize(
    ("damage", "all_of_them"), [("empty", False), ("cut off", False), ("flipped", False), ("flipped", True)]
)
def test_a_damaged_checkpoint_is_passed_over(training_set, isp_model, tmp_path, stop_after, capfd, damage, all_of_them):
    whole = train(training_set, isp_model, tmp_path / "whole")
    with stop_after(2):
        train(training_set, isp_model, tmp_path / "stopped")
    before, last = sorted((tmp_path / "stopped/checkpoints").glob("*.npz"))
    for path in (before, last) if all_of_them else (last,):
        content = bytearray(path.read_bytes())
        if damage == "flipped":
            content[len(content) // 2] ^= 0xFF
        path.write_bytes({"empty": b"", "cut off": content[:-200]}.get(damage, content))
    stopped = train(training_set, isp_model, tmp_path / "stopped")
    assert_same_weights(whole, stopped)
    assert f"{last}: damaged (" in capfd.readouterr().err
    assert json.loads(stopped.with_name("record.json").read_text())["resumed"] == (0 if all_of_them else 1)
    assert not (tmp_path / "stopped/checkpoints").exists()


@pytest.mark.slow
def test_a_process_killed_in_mid_training_goes_on_to_the_same_weights(training_set, isp_model, tmp_path):
    settings = {**JOINT, "epochs": 30, "validation_every": 3}
    whole = train(training_set, isp_model, tmp_path / "whole", **settings)
    killed = tmp_path / "killed" / "model.keras"
    command = [sys.executable, SCRIPTS / "train_forensics.py", "--images", training_set, "--isp-model", isp_model]
    command += ["--lambda-isp", "0.01", "--settings", json.dumps(settings), "--output", killed]
    command += ["--checkpoints", tmp_path / "checkpoints"]
    process = subprocess.Popen(command, env={**os.environ, "CUDA_VISIBLE_DEVICES": ""})
    deadline = time.monotonic() + 120
    while not list((tmp_path / "checkpoints").glob("neural-imaging-*.npz")) and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not killed.exists()
    subprocess.run(command, check=True)
    assert json.loads(killed.with_name("record.json").read_text())["resumed"] == 1
    assert_same_weights(whole, killed)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"channel": {"qualty": 50}}, "channel has no setting 'qualty'"),
        ({"fan": {"n_classes": 3}}, "n_classes follows"),
    ],
)
def test_wrong_names_below_channel_and_fan_are_refused(training_set, isp_model, tmp_path, settings, message):
    with pytest.raises(UserError, match=message):
        train(training_set, isp_model, tmp_path, **settings)


def test_only_a_camera_pipeline_is_trained_as_one(training_set, codec_model, tmp_path):
    models.create("FAN", n_filters=2, n_convolutions=1).save(tmp_path / "fan.keras")
    with pytest.raises(UserError, match="holds a FAN, not a camera pipeline"):
        train(training_set, tmp_path / "fan.keras", tmp_path)
    with pytest.raises(UserError, match=r"holds a \w+, not a camera pipeline"):
        train(training_set, codec_model, tmp_path)


@pytest.mark.parametrize("name", ["model.keras", "other.keras"])
def test_a_training_does_not_write_over_the_pipeline_it_starts_from(training_set, isp_model, tmp_path, name):
    own = shutil.copytree(isp_model.parent, tmp_path / "own") / isp_model.name
    before = {path.name: path.read_bytes() for path in own.parent.iterdir() if path.is_file()}
    settings = ("fan-only", 0, JOINT, own.with_name(name), tmp_path / "checkpoints")
    with pytest.raises(UserError, match="would be written over"):
        forensics.train(training_set, own, *settings)
    assert {path.name: path.read_bytes() for path in own.parent.iterdir() if path.is_file()} == before


def test_what_a_kill_in_mid_writing_left_is_removed(training_set, isp_model, tmp_path, stop_after):
    folder = tmp_path / "checkpoints"
    with stop_after(1):
        forensics.train(training_set, isp_model, "fan-only", 0, JOINT, tmp_path / "run/model.keras", folder)
    (whole,) = folder.glob("*.npz")
    left = whole.with_name(f".{whole.stem}-x1.npz")
    left.touch()
    forensics.train(training_set, isp_model, "fan-only", 0, JOINT, tmp_path / "run/model.keras", folder)
    assert not folder.exists()


def test_checkpoints_leave_other_files_of_their_folder_alone(training_set, tmp_path):
    names = ["notes.txt", "state.json", "epoch-000012.npz", ".epoch-000012-x1.npz"]
    for name in names:
        (tmp_path / name).write_text("mine")
    isp.train(training_set, {**ISP, "epochs": 1}, 0, tmp_path / "model.keras", tmp_path)
    assert all((tmp_path / name).read_text() == "mine" for name in names)
    assert not list(tmp_path.glob("neural-imaging-*"))


def test_a_diverging_training_says_where_and_keeps_its_last_checkpoint(training_set, isp_model, tmp_path, monkeypatch):
    from neural_imaging.forensics.joint import ForensicPipeline

    compute = ForensicPipeline.compute_loss

    def diverge(self, *arguments, **more):
        loss = compute(self, *arguments, **more)
        return keras.ops.where(self.optimizer.iterations > 6, float("nan"), loss)

    monkeypatch.setattr(ForensicPipeline, "compute_loss", diverge)
    with pytest.raises(TrainingDivergedError, match=r"epoch 4 \(lambda_isp 0\.01, run 0, learning rate 0\.001\)"):
        train(training_set, isp_model, tmp_path)
    assert records.epochs_done(tmp_path / "checkpoints") == 2
    assert not (tmp_path / "model.keras").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epoch": 3}, "unknown setting epoch; known: epochs"),
        ({"epochs": "many"}, "setting epochs is 'many', and should be a whole number above 0"),
        ({"trainable": ["camera"]}, "unknown trainable part camera"),
        ({"isp_loss": "L3"}, "unknown loss 'L3'; known: L2"),
    ],
)
def test_wrong_settings_are_refused_by_name(training_set, isp_model, tmp_path, settings, message):
    with pytest.raises(UserError, match=message):
        train(training_set, isp_model, tmp_path, **settings)


def test_a_missing_training_set_is_one_line_and_exit_code_2(tmp_path):
    command = [sys.executable, SCRIPTS / "train_isp.py", "--images", tmp_path / "images.csv"]
    done = subprocess.run([*command, "--output", tmp_path / "model.keras"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].startswith("train_isp.py: ")
    assert "images.csv: no such file" in done.stderr
    assert "Traceback" not in done.stderr
