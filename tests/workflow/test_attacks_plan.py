"""Attacks on signatures in the plan: which runs, what a change reruns, and one line a mistake."""

import pytest
from checked import ROOT, check_refusal, refusal
from planning import attacks, codecs, expected, targets

from neural_imaging.study import overlay

MISTAKES = {
    "unknown experiment": ({"trained": [{"experiment": "cvpr"}]}, ["attacks.trained.0.experiment", "cvpr2019"]),
    "no signature": ({"trained": [{"experiment": "cvpr2019"}]}, ["attacks.trained.0.signature: has runs without one"]),
    "another strength": (
        {"trained": [{"experiment": "cvpr2019", "signature": [3]}]},
        ["attacks.trained.0.signature", "experiments.cvpr2019"],
    ),
    "no photograph": ({"photographs": [0]}, ["attacks.photographs", "from 1"]),
    "unknown key": ({"window": 3}, ["attacks", "did you mean 'windows'"]),
}


@pytest.fixture
def content():
    return overlay.read(ROOT / "config/smoke.yaml", ROOT / overlay.DEFAULTS)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_that_names_the_key(content, mistake):
    changed, words = MISTAKES[mistake]
    content["attacks"] |= changed
    check_refusal(content, words)


def test_a_photograph_must_have_a_period(content):
    content["protocols"]["cvpr2019"]["signature"] = {"period": 300}
    assert "protocols.cvpr2019.signature.period: is 300, and photographs of camera simulated have 256" in refusal(
        content
    )


def test_programs_get_all_settings(content):
    settings = {"photographs": [1, 3], "windows": 2, "sigma": 10.0}
    assert attacks.settings(content) == settings
    (only,) = attacks.files(content, codecs.learned_channels(content), "attacks", "attacks.json")
    assert "signature~2/" in only
    assert expected.settings(content, only) == {"settings": settings}
    del content["attacks"]
    assert expected.settings(content, only) is None


def test_its_table_and_figure_are_a_target(content):
    assert "attacks" in targets.names(content)
    assert targets.drawn(content, "attacks") == ["results/figures/attacks/attacks.pdf"]
    assert targets.tabulated(content, "attacks") == ["results/tables/attacks.csv"]


def test_another_sigma_tests_again_and_trains_nothing(finished):
    jobs = finished.plan("attacks", config=finished.configuration(lambda content: content["attacks"].update(sigma=5)))
    assert jobs == {"evaluate_attacks": 1, "tabulate_attacks": 1, "plot": 1, "attacks": 1}
