"""Evaluation: it counts every patch of every class, with both codecs, and says what it is."""

import json

import numpy as np
import pytest

from neural_imaging.errors import UserError
from neural_imaging.evaluation import forensics as evaluation
from neural_imaging.training import forensics, isp

LABELS = {"camera": "test", "isp": "INet", "channel": "jpeg50", "lambda_isp": 0.1, "run": 0}
SETTINGS = {"patches": 5, "quality_every": 2, "patch": 16, "batch": 3}


@pytest.fixture(scope="module")
def model(training_set, tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluated")
    small = {"epochs": 1, "steps": 1, "batch": 2, "patch": 16, "validation_every": 1}
    plain = folder / "isp" / "model.keras"
    isp.train(training_set, {**small, "model": "INet", "validation_patch": 16}, 0, plain, folder / "c")
    fan = {"fan": {"n_filters": 4, "n_convolutions": 1, "dense": [4]}, "manipulations": ["jpeg:80"]}
    forensics.train(training_set, plain, 0.1, 0, {**small, **fan}, folder / "model.keras", folder / "d")
    return folder / "model.keras"


def test_every_patch_of_every_class_is_counted_with_both_codecs(model, training_set, tmp_path):
    evaluation.evaluate(model, training_set, SETTINGS, LABELS, tmp_path / "evaluation.json")
    content = json.loads((tmp_path / "evaluation.json").read_text())
    for codec in ("differentiable", "libjpeg"):
        confusion = np.array(content[codec]["confusion"])
        # Two held-out photographs, five patches each, two classes.
        assert confusion.sum(axis=1).tolist() == [10, 10]
        assert content[codec]["accuracy"] == pytest.approx(np.trace(confusion) / 20)
        low, high = content[codec]["interval"]
        assert low <= content[codec]["accuracy"] <= high
    assert content["patches_quality"] == 6
    assert {key: content[key] for key in LABELS} == LABELS
    assert content["classes"] == ["native", "jpeg"]


def test_an_evaluation_is_the_same_each_time(model, training_set, tmp_path):
    read = []
    for name in ("a", "b"):
        evaluation.evaluate(model, training_set, SETTINGS, LABELS, tmp_path / name)
        content = json.loads((tmp_path / name).read_text())
        read.append({key: value for key, value in content.items() if key != "duration_seconds"})
    assert read[0] == read[1]


def test_a_pipeline_without_a_fan_is_refused(model, training_set, tmp_path):
    plain = model.parent / "isp" / "model.keras"
    with pytest.raises(UserError, match="holds a INet, not a forensic pipeline"):
        evaluation.evaluate(plain, training_set, SETTINGS, LABELS, tmp_path / "evaluation.json")
    assert not (tmp_path / "evaluation.json").exists()
