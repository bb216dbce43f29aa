"""Tests of localisation in the plan: which runs and regions, what a change reruns, and one line a mistake."""

import pytest
from checked import ROOT, check_refusal, refusal
from planning import codecs, expected, localisation, targets

from neural_imaging.study import overlay

MISTAKES = {
    "unknown experiment": ({"trained": [{"experiment": "cvpr"}]}, ["localisation.trained.0.experiment", "cvpr2019"]),
    "a channel of another": (
        {"trained": [{"experiment": "cvpr2019", "channels": ["4c"]}]},
        ["localisation.trained.0.channels", "experiments.cvpr2019"],
    ),
    "a run twice": (
        {"trained": [{"experiment": "cvpr2019"}, {"experiment": "cvpr2019", "runs": 1}]},
        ["localisation.trained: has the run cvpr2019/camera~simulated/", "twice"],
    ),
    "unknown key of a region": ({"regions": {"a": {"splices": True}}}, ["regions.a", "did you mean 'splice'"]),
    "nothing other": ({"regions": {"a": {"splice": False}}}, ["regions.a: is as the rest of the photograph"]),
    "a taken name": ({"regions": {"own": {"splice": True}}}, ["regions.own", "a line own of their own"]),
    "a name of a class": ({"regions": {"jpeg": {"splice": True}}}, ["localisation.regions: jpeg is a manipulation"]),
    "unknown manipulation": ({"regions": {"a": {"manipulation": "medina"}}}, ["regions.a.manipulation", "medina"]),
    "unknown pipeline": ({"regions": {"a": {"isp": "Unet"}}}, ["localisation.regions.a.isp", "'Unet'", "UNet"]),
    "no pixel between windows": (
        {"stride": 400},
        ["localisation.stride: is 400", "windows of protocols.cvpr2019 have"],
    ),
    "windows larger than photographs": ({"window": 400}, ["localisation.window: is 400", "128 pixels a side"]),
    "no room between limits": ({"smallest": 0.4}, ["localisation.smallest: 0.4 is more than largest, 0.3"]),
    "regions as large as photographs": ({"largest": 0.9}, ["localisation.largest", "0.6"]),
}


@pytest.fixture
def content(smoke_content):
    return smoke_content()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_that_names_the_key(content, mistake):
    changed, words = MISTAKES[mistake]
    content["localisation"] |= changed
    check_refusal(content, words)


def test_other_windows_need_a_network_that_pools(content):
    content["localisation"]["window"] = 32
    assert refusal(content) is None
    content["protocols"]["cvpr2019"]["fan"] = {**content["protocols"]["cvpr2019"]["fan"], "use_gap": False}
    assert "localisation.window: is 32, and networks of protocols.cvpr2019 take" in refusal(content)


def test_programs_get_all_settings_and_files_of_models(content):
    content["localisation"] |= {"regions": {"a": {"isp": "INet", "splice": True}, "b": {"isp": "Python"}}, "seed": 5}
    assert refusal(content) is None
    file = "results/isp/simulated/INet/model.keras"
    named = {"a": {"isp": file, "splice": True}, "b": {"isp": "Python"}}
    assert localisation.named(content, "simulated") == named
    assert localisation.models(content, "simulated") == [file]
    assert localisation.of_networks(content) == ["INet"]
    settings = {"window": None, "stride": 16, "smallest": 0.1, "largest": 0.3, "seed": 5}
    assert localisation.settings(content) == settings
    (first, _) = localisation.files(content, codecs.learned_channels(content), "localisation", "localisation.json")
    assert expected.settings(content, first) == {"settings": {**settings, "regions": named}}
    del content["localisation"]
    assert expected.settings(content, first) is None


def test_its_tables_and_figure_are_a_target(content):
    assert "localisation" in targets.names(content)
    assert targets.drawn(content, "localisation") == ["results/figures/localisation/localisation.pdf"]
    tables = ["results/tables/localisation.csv", "results/tables/localisation_gains.csv"]
    assert targets.tabulated(content, "localisation") == tables


def test_a_users_own_experiments_do_not_run_it_along():
    defaults = overlay.texts.of_file(ROOT / overlay.DEFAULTS)
    own = {"experiments": {"mine": {"protocol": "cvpr2019"}}}
    assert "localisation" in defaults
    assert "localisation" not in overlay.complete(defaults, own)


def test_a_configuration_needs_no_such_tests(checkout):
    jobs = checkout.plan(config=checkout.configuration(lambda content: content.pop("localisation")))
    assert not [name for name in jobs if "localisation" in name]


class TestAfterAChange:
    """Results are there; then one thing changes."""

    def test_another_seed_of_regions_tests_again_and_trains_nothing(self, finished):
        def other(content):
            content["localisation"]["seed"] = 3

        jobs = finished.plan("localisation", config=finished.configuration(other))
        assert jobs == {"evaluate_localisation": 2, "tabulate_localisation": 1, "plot": 1, "localisation": 1}

    def test_another_run_tests_that_run_alone(self, finished):
        def another(content):
            content["localisation"]["trained"][0]["runs"] = 2

        jobs = finished.plan("localisation", config=finished.configuration(another))
        assert jobs == {"evaluate_localisation": 1, "tabulate_localisation": 1, "plot": 1, "localisation": 1}
