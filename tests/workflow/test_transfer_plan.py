"""Tests on other pictures in the plan: which runs and sets, what a change reruns, and one line a mistake."""

import pytest
from checked import check_refusal, refusal
from planning import codecs, transfer

MISTAKES = {
    "unknown experiment": ({"experiment": "cvpr"}, {}, ["transfer.trained.0.experiment", "'cvpr'", "cvpr2019"]),
    "a channel of another": ({"channels": ["jpeg50"]}, {}, ["transfer.trained.0.channels", "experiments.iclr2020"]),
    "a λ that it has not": ({"lambda_codec": [0.5]}, {}, ["trained.0.lambda_codec", "0.5", "basic, 0.001"]),
    "text as λ": ({"lambda_isp": ["1e-4"]}, {}, ["trained.0.lambda_isp", "'1e-4'", "0.0001"]),
    "a signature that it has not": ({"signature": [1.5]}, {}, ["trained.0.signature", "1.5", "none"]),
    "too many runs": ({"runs": 2}, {}, ["trained.0.runs", "1 runs, not 2"]),
    "unknown key": ({"channel": "4c"}, {}, ["transfer.trained.0", "did you mean 'channels'"]),
    "unknown data set": ({}, {"data_sets": ["kodak"]}, ["transfer.data_sets", "'kodak'", "simulated"]),
    "unknown camera": ({}, {"cameras": ["D90"]}, ["transfer.cameras", "'D90'", "simulated"]),
    "one name for two sets": ({}, {"cameras": ["simulated"]}, ["transfer.cameras", "also the name of a data set"]),
    "no windows": ({}, {"windows": 0}, ["transfer.windows"]),
    "no runs": ({}, {"trained": []}, ["transfer.trained"]),
}


@pytest.fixture
def content(smoke_content):
    return smoke_content()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_that_names_the_key(content, mistake):
    trained, section, expected = MISTAKES[mistake]
    content["transfer"]["trained"][0] |= trained
    content["transfer"] |= section
    check_refusal(content, expected)


def test_patches_that_a_data_set_has_no_room_for_are_refused(content):
    content["data_sets"]["simulated"]["side"] = 24
    content["codec_studies"]["iclr2020"]["channelwise"]["sizes"] = [16]
    content["codec_studies"]["iclr2020"]["examples"]["side"] = 16
    assert "transfer.data_sets: pictures of simulated have 24 pixels a side" in refusal(content)


def test_a_run_twice_under_one_name_is_refused(content):
    content["transfer"]["trained"] *= 2
    assert "transfer.trained: has a run twice under the name scenes" in refusal(content)


def test_the_name_of_the_target_is_taken(content):
    content["experiments"]["transfer"] = content["experiments"].pop("cvpr2019")
    del content["robustness"], content["localisation"], content["attacks"]
    assert "experiments.transfer: this name is taken" in refusal(content)


def test_without_a_name_each_camera_is_called_by_its_own(content):
    content["experiments"]["cvpr2019"]["cameras"] = ["a", "b"]
    content["transfer"]["trained"] = [{"experiment": "cvpr2019", "lambda_isp": ["fan-only"], "runs": 1}]
    found = transfer.described(content, codecs.learned_channels(content))
    assert [(one["trained_on"], one["grid"]["camera"]) for one in found] == [("a", ["a"]), ("b", ["b"])]
    assert found[0]["grid"]["lambda_isp"] == ["fan-only"]
    assert found[0]["grid"]["run"] == [0]


def test_a_configuration_needs_no_transfer(checkout):
    jobs = checkout.plan(config=checkout.configuration(lambda content: content.pop("transfer")))
    assert not [name for name in jobs if "transfer" in name or name == "evaluate_fan"]


class TestAfterAChange:
    """Results are there; then one thing changes."""

    def test_more_windows_test_again_and_train_nothing(self, finished):
        def more(content):
            content["transfer"]["windows"] = 3

        jobs = finished.plan("transfer", config=finished.configuration(more))
        assert jobs == {
            "evaluate_fan": 2,
            "tabulate_transfer": 1,
            "plot": 1,
            "transfer": 1,
        }

    def test_another_run_tests_that_run_alone(self, finished):
        def another(content):
            chosen = {"experiment": "cvpr2019", "lambda_isp": ["fan-only"], "signature": ["none"], "runs": 1}
            content["transfer"]["trained"].append(chosen)

        jobs = finished.plan("transfer", config=finished.configuration(another))
        assert jobs == {"evaluate_fan": 1, "tabulate_transfer": 1, "plot": 1, "transfer": 1}
