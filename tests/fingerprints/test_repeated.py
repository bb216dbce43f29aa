"""Patterns that repeat over photographs: estimates, their strength, and the limit of theory."""

import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.fingerprints import limits, repeated

PERIOD, SHAPE = 16, (160, 192, 3)


def drawn(seed, strength=1.5):
    """A pattern of noise without a mean, with so many grey levels rms."""
    pattern = repeated.centred(np.random.default_rng(seed).normal(size=(PERIOD, PERIOD, 3)))
    return pattern * np.float32(strength / np.sqrt(np.square(pattern).mean()))


TILE = drawn(0)


def photographs(count, tile=TILE, seed=1, noise=4.0):
    """Grey photographs of 8 bits with noise, and a pattern."""
    random = np.random.default_rng(seed)
    signed = [128 + repeated.unfolded(tile, SHAPE) + random.normal(0, noise, SHAPE) for _ in range(count)]
    return [np.rint(each).clip(0, 255).astype(np.float32) for each in signed]


def estimate(pictures):
    return np.mean([repeated.seen(each, PERIOD) for each in pictures], axis=0)


def test_folding_takes_back_what_repeating_does():
    np.testing.assert_allclose(repeated.folded(repeated.unfolded(TILE, (50, 60, 3)), PERIOD), TILE, atol=1e-5)
    # A cast says nothing of place.
    np.testing.assert_allclose(repeated.folded(5 + repeated.unfolded(TILE, (50, 60, 3)), PERIOD), TILE, atol=1e-5)


def test_a_photograph_smaller_than_a_period_is_refused():
    with pytest.raises(UserError, match="20 × 10 pixels are fewer than one period of 16"):
        repeated.folded(np.zeros((10, 20, 3)), PERIOD)


def test_a_moved_pattern_is_found_where_it_is():
    found = repeated.correlations(np.roll(TILE, (3, 5), (0, 1)), TILE)
    assert np.unravel_index(found.argmax(), found.shape) == (3, 5)
    assert found[3, 5] == pytest.approx(1)
    assert found[0, 0] == pytest.approx(repeated.correlation(np.roll(TILE, (3, 5), (0, 1)), TILE))


def test_estimates_come_near_the_limit():
    """Even photographs, where the filter takes nothing of a scene for noise."""
    plain = photographs(4, 0 * TILE)
    for count in (1, 4):
        bound = limits.repeated_limit(TILE, sum(limits.of_unsigned(each, PERIOD) for each in plain[:count]))
        found = repeated.correlation(estimate(photographs(count)), TILE)
        # Noise of 4.01 levels with rounding, over 120 periods; of the finest waves alone. What is coarser than the
        # filter looks at is not found.
        assert 0.97 * bound < found < bound + 0.005
        assert found == pytest.approx(1 / np.sqrt(1 + (4.01 / 1.5) ** 2 / (count * 120)), abs=0.02)


def test_photographs_without_it_tell_nothing_of_it():
    found = repeated.correlation(estimate(photographs(4, 0 * TILE)), TILE)
    # Chance: one over the root of 768 numbers is 0.036.
    assert abs(found) < 0.12


def test_its_strength_is_found_and_removal_leaves_nothing():
    (victim,) = photographs(1, seed=9)
    pattern = estimate(photographs(8))
    strength = repeated.strength(victim, pattern)
    # In parts of the tile as it is.
    assert strength * np.vdot(pattern, TILE) / np.vdot(TILE, TILE) == pytest.approx(1, abs=0.1)
    assert repeated.strength(victim, pattern / 2) == pytest.approx(2 * strength, rel=0.15)
    before, left, overdone = (
        repeated.correlation(repeated.seen(victim - times * repeated.unfolded(pattern, SHAPE), PERIOD), TILE)
        for times in (0, strength, 2 * strength)
    )
    assert before > 0.9
    assert abs(left) < 0.1
    assert overdone < -0.9


def test_what_was_seen_before_is_not_looked_at_again():
    (victim,) = photographs(1, seed=9)
    assert repeated.strength(victim, TILE, own=repeated.seen(victim, PERIOD)) == repeated.strength(victim, TILE)
    assert repeated.strength(victim, TILE, own=0 * TILE) == 0


def test_a_pattern_that_the_filter_takes_away_has_no_strength():
    wave = np.cos(2 * np.pi * np.arange(64) / 64)[:, None, None] * np.ones((1, 64, 3))
    even = np.full((128, 128, 3), 100, np.float32)
    assert repeated.strength(even, wave.astype(np.float32)) == pytest.approx(0, abs=1e-3)


def test_a_random_pattern_has_the_same_waves_and_no_correlation():
    grey = repeated.centred(TILE[..., :1] * np.ones(3))
    other = repeated.random_like(grey, 3)
    assert np.square(other).mean() == pytest.approx(np.square(grey).mean(), rel=1e-3)
    assert abs(repeated.correlation(other, grey)) < 1e-5
    np.testing.assert_allclose(other[..., 0], other[..., 2], atol=1e-5)
    magnitudes = [np.abs(np.fft.fft2(each[..., 0])).ravel() for each in (other, grey)]
    assert np.corrcoef(magnitudes)[0, 1] > 0.95


def test_the_limit_knows_nothing_of_what_is_too_coarse_and_more_of_more_photographs():
    slow = np.cos(2 * np.pi * np.arange(128) / 128)[:, None, None] * np.ones((1, 128, 3))
    assert limits.repeated_limit(slow, limits.of_unsigned(np.full((256, 256, 3), 99, np.uint8), 128)) < 0.3
    one = limits.of_unsigned(photographs(1, 0 * TILE)[0], PERIOD)
    assert 0 < limits.repeated_limit(TILE, one) < limits.repeated_limit(TILE, 10 * one) < 1
