"""Tests of a forensic network on other pictures: what counts, what is passed over, and what it depends on."""

import json
import shutil

import imageio.v3 as imageio
import numpy as np
import pytest
import tiny_codec
import tiny_forensics

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import forensics as evaluation
from neural_imaging.evaluation import transfer
from neural_imaging.forensics.channel import Channel

SETTINGS = {"windows": 5}
MANIPULATIONS = ("jpeg:80", "awgn:5")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A run whose pipeline passes developed pictures through, so that its own evaluation is a test of transfer too."""
    folder = tmp_path_factory.mktemp("transfer")
    models.create("ONet").save(folder / "onet.keras")
    tiny_forensics.make("ONet", manipulations=MANIPULATIONS).save(folder / "model.keras")
    return folder / "model.keras"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two good pictures, one of odd sides and grey, and two files that cannot be used."""
    folder, random = tmp_path_factory.mktemp("pictures"), np.random.default_rng(7)
    imageio.imwrite(folder / "b.png", random.integers(0, 256, (64, 80, 3), np.uint8))
    (folder / "deeper").mkdir()
    imageio.imwrite(folder / "deeper/a.png", random.integers(0, 256, (41, 47), np.uint8))
    imageio.imwrite(folder / "small.png", random.integers(0, 256, (80, 30, 3), np.uint8))
    (folder / "broken.jpg").write_bytes(b"no picture")
    return folder


def judge(model, sources, path, **more):
    found = transfer.judge(model, sources, SETTINGS, path, **more)
    assert json.loads(path.read_text(encoding="utf-8"))["sets"] == found
    return found


def test_pictures_of_its_own_are_judged_as_in_its_own_evaluation(model, training_set, tmp_path):
    (found,) = judge(model, {"own": training_set}, tmp_path / "test.json")
    labels = {"camera": "test", "isp": "ONet", "channel": "jpeg50", "lambda_isp": "fan-only"}
    labels |= {"lambda_codec": "none", "signature": "none", "run": 0}
    settings = {**SETTINGS, "patches": 1, "patch": 16}
    evaluation.evaluate(model, training_set, settings, labels, tmp_path / "evaluation.json")
    own = json.loads((tmp_path / "evaluation.json").read_text(encoding="utf-8"))
    assert found["differentiable"] == own["whole"]["differentiable"]
    assert found["libjpeg"] == own["whole"]["libjpeg"]
    # Of eight photographs two are for validation.
    assert (found["pictures"], found["windows"]) == (2, 5)
    assert np.sum(found["libjpeg"]["confusion"], axis=1).tolist() == [10] * 3


def test_what_cannot_be_used_is_listed_and_passed_over(model, folder, tmp_path):
    (found,) = judge(model, {"mine": folder}, tmp_path / "test.json")
    assert (found["pictures"], found["windows"]) == (2, 5)
    reasons = {one["file"]: one["reason"] for one in found["refused"]}
    assert reasons.keys() == {"broken.jpg", "small.png"}
    assert "picture" in reasons["broken.jpg"]
    assert "30 × 80 pixels, smaller than the 32 of which a window is received" in reasons["small.png"]


def test_a_set_is_judged_alike_whatever_comes_before_it(model, folder, training_set, tmp_path):
    """There is noise among the manipulations."""
    alone = judge(model, {"mine": folder}, tmp_path / "alone.json")
    behind = judge(model, {"own": training_set, "mine": folder}, tmp_path / "behind.json")
    assert behind[1] == alone[0]


def test_a_table_names_the_pictures_of_a_data_set(model, folder, tmp_path):
    table = tmp_path / "images.csv"
    imageio.imwrite(tmp_path / "0000-b.png", imageio.imread(folder / "b.png"))
    table.write_text("file,picture,status\nb.png,0000-b.png,used\nc.png,,refused\nd.png,0001-d.png,used\n")
    (found,) = judge(model, {"set": table}, tmp_path / "test.json")
    assert found["pictures"] == 1
    assert found["refused"] == [{"file": "0001-d.png", "reason": "no such file"}]
    record = json.loads((tmp_path / "test.json").read_text(encoding="utf-8"))
    assert set(record["inputs"]) == {str(model), str(table)}


def test_another_quality_of_the_channel_is_taken(model, folder):
    pipeline = models.load(model)
    pictures = np.random.default_rng(2).random((1, 64, 64, 3), np.float32)
    poor = transfer.behind_onet(pipeline, quality=5).channel(pictures)
    assert np.abs(np.asarray(poor) - np.asarray(pipeline.channel(pictures))).mean() > 0.01
    assert transfer.behind_onet(pipeline).channel is pipeline.channel


def test_other_strengths_are_taken_and_another_number_of_manipulations_is_not(model):
    pipeline = models.load(model)
    assert transfer.behind_onet(pipeline, manipulations=["jpeg:60", "awgn:2"]).manipulations == ["jpeg:60", "awgn:2"]
    with pytest.raises(UserError, match="must be 2 in this order, not 1"):
        transfer.behind_onet(pipeline, manipulations=["jpeg:60"])
    for others in (["awgn:2", "jpeg:60"], ["jpeg:60", "median:3"], ["jpeg:60", "jpeg:80"]):
        with pytest.raises(UserError, match="its classes are in this order"):
            transfer.behind_onet(pipeline, manipulations=others)


def test_a_link_that_leads_nowhere_is_listed(model, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "linked")
    (tmp_path / "linked/dangling.png").symlink_to("nowhere.png")
    (found,) = judge(model, {"a": tmp_path / "linked"}, tmp_path / "test.json")
    assert "dangling.png" in [one["file"] for one in found["refused"]]


def test_behind_a_learned_codec_the_bit_stream_has_the_last_word(training_set, tmp_path):
    channel = Channel("none", codec="dcn", network=tiny_codec.make())
    tiny_forensics.make("ONet", channel=channel, manipulations=MANIPULATIONS).save(tmp_path / "model.keras")
    (found,) = judge(tmp_path / "model.keras", {"own": training_set}, tmp_path / "test.json")
    assert np.sum(found["bitstream"]["confusion"]) == 3 * 10
    assert "libjpeg" not in found
    with pytest.raises(UserError, match="codec dcn, which has no quality"):
        transfer.behind_onet(models.load(tmp_path / "model.keras"), quality=50)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder / "absent", "no such folder of pictures or images.csv"),
        (lambda folder: _written(folder / "other.csv", "a,b\n1,2\n"), "neither a folder of pictures nor"),
        (lambda folder: _written(folder / "bad/one.png", "text").parent, "no picture of these can be used (one.png: "),
    ],
)
def test_a_set_without_pictures_is_refused(model, tmp_path, make, message):
    with pytest.raises(UserError) as refused:
        transfer.judge(model, {"mine": make(tmp_path)}, SETTINGS, tmp_path / "test.json")
    assert message in str(refused.value)
    assert not (tmp_path / "test.json").exists()


def test_a_model_without_a_forensic_network_is_refused(model, folder, tmp_path):
    with pytest.raises(UserError, match="holds a ONet, not a forensic pipeline"):
        transfer.judge(model.parent / "onet.keras", {"mine": folder}, SETTINGS, tmp_path / "test.json")


def _written(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
