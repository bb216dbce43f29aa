"""Signatures and tiles of pipelines in joint trainings: what learns, where it starts, what a photograph gets."""

import json

import numpy as np
import pytest

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import images
from neural_imaging.layers.tile import Signature
from neural_imaging.training import forensics, isp

JOINT = {
    "manipulations": ["sharpen:1"],
    "channel": {"quality": 50, "rounding": "soft"},
    "fan": {"n_filters": 4, "n_convolutions": 2, "dense": [8]},
    "trainable": ["isp", "signature"],
    "patch": 16,
    "batch": 2,
    "epochs": 2,
    "steps": 2,
    "learning_rate": 1e-3,
    "validation_every": 1,
}


@pytest.fixture(scope="module")
def isp_model(training_set, tmp_path_factory):
    settings = {"model": "INet", "settings": {"phase": 16}, "epochs": 1, "steps": 2, "batch": 2, "patch": 16}
    output = tmp_path_factory.mktemp("isp") / "model.keras"
    isp.train(training_set, {**settings, "validation_patch": 24, "validation_every": 1}, 0, output, output.parent / "c")
    return output


def train(training_set, isp_model, folder, lambda_isp="fan-only", strength=None, **settings):
    output, named = folder / "model.keras", {**JOINT, **settings}
    forensics.train(training_set, isp_model, lambda_isp, 0, named, output, folder / "c", signature=strength)
    return models.load(output)


def test_a_signature_learns_while_the_pipeline_stays_as_it_was(training_set, isp_model, tmp_path):
    pipeline = train(training_set, isp_model, tmp_path, strength=2.0)
    for one, other in zip(pipeline.isp.get_weights(), models.load(isp_model).get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    start = Signature(strength=2.0, seed=0)
    start.build((None, 32, 32, 3))
    assert not np.array_equal(pipeline.signature.values, start.values)
    assert json.loads((tmp_path / "record.json").read_text())["settings"]["signature_strength"] == 2.0
    photograph = images.read(training_set, "validation", pipeline.isp)[0]
    stack = np.asarray(photograph.stack)[None]
    added = 255 * (np.asarray(pipeline.develop(stack)) - np.asarray(pipeline.isp(stack.astype(np.float32) / 65535)))
    # Less where the photograph is clipped.
    assert 1.5 < np.sqrt(np.mean(added**2)) <= 2.01
    assert not (tmp_path / "c").exists()


def test_the_tile_of_a_pipeline_that_learns_starts_anew_where_it_shall(training_set, isp_model, tmp_path):
    rate = {"learning_rate": 1e-6}
    kept, anew = (
        train(training_set, isp_model, tmp_path / str(start), lambda_isp=0.1, phase_start=start, **rate)
        for start in (0.0, 3.0)
    )
    assert np.std(kept.isp.get_layer("phase").tile()) < 0.5
    tile = anew.isp.get_layer("phase")
    learned = np.asarray(tile.tile())
    tile.restart(3.0, seed=0)
    np.testing.assert_allclose(learned, tile.tile(), atol=0.01)
    assert np.std(learned) > 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"strength": 2.0, "trainable": ["isp"]}, "add signature to the setting trainable"),
        ({"strength": 2.0, "signature": {"period": 0}}, "period"),
        ({"margin": "far"}, "margin must be reach or a whole number from 0 to 4096, not 'far'"),
        ({"margin": -1}, "margin must be reach or a whole number from 0 to 4096, not -1"),
    ],
)
def test_what_cannot_be_trained_is_refused_by_name(training_set, isp_model, tmp_path, changes, words):
    with pytest.raises(UserError, match=words):
        train(training_set, isp_model, tmp_path, **changes)


def test_a_users_files_beside_developed_photographs_stay(training_set, isp_model, tmp_path):
    mine = tmp_path / "c" / "developed-train" / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    train(training_set, isp_model, tmp_path)
    assert [path.name for path in mine.parent.iterdir()] == ["mine.txt"]
    assert not (tmp_path / "c" / "developed-validation").exists()
