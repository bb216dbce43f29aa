"""What a run's evaluation or a preset's card says of a model is used, and nothing of another model."""

import json

import example_runs
import numpy as np
import pictures
import pytest
import tiny_forensics

import neural_imaging as ni
from neural_imaging import presets
from neural_imaging.analysis import judge, stated
from neural_imaging.base import files
from neural_imaging.tables import arrays, calibration, card_results

POINT = {
    "camera": "night", "isp": "INet", "channel": "jpeg50", "lambda_isp": "fan-only", "lambda_codec": "none",
    "signature": "none", "run": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.keras"
    manipulations = ["sharpen:1", "gaussian:0.83", "jpeg:80", "resample:50"]
    tiny_forensics.make("ONet", manipulations=manipulations).save(path)
    return path


@pytest.fixture
def run(model, tmp_path):
    """A run's folder; write evaluations with run(hits=…)."""
    (tmp_path / "model.keras").write_bytes(model.read_bytes())

    def write(**given):
        content = example_runs.evaluation(POINT, **given)
        content["inputs"] = {"model.keras": files.sha256(model)}
        (tmp_path / "evaluation.json").write_text(json.dumps(content), encoding="utf-8")
        arrays.write(tmp_path / "probabilities.npz", example_runs.probabilities(content))
        return tmp_path / "model.keras"

    return write


def test_the_evaluation_beside_a_model_says_its_accuracy_and_temperature(run):
    known = stated.find(run(hits=60))
    assert known.accuracy[0] == pytest.approx(60)
    kept = arrays.read(run(hits=60).with_name("probabilities.npz"), ["classes", "whole_libjpeg"])["whole_libjpeg"]
    truth = np.arange(5)[None, :, None] + np.zeros(kept.shape[:3], int)
    assert known.temperature == pytest.approx(calibration.temperature(kept.reshape(-1, 5), truth.ravel()))


def test_probabilities_are_brought_to_the_temperature(run):
    expert = judge.load(run(hits=60))
    analysis = ni.analyse(pictures.textured(32, 48), expert)
    expected = analysis.raw.astype(float) ** (1 / expert.stated.temperature)
    np.testing.assert_allclose(analysis.probabilities, expected / expected.sum(axis=2, keepdims=True), atol=1e-5)
    said = " ".join(analysis.sentences())
    assert "names the right class of 60 %" in said
    assert f"calibrated (temperature {expert.stated.temperature:.2f})" in said


def test_an_evaluation_of_other_weights_is_not_used(run):
    path = run(hits=60)
    content = json.loads(path.with_name("evaluation.json").read_text())
    path.with_name("evaluation.json").write_text(json.dumps({**content, "inputs": {"model.keras": "0" * 64}}))
    known = stated.find(path)
    assert known.accuracy is None
    assert known.temperature is None
    said = " ".join(ni.analyse(pictures.textured(32, 48), path).sentences())
    assert "How often the network is right is not known" in said
    assert "evaluation.json beside the model is of other weights" in said
    assert "not calibrated" in said


def test_the_card_of_a_preset_says_the_same(run, monkeypatch):
    path = run(hits=60)
    card = path.with_suffix(".md")
    card.write_text("\n".join(["# model\n", *card_results.evaluated(path.with_name("evaluation.json"))]))
    of_run = stated.find(path)
    monkeypatch.setattr(presets, "FOLDER", path.parent)
    known = stated.find(presets.path("model"))
    assert known.source == "the card of the preset model"
    assert known.temperature == pytest.approx(of_run.temperature, abs=1e-3)
    np.testing.assert_allclose(known.accuracy, of_run.accuracy, atol=0.06)


def test_nothing_is_known_of_a_model_without_either(model):
    assert stated.find(model) == stated.Stated()
    said = " ".join(ni.analyse(pictures.textured(32, 48), model).sentences())
    assert "How often the network is right is not known: no evaluation or card of it is here." in said
