"""Evaluation of a run: what it writes, and what it refuses."""

import json

import numpy as np
import pytest
import tiny_codec
import tiny_forensics

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import forensics as evaluation
from neural_imaging.forensics.channel import Channel
from neural_imaging.tables import arrays

LABELS = {"camera": "test", "isp": "INet", "channel": "jpeg50", "lambda_isp": "0.1", "lambda_codec": "none"}
LABELS |= {"signature": "none", "run": 0}
CODED = {**LABELS, "channel": "4c", "lambda_codec": "basic"}
SETTINGS = {"windows": 6, "patches": 5, "quality_every": 2, "patch": 16, "batch": 3}


def saved(pipeline, folder):
    pipeline.save(folder / "model.keras")
    return folder / "model.keras"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return saved(tiny_forensics.make(), tmp_path_factory.mktemp("evaluated"))


@pytest.fixture(scope="module")
def coded(tmp_path_factory):
    """A forensic pipeline behind a learned codec."""
    channel = Channel("none", codec="dcn", network=tiny_codec.make())
    return saved(tiny_forensics.make(window=32, channel=channel), tmp_path_factory.mktemp("coded"))


def evaluated(model, training_set, path, labels=LABELS, **settings):
    evaluation.evaluate(model, training_set, {**SETTINGS, **settings}, labels, path)
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def content(model, training_set):
    return evaluated(model, training_set, model.parent / "evaluation.json")


@pytest.mark.parametrize(("measure", "trials"), [("whole", 6), ("cropped", 6), ("patchwise", 5)])
@pytest.mark.parametrize("codec", ["differentiable", "libjpeg"])
def test_every_window_and_patch_of_every_class_is_counted_with_both_codecs(content, measure, trials, codec):
    scores = content[measure][codec]
    confusion, hits = np.array(scores["confusion"]), np.array(scores["hits"])
    # Two held-out photographs, four classes.
    assert confusion.sum(axis=1).tolist() == [2 * trials] * 4
    assert scores["accuracy"] == pytest.approx(np.trace(confusion) / (8 * trials))
    assert hits.shape == (2, 4)
    assert hits.sum(axis=0).tolist() == np.diag(confusion).tolist()
    assert scores["trials"] == trials


def test_an_evaluation_says_what_it_is_and_of_which_photographs(content):
    assert {key: content[key] for key in LABELS} == LABELS
    assert content["classes"] == ["native", "sharpen", "awgn", "resample"]
    assert content["cropped"]["origin"] == [1, 1]
    assert (content["whole"]["windows"], content["patchwise"]["patches"]) == (6, 10)
    for measure in ("whole", "patchwise"):
        photographs = content[measure]["photographs"]
        assert photographs["image"] == ["scene-6", "scene-7"]
        for name in ("psnr", "ssim"):
            assert np.mean(photographs[name]) == pytest.approx(content[measure][name])
    for name, value in content["whole"]["compression"].items():
        assert np.mean(content["whole"]["photographs"]["compression"][name]) == pytest.approx(value)


def test_an_evaluation_is_the_same_each_time(model, training_set, content, tmp_path):
    again = evaluated(model, training_set, tmp_path / "evaluation.json")
    assert {**again, "duration_seconds": 0} == {**content, "duration_seconds": 0}
    assert (tmp_path / "probabilities.npz").read_bytes() == (model.parent / "probabilities.npz").read_bytes()


def test_probabilities_of_each_window_lie_beside_the_evaluation(model, content):
    kept = arrays.read(model.parent / "probabilities.npz", ["classes", "image", "source", "whole_libjpeg"])
    for name, expected in (("classes", content["classes"]), ("image", content["whole"]["photographs"]["image"])):
        assert kept[name].tolist() == expected
    assert kept["source"].tolist() == content["whole"]["photographs"]["source"]
    probabilities = kept["whole_libjpeg"]
    # Two photographs, four classes, six windows.
    assert (probabilities.shape, probabilities.dtype) == ((2, 4, 6, 4), np.float32)
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1, rtol=1e-6)
    hits = (probabilities.argmax(axis=-1) == np.arange(4)[:, np.newaxis]).sum(axis=-1)
    assert hits.tolist() == content["whole"]["libjpeg"]["hits"]


def test_the_last_word_on_a_learned_codec_has_its_bit_stream(coded, training_set, tmp_path):
    content = evaluated(coded, training_set, tmp_path / "evaluation.json", CODED)
    for measure in ("whole", "cropped", "patchwise"):
        assert "bitstream" in content[measure]
        assert "libjpeg" not in content[measure]
    assert "whole_bitstream" in arrays.read(tmp_path / "probabilities.npz", [])
    cost = content["whole"]["compression"]
    assert 0 < cost["effective_bpp"] < cost["bpp"]


def test_a_pipeline_without_a_fan_is_refused(training_set, tmp_path):
    plain = saved(models.create("ONet"), tmp_path)
    with pytest.raises(UserError, match="holds a ONet, not a forensic pipeline"):
        evaluated(plain, training_set, tmp_path / "evaluation.json")
    assert not (tmp_path / "evaluation.json").exists()
    assert not (tmp_path / "probabilities.npz").exists()


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (LABELS, "lambda_codec is 'none', but .* has a learned codec"),
        ({**CODED, "signature": "1.5"}, "signature is '1.5', but .* has no learned signature"),
        ({**CODED, "colour": "red"}, "needs exactly camera, "),
    ],
)
def test_labels_that_say_what_the_model_is_not_are_refused(coded, training_set, tmp_path, labels, message):
    with pytest.raises(UserError, match=message):
        evaluated(coded, training_set, tmp_path / "evaluation.json", labels)


def test_a_photograph_too_small_for_a_window_is_named(smaller_training_set, tmp_path):
    model = saved(tiny_forensics.make(window=48), tmp_path)
    with pytest.raises(UserError, match=r"scene-6 has 128 × 96 pixels, too few for windows of 48 .* needs 98"):
        evaluated(model, smaller_training_set, tmp_path / "evaluation.json")
