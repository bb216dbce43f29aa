"""Training: it learns, it is deterministic, and what it cannot do it says."""

import json
import shutil

import keras
import numpy as np
import pandas as pd
import pytest
from programs import run
from small_trainings import CODED, ISP, JOINT, assert_same_weights, train, weights

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.codec import codec as codecs
from neural_imaging.training import forensics, isp


@pytest.fixture(scope="module")
def joint_model(training_set, isp_model, tmp_path_factory):
    return train(training_set, isp_model, tmp_path_factory.mktemp("joint"))


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


def test_limits_of_other_projects_do_not_end_a_training_early(training_set, isp_model, tmp_path):
    """As Keras takes them from KERAS_MAX_EPOCHS and KERAS_MAX_STEPS_PER_EPOCH."""
    keras.config.set_max_epochs(1)
    keras.config.set_max_steps_per_epoch(1)
    isp.train(training_set, ISP, 0, tmp_path / "model.keras", tmp_path / "checkpoints")
    assert pd.read_csv(tmp_path / "training.csv")["epoch"].tolist() == [2, 4]
    assert_same_weights(isp_model, tmp_path / "model.keras")


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


def test_joint_training_changes_the_pipeline(isp_model, joint_model):
    before, after = models.load(isp_model), models.load(joint_model)
    pairs = zip(before.trainable_weights, after.isp.trainable_weights, strict=True)
    assert any(not np.array_equal(one, other) for one, other in pairs)


def test_equal_runs_have_equal_weights_and_others_do_not(training_set, isp_model, joint_model, tmp_path):
    assert_same_weights(joint_model, train(training_set, isp_model, tmp_path / "again"))
    other = train(training_set, isp_model, tmp_path / "other", run=1)
    assert any(not np.array_equal(a, b) for a, b in zip(weights(joint_model), weights(other), strict=True))


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


def test_a_codec_stays_until_its_lead_is_over_and_then_learns_at_its_rate(
    training_set, isp_model, codec_model, tmp_path
):
    codec = (codec_model, 0.01)
    before = models.load(codec_model).get_weights()

    def moved(folder, **settings):
        output = train(training_set, isp_model, tmp_path / folder, codec=codec, **{**CODED, **settings})
        after = models.load(output).codec.get_weights()
        return max(np.abs(one - other).max() for one, other in zip(after, before, strict=True))

    assert moved("late", lead=JOINT["epochs"]) == 0
    assert 0 < moved("slow", rates={"codec": 0.01}) < 0.05 * moved("plain")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"channel": {"qualty": 50}}, r"setting channel: unknown key 'qualty' \(did you mean 'quality'"),
        ({"fan": {"n_classes": 3}}, "n_classes follows"),
        ({"rates": {"lens": 0.1}}, "setting rates: unknown key 'lens'"),
        ({"rates": {"isp": 0}}, "setting rates.isp must be a number above 0"),
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


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epoch": 3}, "unknown setting epoch; known: epochs"),
        ({"epochs": "many"}, "setting epochs must be a whole number from 1 to 2147483647, not 'many'"),
        ({"trainable": ["camera"]}, "setting trainable.0 must be one of isp, codec, signature, not 'camera'"),
        ({"isp_loss": "L3"}, "setting isp_loss must be one of L2, L1, SSIM, MS-SSIM, not 'L3'"),
    ],
)
def test_wrong_settings_are_refused_by_name(training_set, isp_model, tmp_path, settings, message):
    with pytest.raises(UserError, match=message):
        train(training_set, isp_model, tmp_path, **settings)


def test_a_missing_training_set_is_one_line_and_exit_code_2(tmp_path):
    done = run("train_isp", "--images", tmp_path / "images.csv", "--output", tmp_path / "model.keras")
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].startswith("train_isp.py: ")
    assert "images.csv: no such file" in done.stderr
    assert "Traceback" not in done.stderr
