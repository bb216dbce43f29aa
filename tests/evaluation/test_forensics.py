"""Evaluation: it counts every patch of every class, with both codecs, and says what it is."""

import json

import numpy as np
import pytest
import tiny_codec

from neural_imaging import codec as codecs
from neural_imaging import models
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
        # What is named right, of each photograph and class.
        hits = np.array(content[codec]["hits"])
        assert hits.shape == (2, 2)
        assert hits.sum(axis=0).tolist() == np.diag(confusion).tolist()
        assert content[codec]["trials"] == 5
    assert content["photographs"]["image"] == ["scene-6", "scene-7"]
    for name in ("psnr", "ssim"):
        assert np.mean(content["photographs"][name]) == pytest.approx(content[name])
    for name, value in content["compression"].items():
        assert np.mean(content["photographs"]["compression"][name]) == pytest.approx(value)
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


CODED = {**LABELS, "channel": "4c", "lambda_codec": "basic"}


@pytest.fixture(scope="module")
def coded(model, training_set):
    """A forensic pipeline behind a learned codec."""
    folder, plain = model.parent / "coded", model.parent / "isp" / "model.keras"
    folder.mkdir()
    tiny_codec.make().save(folder / "codec.keras")
    settings = {"epochs": 1, "steps": 1, "batch": 2, "patch": 16, "validation_every": 1, "manipulations": ["jpeg:80"]}
    settings |= {"fan": {"n_filters": 4, "n_convolutions": 1, "dense": [4]}}
    settings |= {"channel": {"downsampling": "none", "codec": "dcn"}}
    path, codec = folder / "model.keras", folder / "codec.keras"
    forensics.train(training_set, plain, "fan-only", 0, settings, path, folder / "c", codec_model=codec)
    return path


def test_the_last_word_on_a_learned_codec_has_its_bit_stream(coded, training_set, tmp_path):
    evaluation.evaluate(coded, training_set, SETTINGS, CODED, tmp_path / "evaluation.json")
    content = json.loads((tmp_path / "evaluation.json").read_text())
    assert np.array(content["bitstream"]["confusion"]).sum(axis=1).tolist() == [10, 10]
    assert "libjpeg" not in content
    cost = content["compression"]
    assert 0 < cost["effective_bpp"] < cost["bpp"]
    assert 0 < cost["ssim"] < 1
    assert 5 < cost["psnr"] < 50


def test_pictures_come_out_of_the_channel_as_out_of_the_codec(coded):
    pipeline = models.load(coded)
    pictures = np.random.default_rng(0).random((2, 32, 32, 3), np.float32)
    sent, received, streams = evaluation.transmit(pipeline.channel, pictures)
    np.testing.assert_array_equal(sent, np.rint(255 * pictures))
    for picture, seen, stream in zip(sent, received, streams, strict=True):
        assert stream == codecs.compress(picture, codecs.find(coded))
        np.testing.assert_array_equal(seen, codecs.decompress(stream, pipeline.codec))


def test_what_jpeg_does_to_the_patches_is_told_too(model, training_set, tmp_path):
    evaluation.evaluate(model, training_set, SETTINGS, LABELS, tmp_path / "evaluation.json")
    cost = json.loads((tmp_path / "evaluation.json").read_text())["compression"]
    assert 0 < cost["effective_bpp"] < cost["bpp"]


@pytest.mark.parametrize("labels", [LABELS, {**CODED, "colour": "red"}])
def test_a_run_behind_a_learned_codec_needs_its_weight_as_a_label(coded, training_set, tmp_path, labels):
    with pytest.raises(UserError, match="lambda_codec"):
        evaluation.evaluate(coded, training_set, SETTINGS, labels, tmp_path / "evaluation.json")
