"""Pre-training of pipelines: every kind of them, of one camera or several, and what it ends with."""

import json

import imageio.v3 as imageio
import numpy as np
import pandas as pd
import pytest

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import images
from neural_imaging.datasets.patches import PatchSampler, fixed
from neural_imaging.evaluation import samples
from neural_imaging.evaluation.patchwise import measure
from neural_imaging.imaging import bayer, measures
from neural_imaging.models import margin as margins
from neural_imaging.study.settings import Number
from neural_imaging.training import forensics, isp
from neural_imaging.training.checkpoints import Checkpoint

SHORT = {"epochs": 4, "steps": 2, "batch": 3, "patch": 16, "validation_patch": 24, "validation_every": 2}
AUTO = {**SHORT, "model": "ClassicISP", "settings": {"c_filters": [4], "kernel": 3}}


def train(tables, folder, **settings):
    output = folder / "model.keras"
    isp.train(tables, {**SHORT, **settings}, 0, output, folder / "checkpoints")
    return output


def weights(path):
    return [np.asarray(value) for value in models.load(path).get_weights()]


def history(path):
    return pd.read_csv(path.with_name("training.csv"))


def record(path):
    return json.loads(path.with_name("record.json").read_text())


@pytest.fixture(scope="module")
def other_camera(training_set, tmp_path_factory):
    """The scenes of the training set as a camera with another Bayer pattern and other colours sees them."""
    folder, rows = tmp_path_factory.mktemp("other"), pd.read_csv(training_set)
    matrix = np.array([[1.5, -0.4, -0.1], [-0.2, 1.5, -0.3], [0, -0.5, 1.5]])
    for name in rows["image"]:
        target = imageio.imread(training_set.parent / f"{name}.png")
        colours = np.clip((target / 255.0) ** 2.2 @ np.linalg.inv(matrix).T, 0, 1)
        places = zip(bayer.positions("GBRG"), (0, 1, 1, 2), strict=True)
        stack = np.stack([colours[row::2, column::2, colour] for (row, column), colour in places], axis=-1)
        np.save(folder / f"{name}.npy", (stack * 65535).astype(np.uint16))
        imageio.imwrite(folder / f"{name}.png", target)
    rows.assign(cfa="GBRG", camera_to_srgb=" ".join(map(str, matrix.ravel()))).to_csv(
        folder / "images.csv", index=False
    )
    return folder / "images.csv"


@pytest.fixture(scope="module")
def pictures(training_set, tmp_path_factory):
    """The same scenes without RAW."""
    folder, rows = tmp_path_factory.mktemp("rgb"), pd.read_csv(training_set)
    for name in rows["image"]:
        (folder / f"{name}.png").write_bytes((training_set.parent / f"{name}.png").read_bytes())
    rows.assign(cfa="", camera_to_srgb="").to_csv(folder / "images.csv", index=False)
    return folder / "images.csv"


@pytest.mark.parametrize(
    ("name", "settings"),
    [("DNet", {"n_layers": 2, "n_features": 8}), ("ClassicISP", {"c_filters": [4]}), ("INet", {"kernel": 7})],
)
def test_pipelines_are_trained_for_the_cfa_of_their_camera(training_set, tmp_path, name, settings):
    output = train(training_set, tmp_path, model=name, settings=settings, learning_rate=1e-3)
    assert models.load(output).settings["cfa_pattern"] == "RGGB"
    assert len(history(output)) == 2


def test_a_pipeline_starts_with_its_cameras_colours_and_the_precision_asked_for(other_camera, tmp_path):
    output = train(other_camera, tmp_path, model="INet", settings={})
    assert np.allclose(models.load(output).settings["srgb"], [[1.5, -0.4, -0.1], [-0.2, 1.5, -0.3], [0, -0.5, 1.5]])
    small = {"n_steps": 2, "n_filters": 4}
    output = train(other_camera, tmp_path / "bfloat16", model="UNet", settings=small, precision="mixed_bfloat16")
    assert models.load(output).settings["precision"] == "mixed_bfloat16"


@pytest.mark.parametrize("loss", ["L2", "L1", "SSIM", "MS-SSIM"])
def test_every_loss_trains(training_set, tmp_path, loss):
    output = train(training_set, tmp_path, model="INet", loss=loss, epochs=20, validation_every=5, learning_rate=1e-3)
    losses = history(output)["validation_loss"]
    assert losses.iloc[-1] < losses.iloc[0]


def test_numbers_of_a_validation_weigh_patches_however_they_fall_into_batches():
    rng = np.random.default_rng(0)
    raw, rgb = rng.random((5, 8, 8, 4), np.float32), rng.random((5, 16, 16, 3), np.float32)
    # The last patch, alone in its batch, is much nearer to its target than the others.
    model = isp.Imitation(models.create("INet"), "L2")
    rgb[4:] = model(raw[4:])
    model.compile()
    whole, parts = (model.evaluate(raw, rgb, batch, return_dict=True, verbose=0) for batch in (5, 4))
    assert parts["psnr"] > 20
    assert parts == pytest.approx(whole, rel=1e-5)


def test_a_training_ends_when_its_patience_does(training_set, tmp_path):
    settings = {"model": "INet", "epochs": 20, "validation_every": 1, "tolerance": 10}
    assert history(train(training_set, tmp_path / "a", patience=3, **settings))["epoch"].iloc[-1] == 4 + 3
    assert history(train(training_set, tmp_path / "b", patience=0, **settings))["epoch"].iloc[-1] == 20


def test_a_first_decay_comes_after_the_first_epoch(training_set, tmp_path):
    settings = {"model": "INet", "validation_every": 1, "learning_rate": 1e-4, "decay": 0.5, "decay_every": 2}
    rates = history(train(training_set, tmp_path, first_decay=True, **settings))["learning_rate"]
    np.testing.assert_allclose(rates, [1e-4, 5e-5, 5e-5, 2.5e-5], rtol=1e-6)


def test_the_best_weights_are_kept_on_demand(training_set, tmp_path):
    # At this rate the network soon gets worse than it was.
    settings = {"model": "INet", "learning_rate": 0.3, "epochs": 5, "validation_every": 1}
    last, best = (train(training_set, tmp_path / keep, keep=keep, **settings) for keep in ("last", "best"))
    losses = history(best)["validation_loss"]
    assert losses.idxmin() < len(losses) - 1
    assert record(best)["metrics"]["validation_loss"] == pytest.approx(losses.min(), rel=1e-9)
    assert record(last)["metrics"]["validation_loss"] == pytest.approx(losses.iloc[-1], rel=1e-9)
    shorter = train(training_set, tmp_path / "short", **{**settings, "epochs": int(losses.idxmin()) + 1})
    for one, other in zip(weights(best), weights(shorter), strict=True):
        np.testing.assert_array_equal(one, other)


def test_averages_are_validated_and_kept_on_demand(training_set, tmp_path):
    settings = {"model": "INet", "learning_rate": 0.01, "epochs": 3, "validation_every": 1}
    last, average, one = (
        train(training_set, tmp_path / name, **settings, **kept)
        for name, kept in {
            "last": {}, "average": {"keep": "average", "averaged": 4}, "one": {"keep": "average", "averaged": 1},
        }.items()
    )  # fmt: skip
    # They leave the training as it is: an average of one step is the last one's.
    for path, same in ((one, True), (average, False)):
        assert all(map(np.array_equal, weights(path), weights(last))) == same
        pd.testing.assert_series_equal(history(path)["loss"], history(last)["loss"])
    losses = history(average)["validation_loss"]
    assert not np.allclose(losses, history(last)["validation_loss"], rtol=1e-4)
    margin = margins.cells("reach", model := models.load(average))
    held_out = PatchSampler(images.read(training_set, "validation"), SHORT["validation_patch"], "flat", margin=margin)
    (kept := isp.Imitation(model, "L2", margin)).compile()
    again = kept.evaluate(*fixed(held_out, 1, seed=0), return_dict=True, verbose=0)["loss"]
    assert record(average)["metrics"]["validation_loss"] == pytest.approx(again, rel=1e-4)


def test_the_learning_rate_drops_when_the_validation_loss_deteriorates(training_set, tmp_path):
    settings = {"model": "INet", "learning_rate": 0.3, "epochs": 9, "validation_every": 1, "drop_above": 1.01}
    rows = history(train(training_set, tmp_path, drop=0.5, **settings))
    worse = rows["validation_loss"] > 1.01 * rows["validation_loss"].cummin()
    drops = (worse & (rows.index >= 5)).cumsum().shift(fill_value=0)
    assert drops.iloc[-1] > 0
    np.testing.assert_allclose(rows["learning_rate"], 0.3 * 0.5**drops, rtol=1e-6)


def test_validations_can_avoid_other_patches_than_trainings(training_set, tmp_path):
    # Weights that do not move: what differs is where validations look.
    still = {"model": "INet", "learning_rate": 1e-30, "epochs": 1, "validation_every": 1, "validation_patch": 16}
    policies = {"none": ("none", None), "busy": ("dark-n-textured", None), "both": ("none", "dark-n-textured")}
    paths = {
        name: train(training_set, tmp_path / name, **still, discard=discard, validation_discard=validation)
        for name, (discard, validation) in policies.items()
    }
    none, busy, both = (history(path)["validation_loss"].iloc[-1] for path in paths.values())
    assert both == busy != none


@pytest.mark.parametrize("keep", ["best", "average"])
def test_a_stopped_training_goes_on_with_all_that_it_knew(keep, training_set, tmp_path, monkeypatch):
    # A rate that grows, which settings refuse, makes the training worse in the end, on any processor.
    monkeypatch.setitem(isp.DEFAULTS, "decay", (1.0, Number(0)))
    settings = {"model": "INet", "learning_rate": 0.02, "decay": 1.6, "epochs": 12, "validation_every": 1}
    settings |= {"decay_every": 1, "keep": keep, "drop": 0.5, "drop_above": 1.01}
    whole = train(training_set, tmp_path / "whole", **settings)

    class Stop(Exception):
        pass

    save = Checkpoint.save

    def save_and_stop(self, epoch):
        save(self, epoch)
        if epoch % 4 == 3:
            raise Stop

    monkeypatch.setattr(Checkpoint, "save", save_and_stop)
    for _ in range(3):
        with pytest.raises(Stop):
            train(training_set, tmp_path / "stopped", **settings)
    stopped = train(training_set, tmp_path / "stopped", **settings)
    for one, other in zip(weights(whole), weights(stopped), strict=True):
        np.testing.assert_array_equal(one, other)
    rows = [history(path).drop(columns="seconds") for path in (whole, stopped)]
    pd.testing.assert_frame_equal(*rows)
    assert rows[0]["learning_rate"].iloc[-1] < 0.02 * 1.6**11
    assert rows[0]["validation_loss"].idxmin() < 11
    assert record(stopped)["resumed"] == 3


def test_one_demosaicing_model_learns_from_two_cameras_and_is_switched_by_name(training_set, other_camera, tmp_path):
    output = train([training_set, other_camera], tmp_path, **AUTO)
    assert len(record(output)["inputs"]) == 2
    network, tables = models.load(output), (training_set, other_camera)
    for table, other in (tables, tables[::-1]):
        pair, psnr = images.read(table, "validation")[0], {}
        for name in (table.parent.name, other.parent.name):
            network.set_camera(name)
            developed = np.asarray(network(pair.stack[None] / np.float32(65535)))[0]
            psnr[name] = measures.psnr(developed, pair.target / 255)
        assert psnr[table.parent.name] > psnr[other.parent.name] + 0.5


def test_joint_training_switches_such_a_model_to_its_camera(training_set, other_camera, tmp_path):
    model = train([other_camera, training_set], tmp_path, **AUTO)
    settings = {"manipulations": ["gaussian"], "patch": 16, "batch": 2, "epochs": 1, "steps": 1, "validation_every": 1}
    settings["fan"] = {"n_filters": 4, "n_convolutions": 2, "dense": [8]}
    for table, cfa in ((training_set, "RGGB"), (other_camera, "GBRG")):
        output = tmp_path / cfa / "model.keras"
        forensics.train(table, model, 0.1, 0, settings, output, tmp_path / "checkpoints")
        assert models.load(output).isp.settings["cfa_pattern"] == cfa


def test_other_pipelines_and_folders_of_one_name_are_refused_for_several_cameras(training_set, other_camera, tmp_path):
    with pytest.raises(UserError, match="UNet is a pipeline for one camera; only ClassicISP"):
        train([training_set, other_camera], tmp_path, model="UNet", settings={"n_steps": 2})
    with pytest.raises(UserError, match="two training sets are in folders called"):
        train([training_set, training_set], tmp_path, **AUTO)


@pytest.mark.parametrize(("name", "settings"), [("ONet", {}), ("ClassicISP", {})])
def test_pipelines_without_anything_to_learn_are_measured_once(training_set, tmp_path, name, settings):
    output = train(training_set, tmp_path, model=name, settings=settings, epochs=1000)
    assert len(history(output)) == 1
    assert record(output)["metrics"]["validation_psnr"] == pytest.approx(100 if name == "ONet" else 25, abs=10)


def test_pictures_without_raw_go_through_the_same_workflow(pictures, tmp_path):
    model = train(pictures, tmp_path, model="ONet")
    settings = {"manipulations": ["gaussian", "jpeg"], "patch": 16, "batch": 2, "epochs": 2, "steps": 2}
    settings |= {"fan": {"n_filters": 4, "n_convolutions": 2, "dense": [8]}, "validation_every": 2, "flips": True}
    output = tmp_path / "joint" / "model.keras"
    forensics.train(pictures, model, 0.1, 0, settings, output, tmp_path / "checkpoints")
    pipeline = models.load(output)
    chosen = {"patches": 2, "quality_every": 1, "patch": 16, "discard": "flat", "batch": 2}
    results = measure(pipeline, images.read(pictures, "validation", pipeline.isp), chosen)
    assert results["psnr"] == pytest.approx(100)
    _, raw, target = samples.photograph(pictures)
    np.testing.assert_array_equal(samples.develop(model, raw), target)


def test_raw_is_asked_for_by_pipelines_that_develop_it(pictures, training_set, tmp_path):
    with pytest.raises(UserError, match="scene-0 has no RAW that could be developed; take ONet"):
        train(pictures, tmp_path, model="UNet", settings={"n_steps": 2})
    mixed = tmp_path / "mixed" / "images.csv"
    mixed.parent.mkdir()
    for file in training_set.parent.glob("scene-*"):
        (mixed.parent / file.name).write_bytes(file.read_bytes())
    pd.read_csv(training_set).assign(cfa=[""] + ["RGGB"] * 7).to_csv(mixed, index=False)
    with pytest.raises(UserError, match="scene-0 has no RAW, but others have"):
        images.read(mixed, "train")


def test_pictures_of_odd_sides_or_grey_ones_are_refused(pictures, tmp_path):
    table = pd.read_csv(pictures)
    for picture in (np.zeros((95, 128, 3), np.uint8), np.zeros((96, 128), np.uint8)):
        imageio.imwrite(tmp_path / "scene-0.png", picture)
        table.head(1).to_csv(tmp_path / "images.csv", index=False)
        with pytest.raises(UserError, match="needed are 8-bit RGB and even sides"):
            images.read(tmp_path / "images.csv", "train")


def test_an_unknown_choice_of_weights_is_refused(training_set, tmp_path):
    with pytest.raises(UserError, match="setting keep must be one of last, best, average, not 'first'"):
        train(training_set, tmp_path, model="INet", keep="first")


def test_photographs_too_small_for_the_validations_are_refused_by_the_settings_name(training_set, tmp_path):
    with pytest.raises(UserError, match=r"too small for patches of 2560 \(setting validation_patch"):
        train(training_set, tmp_path, model="INet", validation_patch=2560)


@pytest.mark.parametrize("name", ["FAN", "libRAW", "Unet"])
def test_what_is_no_pipeline_that_learns_is_refused(training_set, tmp_path, name):
    with pytest.raises(UserError, match=f"{name}: no such pipeline to train; there are INet, UNet, DNet, ONet"):
        train(training_set, tmp_path, model=name)
