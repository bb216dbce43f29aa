"""A training that was stopped, in whatever way, goes on, and ends with the weights of one that was not."""

import ast
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

import imageio.v3 as imageio
import keras
import pandas as pd
import pytest
import small_trainings
from small_trainings import CODED, ISP, SCRIPTS, assert_same_weights

from neural_imaging.base import records, runtime
from neural_imaging.datasets.patches import PatchSampler
from neural_imaging.training import forensics, isp
from neural_imaging.training.callbacks import History, TrainingDivergedError
from neural_imaging.training.checkpoints import fingerprint

# A graph of half the size: most of a short training's time is spent on that. The noise draws its random numbers.
JOINT = {**small_trainings.JOINT, "manipulations": ["awgn:5.1"], "channel": {"downsampling": "none", "codec": "none"}}
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SCRIPTS.parent / "lib"), "CUDA_VISIBLE_DEVICES": ""}


def train(*arguments, **settings):
    return small_trainings.train(*arguments, **{**JOINT, **settings})


@pytest.fixture(scope="module")
def whole(training_set, isp_model, tmp_path_factory):
    """A training that was not stopped."""
    return train(training_set, isp_model, tmp_path_factory.mktemp("whole"))


def test_training_stopped_between_epochs_goes_on_to_the_same_weights(training_set, isp_model, tmp_path, stop_after):
    whole = train(training_set, isp_model, tmp_path / "whole", augment=True)
    for _ in range(3):
        with stop_after(1):
            train(training_set, isp_model, tmp_path / "stopped", augment=True)
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


def test_a_stopped_training_of_a_codec_goes_on_to_the_same_weights(
    training_set, isp_model, codec_model, tmp_path, stop_after
):
    given = {**CODED, "codec": (codec_model, 0.1), "epochs": 4}
    whole = train(training_set, isp_model, tmp_path / "whole", **given)
    with stop_after(1):
        train(training_set, isp_model, tmp_path / "stopped", **given)
    stopped = train(training_set, isp_model, tmp_path / "stopped", **given)
    assert_same_weights(whole, stopped)
    assert json.loads(stopped.with_name("record.json").read_text())["resumed"] == 1


def test_checkpoints_of_other_settings_are_not_used(training_set, isp_model, whole, tmp_path, stop_after):
    with stop_after(1):
        train(training_set, isp_model, tmp_path, learning_rate=1e-2)
    assert_same_weights(train(training_set, isp_model, tmp_path), whole)
    # They may be of a training that is at work.
    assert len(list((tmp_path / "checkpoints").glob("*.npz"))) == 1


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
def test_a_damaged_checkpoint_is_passed_over(
    training_set, isp_model, whole, tmp_path, stop_after, capfd, damage, all_of_them
):
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

    # Keras asks the signature whether a loss is told of training.
    @functools.wraps(compute)
    def diverge(self, *arguments, **more):
        loss = compute(self, *arguments, **more)
        return keras.ops.where(self.optimizer.iterations > 6, float("nan"), loss)

    monkeypatch.setattr(ForensicPipeline, "compute_loss", diverge)
    with pytest.raises(TrainingDivergedError, match=r"epoch 4 \(lambda_isp 0\.01, run 0, learning rate 0\.001\)"):
        train(training_set, isp_model, tmp_path)
    assert records.epochs_done(tmp_path / "checkpoints") == 2
    assert not (tmp_path / "model.keras").exists()


def test_a_training_is_ended_while_a_batch_is_made_and_ends_with_the_same_weights(training_set, tmp_path, monkeypatch):
    """The main thread waits in the backend then, where no handler of a signal can run."""
    settings, cut, calls = {**ISP, "batch": 40, "epochs": 2, "discard": "none"}, PatchSampler._cut_stack, []

    def slow(self, *arguments):
        # After two batches for the form of what comes, three that are learned from, in two epochs.
        calls.append(None)
        if len(calls) == 2 + 4 * settings["batch"] + 7:
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
        if len(calls) > 2 + 4 * settings["batch"]:
            time.sleep(0.5)
        return cut(self, *arguments)

    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    isp.train(training_set, settings, 0, whole / "model.keras", whole / "checkpoints")
    with monkeypatch.context() as patched:
        patched.setattr(PatchSampler, "_cut_stack", slow)
        started = time.monotonic()
        with pytest.raises(SystemExit) as ended:
            isp.train(training_set, settings, 0, stopped / "model.keras", stopped / "checkpoints")
        assert ended.value.code == 128 + signal.SIGTERM
        # To its end that batch would take 20 seconds.
        assert time.monotonic() - started < 15
    assert records.epochs_done(stopped / "checkpoints") is not None
    isp.train(training_set, settings, 0, stopped / "model.keras", stopped / "checkpoints")
    assert_same_weights(whole / "model.keras", stopped / "model.keras")
    assert json.loads((stopped / "record.json").read_text())["resumed"] == 1


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"threads": "one"}, False),
        ({"card": "NVIDIA H100"}, False),
        ({"backend": "tensorflow 3.0"}, False),
        ({}, True),
    ],
)
def test_a_deterministic_training_goes_on_only_where_it_computes_alike(monkeypatch, change, same):
    here = {"threads": "several", "card": None, "backend": "tensorflow 2.0"}
    monkeypatch.setattr(runtime, "arithmetic", lambda: here)
    before = [fingerprint({"deterministic": value}) for value in (True, False)]
    monkeypatch.setattr(runtime, "arithmetic", lambda: {**here, **change})
    after = [fingerprint({"deterministic": value}) for value in (True, False)]
    assert (before[0] == after[0]) == same
    # Who asked for no such promise does not lose what was done.
    assert before[1] == after[1]


@pytest.mark.parametrize(("threads", "word"), [(1, "one"), (2, "several")])
def test_one_thread_computes_otherwise_than_several(threads, word):
    script = (
        f"from neural_imaging.base import runtime; runtime.configure(threads={threads}); print(runtime.arithmetic())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    found = ast.literal_eval(done.stdout)
    assert found["threads"] == word
    assert re.fullmatch(r"tensorflow \d+\.\d+\.\d+", found["backend"])
