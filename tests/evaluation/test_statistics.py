import math

import pytest

from neural_imaging.evaluation.statistics import mean_and_spread, wilson_interval


def test_the_interval_agrees_with_a_published_example():
    # Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 and 15 of 148, score method without continuity
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_the_interval_stays_between_zero_and_one():
    for trials in (1, 7, 500):
        assert wilson_interval(0, trials)[0] == 0.0
        assert wilson_interval(trials, trials)[1] == 1.0


def test_hits_and_misses_have_mirrored_intervals():
    low, high = wilson_interval(3, 40)
    assert wilson_interval(37, 40) == pytest.approx((1 - high, 1 - low))


def test_more_confidence_means_a_wider_interval():
    narrow, wide = wilson_interval(30, 50, confidence=0.8), wilson_interval(30, 50, confidence=0.99)
    assert wide[0] < narrow[0] < 0.6 < narrow[1] < wide[1]


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (-1, 5), (6, 5)])
def test_senseless_counts_are_refused(successes, trials):
    with pytest.raises(ValueError, match="no proportion"):
        wilson_interval(successes, trials)


def test_the_spread_is_that_of_a_sample():
    mean, spread = mean_and_spread([2, 4, 4, 4, 5, 5, 7, 9])
    assert mean == 5
    assert spread == pytest.approx(math.sqrt(32 / 7))


def test_one_value_has_no_spread():
    mean, spread = mean_and_spread([0.5])
    assert mean == 0.5
    assert math.isnan(spread)
