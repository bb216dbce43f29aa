"""Presets in the plan: which run's model each is, what its card is made from, and one line for a mistake."""

import pytest
from checked import ROOT, check_refusal, refusal
from planning import codecs, presets

from neural_imaging import presets as names
from neural_imaging.study import overlay

RUN = "camera~simulated/isp~UNet/channel~jpeg50/lambda_isp~fan-only/lambda_codec~none/signature~none/run~1"
FAN = {"experiment": "cvpr2019", "isp": "UNet", "lambda_isp": "fan-only", "signature": "none", "run": 1}
MISTAKES = {
    "nothing": ({}, ["presets.mine", "needs one of the keys"]),
    "an unknown codec": ({"codec": "4"}, ["presets.mine.codec", "'4'", "4c"]),
    "two in one": ({"codec": "4c", "isp": "UNet"}, ["presets.mine", "key 'codec' has no key 'isp'"]),
    "a pipeline of nobody": ({"isp": "UNet"}, ["presets.mine", "missing key 'camera'"]),
    "an unknown key": ({"codec": "4c", "seed": 1}, ["presets.mine", "unknown key 'seed'"]),
    "a run that is not there": (
        {**FAN, "run": 7},
        ["presets.mine", "experiments.cvpr2019 has no run camera~"],
    ),
    "a λ that is not there": ({**FAN, "lambda_isp": 7}, ["presets.mine", "has no run", "lambda_isp~7/"]),
}


@pytest.fixture
def content(smoke_content):
    return smoke_content()


def with_presets(content):
    content["presets"] = {"fan": FAN, "small": {"codec": "4c"}, "camera": {"isp": "UNet", "camera": "simulated"}}
    content["presets"]["joint"] = {"experiment": "iclr2020"}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_that_names_the_key(content, mistake):
    entry, expected = MISTAKES[mistake]
    content["presets"] = {"mine": entry}
    check_refusal(content, expected)


def test_a_preset_is_not_called_like_a_network(content):
    content["presets"] = {"INet": {"codec": "4c"}}
    assert "presets.INet: is the name of a network" in refusal(content)


def test_cards_are_made_from_what_there_is_of_the_model(content):
    with_presets(content)
    content["robustness"]["trained"][0] |= {"runs": 2}
    assert refusal(content) is None
    assert presets.folder(content, "fan") == f"results/forensics/cvpr2019/{RUN}"
    assert presets.made_from(content, "fan") == {
        "--images": ["results/data/simulated/images.csv"],
        "--evaluation": [f"results/forensics/cvpr2019/{RUN}/evaluation.json"],
        "--robustness": [f"results/robustness/cvpr2019/{RUN}/robustness.json"],
    }
    content["robustness"]["trained"][0] |= {"runs": 1}
    assert "--robustness" not in presets.made_from(content, "fan")
    (data_set,) = content["codec_studies"]["iclr2020"]["data_sets"]
    profiles = [f"results/profiles/{data_set}/{codec}.json" for codec in ("jpeg", "4c")]
    assert presets.made_from(content, "small")["--profiles"] == profiles
    assert presets.made_from(content, "camera")["--photographs"] == ["results/isp/simulated/UNet/evaluation.csv"]
    # What the experiment's example is, and the set that its codec has learned from.
    pictures = content["codecs"]["4c"]["pictures"]
    assert f"results/pictures/{pictures}/images.csv" in presets.made_from(content, "joint")["--images"]
    assert presets.networks(content, "joint") == ["UNet", "FAN", "TwitterDCN"]


def test_the_codec_that_is_taken_by_default_is_one_that_is_made():
    overnight = overlay.read(ROOT / "config/overnight.yaml", ROOT / overlay.DEFAULTS)
    assert names.CODEC in overnight["presets"]


def test_a_codec_that_is_a_preset_alone_is_one_that_is_used(content):
    del content["experiments"]["iclr2020"], content["transfer"], content["codec_studies"]
    content["presets"] = {"small": {"codec": "4c"}}
    assert refusal(content) is None
    assert "4c" in codecs.used_pictures(content)[0]
    assert "--profiles" not in presets.made_from(content, "small")


@pytest.mark.slow
def test_presets_are_a_target_of_their_own_and_no_part_of_all(checkout):
    config = checkout.configuration(with_presets)
    jobs = checkout.plan("presets", config=config)
    assert (jobs["make_preset"], jobs["train_forensics"], jobs["train_dcn"], jobs["evaluate_isp"]) == (4, 2, 1, 1)
    assert "plot" not in jobs
    assert "make_preset" not in checkout.plan(config=config)
