"""What follows from channels in the configuration, in short and as chains."""

import pytest

from neural_imaging.study import channel_facts

SHORT = {"downsampling": "pool", "factor": 2, "codec": "jpeg", "quality": 50, "rounding": "soft"}
CHAIN = {"steps": [{"step": "resize", "kernel": "pool", "factor": 2}, {"step": "jpeg", "quality": 50}]}
CODED = {"steps": [{"step": "blur"}, {"step": "dcn", "name": "16c"}]}


def test_the_short_form_says_steps():
    assert channel_facts.steps(SHORT) == [
        {"step": "resize", "kernel": ["pool"], "factor": 2},
        {"step": "jpeg", "quality": 50, "rounding": "soft"},
    ]
    plain = {"downsampling": "none", "factor": 1, "codec": "dcn", "name": "16c", "origin": [0, 7]}
    assert channel_facts.steps(plain) == [{"step": "crop", "origin": [0, 7]}, {"step": "dcn", "name": "16c"}]


def test_both_forms_have_the_same_codec_factors_and_words_for_figures():
    for channel in (SHORT, CHAIN):
        assert channel_facts.codec(channel) == "jpeg"
        assert channel_facts.factors(channel) == [2]
        assert channel_facts.learned(channel) is None
        assert channel_facts.trainable(channel_facts.steps(channel)) is None
        words = channel_facts.short(channel)
        assert (words["downsampling"], words["factor"], words["codec"], words["quality"]) == ("pool", 2, "jpeg", 50)


@pytest.mark.parametrize(
    ("given", "factors", "side"),
    [(3, [3], 40), ([2, 4], [2, 3, 4], 40), ([2, 4, 4], [2, 4], 60), ([1.5, 2.5], [1.5, 2.5], 60)],
)
def test_factors_are_those_of_a_range_or_list(given, factors, side):
    channel = {"steps": [{"step": "resize", "factor": given}]}
    assert channel_facts.factors(channel) == factors
    assert channel_facts.received(channel, 120, 120) == (side, side)


def test_two_factors_of_the_short_form_are_a_list_in_steps_too():
    channel = {**SHORT, "factor": [2, 4]}
    assert channel_facts.factors(channel) == [2, 4]
    assert channel_facts.factors({"steps": channel_facts.steps(channel)}) == [2, 4]


def test_a_learned_codec_is_known_by_its_name_and_jobs_do_not_have_it():
    assert channel_facts.learned(CODED) == "16c"
    assert channel_facts.anonymous(CODED) == {"steps": [{"step": "blur"}, {"step": "dcn"}]}
    assert CODED["steps"][1] == {"step": "dcn", "name": "16c"}


@pytest.mark.parametrize(("step", "name"), [("webp", "webp"), ("avif", "avif"), ("blur", None)])
def test_codecs_that_predict_blocks_have_no_end_of_reach(step, name):
    assert channel_facts.endless({"steps": [{"step": "jpeg"}, {"step": step}]}) == name


def test_other_chains_have_no_short_words():
    assert channel_facts.short(CODED)["codec"] == "chain"
    assert channel_facts.short({"steps": [{"step": "resize", "factor": [2, 3]}]})["codec"] == "none"


def test_plans_expect_more_around_patches_for_wide_steps():
    assert channel_facts.around(SHORT) == 0
    wide = {"steps": [{"step": "blur", "size": [3, 23]}, {"step": "jpeg"}, {"step": "jpeg", "subsampling": "4:2:0"}]}
    assert channel_facts.around(wide) == 11 + 8 + 16
