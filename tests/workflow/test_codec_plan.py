"""Codecs in the configuration: mistakes are one line, and only what is asked for is planned."""

import pytest
from checked import put, refusal


def _set(*path, value):
    return lambda content: put(content, path, value)


STUDY = ("codec_studies", "iclr2020")
MISTAKES = {
    "no such network": (_set("codecs", "4c", "model", value="TwiterDCN"), ["codecs.4c.model", "'TwitterDCN'"]),
    "a pipeline": (_set("codecs", "4c", "model", value="UNet"), ["codecs.4c.model", "'UNet'"]),
    "a wrong setting": (_set("codecs", "4c", "settings", value={"n_features": 1}), ["codecs.4c.settings", "4 to 128"]),
    "a wrong key of the training": (
        _set("codecs", "4c", "training", value={"epoch": 2}),
        ["codecs.4c.training", "'epoch'", "'epochs'"],
    ),
    "no such pictures": (_set("codecs", "4c", "pictures", value="mixed"), ["codecs.4c.pictures", "'mixed'"]),
    "no such codec": (_set(*STUDY, "codecs", value=["5c"]), ["codec_studies.iclr2020.codecs", "'5c'"]),
    "no such standard": (_set(*STUDY, "rivals", value=["jpeg", "gif"]), ["codec_studies.iclr2020.rivals", "'gif'"]),
    "no JPEG": (_set(*STUDY, "rivals", value=["webp"]), ["codec_studies.iclr2020.rivals", "jpeg"]),
    "no such data set": (_set(*STUDY, "data_sets", value=["kodak"]), ["codec_studies.iclr2020.data_sets", "'kodak'"]),
    "an example of another codec": (
        _set(*STUDY, "examples", "codec", value="16c"),
        ["codec_studies.iclr2020.examples.codec", "'16c'"],
    ),
    "patches larger than pictures": (
        _set(*STUDY, "channelwise", "sizes", value=[256]),
        ["codec_studies.iclr2020.channelwise.sizes", "192", "256"],
    ),
    "no such camera": (_set("data_sets", "simulated", "cameras", value=["D91"]), ["data_sets.simulated.cameras"]),
    "nothing to learn from": (
        _set("pictures", "scenes", value={"side": 64, "train": 1, "validation": 1, "seed": 1}),
        ["pictures.scenes"],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_that_names_the_key(smoke_content, mistake):
    change, expected = MISTAKES[mistake]
    content = smoke_content()
    change(content)
    line = refusal(content)
    assert "\n" not in line
    assert all(words in line for words in expected), line


def test_a_figure_of_a_study_plans_its_codecs_and_rivals_and_no_forensics(checkout):
    jobs = checkout.plan("results/figures/iclr2020/rate_distortion.pdf")
    assert jobs["train_dcn"] == 2
    # With two standards.
    assert jobs["profile_codec"] == 4
    assert not {"train_forensics", "train_isp"} & jobs.keys()


def test_the_entropy_figure_trains_nothing(checkout):
    jobs = checkout.plan("results/figures/iclr2020/entropy_estimation.pdf")
    assert jobs == {"measure_entropy_estimation": 1, "plot": 1}


def test_a_configuration_needs_no_codecs(checkout):
    def without(content):
        for section in ("pictures", "codecs", "data_sets", "codec_studies", "transfer"):
            del content[section]
        del content["channels"]["4c"]
        del content["experiments"]["iclr2020"]

    assert "train_dcn" not in checkout.plan(config=checkout.configuration(without))


class TestAfterAChange:
    """Results are there; then one thing changes."""

    def test_another_setting_of_one_codec_trains_that_codec_alone(self, finished):
        jobs = finished.plan(config=finished.configuration(_set("codecs", "4c", "seed", value=3)))
        assert jobs["train_dcn"] == jobs["profile_codec"] == 1

    def test_another_rival_measures_that_rival_alone(self, finished):
        jobs = finished.plan(config=finished.configuration(_set(*STUDY, "rivals", value=["jpeg", "webp", "avif"])))
        assert jobs["profile_codec"] == 1
        assert "train_dcn" not in jobs
