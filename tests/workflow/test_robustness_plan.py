"""Tests under other conditions in the plan: which runs and conditions, what a change reruns, and one line a mistake."""

import pytest
from checked import ROOT, check_refusal, refusal
from planning import codecs, headline, robustness

from neural_imaging.study import overlay

UNKNOWN = {"manipulations": ["median:3"]}
MISTAKES = {
    "unknown experiment": ({"experiment": "cvpr"}, {}, ["robustness.trained.0.experiment", "'cvpr'", "cvpr2019"]),
    "a channel of another": ({"channels": ["4c"]}, {}, ["robustness.trained.0.channels", "experiments.cvpr2019"]),
    "too many runs": ({"runs": 3}, {}, ["robustness.trained.0.runs", "2 runs, not 3"]),
    "a name, which only other pictures need": ({"name": "a"}, {}, ["robustness.trained.0", "unknown key 'name'"]),
    "unknown channel": ({}, {"a": {"channel": "jpg50"}}, ["robustness.conditions.a.channel", "'jpg50'", "jpeg50"]),
    "unknown pipeline": ({}, {"a": {"isp": "Unet"}}, ["robustness.conditions.a.isp", "'Unet'", "UNet"]),
    "settings that are none": ({}, {"a": {"isp": "Python:{menon}"}}, ["robustness.conditions.a.isp", "Python"]),
    "unknown key": ({}, {"a": {"rounded": True}}, ["robustness.conditions.a", "did you mean 'round'"]),
    "nothing other": ({}, {"a": {}}, ["robustness.conditions.a", "needs one of the keys"]),
    "a taken name": ({}, {"worst": UNKNOWN}, ["robustness.conditions.worst", "a line worst of their own"]),
    "unknown manipulation": ({}, {"a": {"manipulations": ["medina"]}}, ["conditions.a.manipulations", "medina"]),
    "some of the classes": (
        {},
        {"a": {"manipulations": ["jpeg:70"]}},
        ["robustness.conditions.a.manipulations", "none"],
    ),
    "no conditions": ({}, None, ["robustness.conditions"]),
}


@pytest.fixture
def content(smoke_content):
    return smoke_content()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_that_names_the_key(content, mistake):
    trained, more, expected = MISTAKES[mistake]
    content["robustness"]["trained"][0] |= trained
    content["robustness"]["conditions"] = {} if more is None else {**content["robustness"]["conditions"], **more}
    check_refusal(content, expected)


def test_a_run_twice_is_refused(content):
    content["robustness"]["trained"] *= 2
    assert "robustness.trained: has the run cvpr2019/camera~simulated/" in refusal(content)


def test_a_pipeline_that_develops_nothing_is_refused(content):
    content["isps"]["ONet"] = {**content["isps"]["UNet"], "model": "ONet", "settings": {}}
    content["robustness"]["conditions"]["a"] = {"isp": "ONet"}
    assert "robustness.conditions.a.isp: ONet passes developed pictures through" in refusal(content)


def test_a_channel_of_which_no_window_is_received_is_refused(content):
    content["channels"]["tiny"] = {"steps": [{"step": "resize", "factor": 20}]}
    content["robustness"]["conditions"]["a"] = {"channel": "tiny"}
    expected = "conditions.a.channel: of photographs of camera simulated 12 pixels a side are received behind tiny"
    assert expected in refusal(content)


def test_a_condition_can_be_for_the_runs_of_some_protocols(content):
    content["protocols"]["three"] = {**content["protocols"]["cvpr2019"], "manipulations": ["sharpen:1", "gaussian:0.8"]}
    content["experiments"]["three"] = {**content["experiments"]["cvpr2019"], "protocol": "three"}
    content["robustness"]["trained"].append({"experiment": "three", "runs": 1})
    content["robustness"]["conditions"] = {"jpeg": {"manipulations": ["jpeg:80"]}, "rounded": {"round": True}}
    assert "manipulations: jpeg has jpeg, which the network knows" in refusal(content)
    assert "(protocol cvpr2019; with `protocols` it is for runs of these alone)" in refusal(content)
    content["robustness"]["conditions"]["jpeg"]["protocols"] = ["three"]
    assert refusal(content) is None
    assert set(robustness.named(content, "simulated", "cvpr2019")) == {"rounded"}
    assert robustness.named(content, "simulated", "three")["jpeg"] == {"manipulations": ["jpeg:80"]}


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"round": True, "protocols": ["iclr2020"]}, ["conditions.a.protocols", "robustness.trained", "cvpr2019"]),
        ({"round": True, "protocols": ["cvpr"]}, ["conditions.a.protocols", "'cvpr'", "did you mean 'cvpr2019'"]),
        ({"protocols": ["cvpr2019"]}, ["conditions.a", "needs one of the keys"]),
    ],
)
def test_wrong_protocols_of_a_condition_are_refused(content, condition, words):
    content["robustness"]["conditions"]["a"] = condition
    check_refusal(content, words)


def test_a_manipulation_that_the_papers_training_leaves_out_is_a_condition_of_its_runs_alone():
    paper = overlay.read(ROOT / "config/paper.yaml", ROOT / overlay.DEFAULTS)
    whole, without = (paper["protocols"][name]["manipulations"] for name in ("cvpr2019_whole", "without_jpeg"))
    (left_out,) = set(whole) - set(without)
    assert robustness.named(paper, "D90", "without_jpeg")["left-out"] == {"manipulations": [left_out]}
    assert "left-out" not in robustness.named(paper, "D90", "cvpr2019_whole")


def test_the_name_of_the_target_is_taken(content):
    content["experiments"]["robustness"] = content["experiments"].pop("iclr2020")
    content["transfer"]["trained"][0]["experiment"] = "robustness"
    assert "experiments.robustness: this name is taken" in refusal(content)


def test_programs_get_settings_of_channels_and_files_of_models(content):
    given = {"codec": {"channel": "4c"}, "jpeg": {"channel": "jpeg50-alone"}, "other": {"isp": "INet", "round": True}}
    content["robustness"]["conditions"] = {**given, "python": {"isp": "Python"}}
    assert refusal(content) is None
    found = robustness.named(content, "simulated", "cvpr2019")
    assert found["codec"]["channel"]["name"] == "results/codecs/4c/model.keras"
    assert found["jpeg"]["channel"] == content["channels"]["jpeg50-alone"]
    assert found["other"] == {"isp": "results/isp/simulated/INet/model.keras", "round": True}
    assert found["python"] == {"isp": "Python"}
    models = ["results/codecs/4c/model.keras", "results/isp/simulated/INet/model.keras"]
    assert robustness.models(content, "simulated", "cvpr2019") == models
    assert robustness.of_networks(content) == ["INet", "TwitterDCN"]


def test_a_codec_of_a_condition_alone_is_one_that_is_used(content):
    del content["experiments"]["iclr2020"], content["transfer"], content["codec_studies"]
    assert "4c" not in codecs.used_pictures(content)[0]
    content["robustness"]["conditions"]["codec"] = {"channel": "4c"}
    assert "4c" in codecs.used_pictures(content)[0]


def test_channels_of_several_qualities_are_spelled_out(content):
    defaults = overlay.texts.of_file(ROOT / overlay.DEFAULTS)
    own = overlay.texts.of_file(ROOT / "config/smoke.yaml")
    own["channels"]["jpeg*"] = {**content["channels"]["jpeg50"], "qualities": [50, 60]}
    own["robustness"]["trained"] = [{"experiment": "cvpr2019", "channels": ["jpeg*"]}]
    assert overlay.complete(defaults, own)["robustness"]["trained"][0]["channels"] == ["jpeg50", "jpeg60"]


def test_the_headline_has_the_table_where_its_experiments_are_tested(content):
    assert headline.tables(content)["--robustness="] == "results/tables/robustness_gains.csv"
    content["robustness"]["trained"] = [{"experiment": "iclr2020", "runs": 1}]
    assert "--robustness=" in headline.tables(content)
    del content["robustness"]
    assert "--robustness=" not in headline.tables(content)


def test_a_configuration_needs_no_such_tests(checkout):
    jobs = checkout.plan(config=checkout.configuration(lambda content: content.pop("robustness")))
    assert not [name for name in jobs if "robustness" in name]


class TestAfterAChange:
    """Results are there; then one thing changes."""

    def test_more_windows_test_again_and_train_nothing(self, finished):
        def more(content):
            content["robustness"]["windows"] = 3

        jobs = finished.plan("robustness", config=finished.configuration(more))
        assert jobs == {"evaluate_robustness": 2, "tabulate_robustness": 1, "plot": 1, "robustness": 1}

    def test_another_order_of_conditions_tests_nothing_again(self, finished):
        def other(content):
            conditions = content["robustness"]["conditions"]
            content["robustness"]["conditions"] = dict(sorted(conditions.items(), reverse=True))

        # yaml.safe_dump sorts, so that this is told from the order of the smoke configuration itself.
        jobs = finished.plan("robustness", config=finished.configuration(other))
        assert "evaluate_robustness" not in jobs

    def test_another_run_tests_that_run_alone(self, finished):
        def another(content):
            content["robustness"]["trained"][0]["runs"] = 2

        jobs = finished.plan("robustness", config=finished.configuration(another))
        assert jobs == {"evaluate_robustness": 1, "tabulate_robustness": 1, "plot": 1, "robustness": 1}
