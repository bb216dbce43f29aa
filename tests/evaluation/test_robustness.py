"""Tests under other conditions: what each changes, what they share, and what is refused."""

import json

import imageio.v3 as imageio
import numpy as np
import pytest
import tiny_codec
import tiny_forensics

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import images
from neural_imaging.evaluation import conditions, robustness, transmission, whole
from neural_imaging.evaluation import forensics as evaluation
from neural_imaging.forensics.channel import Channel
from neural_imaging.layers.tile import Signature
from neural_imaging.tables import detection

SETTINGS = {"windows": 5}
JPEG20 = {"downsampling": "pool", "factor": 2, "codec": "jpeg", "quality": 20, "rounding": "soft"}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("robustness") / "model.keras"
    tiny_forensics.make().save(path)
    return path


@pytest.fixture(scope="module")
def pipeline(model):
    return models.load(model)


@pytest.fixture(scope="module")
def photographs(training_set, pipeline):
    return images.read(training_set, "validation", pipeline.isp)


def judge(model, source, given, path, **more):
    robustness.judge(model, source, given, SETTINGS, path, **more)
    content = json.loads(path.read_text(encoding="utf-8"))
    return content, {each["name"]: each for each in content["conditions"]}


def looked(pipeline, photographs, given):
    """Probabilities under each condition, stacked over its versions."""
    chosen = conditions.build(pipeline, given)
    judged, fidelity = robustness.look(pipeline, photographs, chosen, 5)
    return {each.name: np.stack([judged[key] for key in each.looks()], axis=1) for each in chosen.each}, fidelity


def test_its_own_condition_is_its_own_evaluation(training_set, tmp_path):
    """INet with a tile takes multiples of 16 cells, so that photographs are not developed to their end."""
    tiny_forensics.make("INet", phase=32).save(tmp_path / "model.keras")
    _, found = judge(tmp_path / "model.keras", training_set, {}, tmp_path / "robustness.json")
    labels = {"camera": "test", "isp": "INet", "channel": "jpeg50", "lambda_isp": "fan-only"}
    labels |= {"lambda_codec": "none", "signature": "none", "run": 0}
    settings = {**SETTINGS, "patches": 1, "patch": 16}
    evaluation.evaluate(tmp_path / "model.keras", training_set, settings, labels, tmp_path / "evaluation.json")
    own = json.loads((tmp_path / "evaluation.json").read_text(encoding="utf-8"))["whole"]
    assert {key: found["own"][key] for key in own["libjpeg"]} == own["libjpeg"]
    np.testing.assert_allclose(found["own"]["psnr"], own["photographs"]["psnr"], rtol=1e-4)


def test_a_condition_that_changes_nothing_gives_what_its_own_does(pipeline, photographs):
    """It goes another way: a channel and manipulations that are given, not taken from the run."""
    channel = {"downsampling": "pool", "factor": 2, "codec": "jpeg", "quality": 50, "rounding": "soft"}
    given = {"same": {"channel": channel, "manipulations": list(tiny_forensics.MANIPULATIONS)}}
    judged, _ = looked(pipeline, photographs, given)
    # Some processors sum a window in another order at another place of the batch.
    np.testing.assert_allclose(judged["same"], judged["own"], rtol=0, atol=1e-6)


def test_conditions_share_what_is_equal_in_them(pipeline):
    given = {"rounded": {"round": True}, "jpeg20": {"channel": JPEG20}, "both": {"channel": JPEG20, "round": True}}
    looks = [key for each in conditions.build(pipeline, given).each for key in each.looks()]
    # Four versions of four pairs of a picture and a channel.
    assert len(looks) == len(set(looks)) == 16
    unknown = {**given, "median": {"manipulations": ["median:3"]}}
    looks = [key for each in conditions.build(pipeline, unknown).each for key in each.looks()]
    assert len(set(looks)) == 17


def test_a_channel_is_the_real_one(pipeline, photographs):
    judged, _ = looked(pipeline, photographs, {"jpeg20": {"channel": JPEG20}})
    image, index = photographs[1], 1
    received = transmission.real(Channel(**JPEG20), whole.develop(pipeline, image))[1]
    assert received.dtype == np.uint8
    places = whole.places(received.shape[:2], 16, 5, index)
    seen = whole.cut(received, places, 16).astype(np.float32) / 255
    np.testing.assert_allclose(judged["jpeg20"][index, 0], np.asarray(pipeline.fan(seen)), atol=1e-5)


def test_rounded_photographs_have_256_levels(pipeline, photographs):
    picture = conditions.rounded(whole.develop(pipeline, photographs[0]))
    np.testing.assert_allclose(255 * picture, np.rint(255 * picture), atol=1e-4)
    judged, fidelity = looked(pipeline, photographs, {"rounded": {"round": True}})
    assert np.any(judged["rounded"] != judged["own"])
    np.testing.assert_allclose(judged["rounded"], judged["own"], atol=0.3)
    assert fidelity["", True] != fidelity["", False]


def test_another_pipeline_takes_the_place_of_the_whole_camera(training_set, photographs, tmp_path):
    """The target's own pipeline gives the target, without the signature that the run's camera adds."""
    signed = tiny_forensics.make(signature=Signature(strength=20, period=8, seed=1))
    assert np.any(whole.develop(signed, photographs[0]) != whole.develop(tiny_forensics.make(), photographs[0]))
    chosen = conditions.build(signed, {"python": {"isp": "Python"}})
    picture = chosen.cameras["Python"](photographs[0])
    assert picture.shape == photographs[0].target.shape
    np.testing.assert_allclose(255 * picture, np.rint(255 * picture), atol=1e-4)
    models.create("INet", cfa_pattern="RGGB").save(tmp_path / "model.keras")
    chosen = conditions.build(signed, {"other": {"isp": str(tmp_path / "model.keras")}})
    assert np.any(chosen.cameras[str(tmp_path / "model.keras")](photographs[0]) != picture)


def test_unknown_manipulations_are_told_from_native_alone(model, training_set, tmp_path):
    content, found = judge(model, training_set, {"median": {"manipulations": ["median:3"]}}, tmp_path / "r.json")
    median = found["median"]
    assert not median["known"]
    assert "accuracy" not in median
    assert np.shape(median["flagged"]) == (len(content["photographs"]["image"]), 2)
    # The native version is that of its own condition.
    assert [line[0] for line in median["flagged"]] == [line[0] for line in found["own"]["flagged"]]
    assert 0 <= np.mean(median["auc"]) <= 1


def test_other_strengths_are_classes(model, training_set, tmp_path):
    weak = ["sharpen:0.5", "awgn:2", "resample:75"]
    _, found = judge(model, training_set, {"weak": {"manipulations": weak}}, tmp_path / "r.json")
    assert found["weak"]["known"]
    assert found["weak"]["manipulations"] == weak
    assert found["weak"]["accuracy"] == np.sum(found["weak"]["hits"]) / (2 * 4 * 5)
    assert found["weak"]["confusion"][0] == found["own"]["confusion"][0]


def test_the_area_is_that_of_all_pairs_and_has_a_part_for_each_photograph():
    random = np.random.default_rng(1)
    probabilities = np.round(random.dirichlet(np.ones(3), (4, 3, 6)), 1)
    native, manipulated = probabilities[:, 0, :, 0].ravel(), probabilities[:, 1:, :, 0].ravel()
    pairs = (native[:, np.newaxis] > manipulated) + 0.5 * (native[:, np.newaxis] == manipulated)
    values = robustness.areas(probabilities)
    assert len(values) == 4
    assert np.mean(values) == pytest.approx(pairs.mean())
    truth = np.repeat([[False, True, True]] * 4, 6, axis=1)
    assert np.mean(values) == pytest.approx(
        detection.ranked(detection.score(probabilities).ravel(), truth.ravel())["auc"], abs=1e-9
    )
    # Drawing a photograph twice and leaving another out changes the area by about what the values say.
    many = np.concatenate([probabilities] * 8)
    drawn = many[[0, *range(31)]]
    expected = np.mean(robustness.areas(many)) + (values[0] - values[3]) / 32
    assert np.mean(robustness.areas(drawn)) == pytest.approx(expected, abs=2e-3)


def test_certain_answers_have_an_area_of_1_and_none_that_is_flagged():
    probabilities = np.zeros((2, 3, 4, 3))
    for version in range(3):
        probabilities[:, version, :, version] = 1
    assert robustness.areas(probabilities) == [1, 1]
    assert robustness.areas(probabilities[..., [1, 0, 2]])[0] == pytest.approx(0.25)


def test_a_learned_codec_can_be_the_channel_of_a_condition(model, training_set, tmp_path):
    tiny_codec.make().save(tmp_path / "codec.keras")
    channel = {"downsampling": "none", "factor": 1, "codec": "dcn", "name": str(tmp_path / "codec.keras")}
    _, found = judge(model, training_set, {"codec": {"channel": channel}}, tmp_path / "r.json")
    assert found["codec"]["hits"] != found["own"]["hits"]


def test_a_folder_of_raw_files_is_developed_by_the_run(model, photograph, tmp_path):
    path = photograph("mine/one.dng")
    (path.parent / "notes.png").write_bytes(b"none")
    content, found = judge(model, path.parent, {"python": {"isp": "Python"}}, tmp_path / "r.json")
    assert content["photographs"]["image"] == ["one.dng"]
    assert [bad["reason"] for bad in content["refused"]] == ["not a RAW file by its name"]
    # Its target is what that pipeline gives.
    assert found["python"]["psnr"][0] > 50 > found["own"]["psnr"][0]


def test_pictures_take_the_place_of_developed_photographs(model, tmp_path):
    (tmp_path / "mine").mkdir()
    imageio.imwrite(tmp_path / "mine/a.png", np.random.default_rng(1).integers(0, 256, (64, 80, 3), np.uint8))
    content, found = judge(model, tmp_path / "mine", {"jpeg20": {"channel": JPEG20}}, tmp_path / "r.json")
    assert content["photographs"]["image"] == ["a.png"]
    assert list(found) == ["own", "jpeg20"]
    given = {"python": {"isp": "Python"}, "some": {"manipulations": ["awgn:2"]}, "jpeg20": {"channel": JPEG20}}
    content, found = judge(model, tmp_path / "mine", given, tmp_path / "r.json", whatever_fits=True)
    assert list(found) == ["own", "jpeg20"]
    assert [bad["name"] for bad in content["left_out"]] == ["python", "some"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"own": {"round": True}}, "condition own: the tables have a line own of their own"),
        ({"a": {"rounded": True}}, "condition a: unknown key 'rounded'"),
        ({"a": {"round": 1}}, "condition a.round must be true or false"),
        ({"a": {"channel": {"codec": "jpg"}}}, "condition a.channel.codec must be one of"),
        ({"a": {"channel": {"codec": "dcn"}}}, "condition a.channel: a channel with codec dcn takes a learned codec"),
        ({"a": {"channel": {"steps": [{"step": "blurr"}]}}}, "condition a.channel.steps.0.step must be one of"),
        ({"a": {"channel": "messager"}}, "channel 'messager' is not known (did you mean 'messenger'?)"),
        ({"a": {"manipulations": ["awgn:2"]}}, "condition a: manipulations: awgn has awgn, which the network knows"),
        ({"a": {"manipulations": ["awgn:2", "sharpen:1", "resample:50"]}}, "in this order: sharpen, awgn, resample"),
        ({"a": {"isp": "Pyton"}}, "condition a.isp: Pyton: no such pipeline"),
        ({"a": {"isp": 'Python:{"demosaic": "menon"}'}}, "condition a.isp: Python has no setting 'demosaic'"),
        ({"a": {"isp": 'INet:{"kernel": "5"}'}}, "condition a.isp: kernel must be an odd whole number"),
        ({"a": {"isp": "libRAW"}}, "condition a.isp: libRAW takes no Bayer stacks"),
        ({"a": {"isp": "ONet"}}, "condition a.isp: ONet takes no Bayer stacks"),
        ({"a": {"isp": "absent.keras"}}, "condition a.isp: absent.keras: no such"),
        ({"a": {}}, "condition a: needs one of the keys"),
        ({"a": None}, "condition a must be a mapping"),
        ({"": {"round": True}}, "the name of a condition must be a non-empty text"),
        ({"a": {"channel": None}}, "condition a.channel must be a mapping"),
        ({"a": {"channel": {"steps": [{"step": []}]}}}, "condition a.channel.steps.0.step must be one of"),
        ({"a": {"channel": {"quality": 2.0}}}, "condition a.channel.quality must be a whole number"),
        ({"a": {"channel": {"codec": {}}}}, "condition a.channel.codec must be one of"),
    ],
)
def test_a_wrong_condition_is_refused_by_name(model, training_set, tmp_path, given, words):
    with pytest.raises(UserError) as refused:
        robustness.judge(model, training_set, given, SETTINGS, tmp_path / "r.json")
    assert words in str(refused.value)
    assert not (tmp_path / "r.json").exists()


def test_a_channel_of_which_no_window_is_received_is_refused(model, training_set, tmp_path):
    given = {"tiny": {"channel": {**JPEG20, "factor": 16}}}
    with pytest.raises(UserError, match="behind a channel of the conditions 12 × 10 pixels are received"):
        robustness.judge(model, training_set, given, SETTINGS, tmp_path / "r.json")


def test_pictures_alone_have_no_other_pipeline(training_set, tmp_path):
    tiny_forensics.make("ONet").save(tmp_path / "model.keras")
    with pytest.raises(UserError, match="no RAW that Python could develop"):
        robustness.judge(
            tmp_path / "model.keras", training_set, {"a": {"isp": "Python"}}, SETTINGS, tmp_path / "r.json"
        )
