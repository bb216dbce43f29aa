from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from neural_imaging.base.errors import UserError
from neural_imaging.fingerprints import detection

REFERENCE = Path(__file__).resolve().parents[1] / "reference/prnu_python.npz"


def test_matches_the_public_implementation():
    reference = np.load(REFERENCE)
    peak = detection.match(reference["first"], reference["second"])
    assert peak.correlation == pytest.approx(float(reference["ncc"]), abs=2e-4)  # Means are taken out here.
    # There the neighbourhood that is left out has four rows and columns.
    assert peak.pce == pytest.approx(float(reference["pce"]), rel=0.01)


@pytest.mark.parametrize("everywhere", [False, True])
def test_chance_passes_thresholds_as_often_as_theory_says(everywhere):
    generator, pairs = np.random.default_rng(0), 2000
    peaks = [
        detection.match(*generator.standard_normal((2, 48, 64), np.float32), everywhere=everywhere)
        for _ in range(pairs)
    ]
    for rate in (0.05, 0.01, 0.005):
        passed = sum(peak.pce > detection.threshold(rate, peak.shifts) for peak in peaks)
        low, high = stats.binomtest(passed, pairs).proportion_ci(0.99)
        assert low < rate < high
    # Probabilities of chance are even.
    assert stats.kstest([peak.false_positives for peak in peaks], "uniform").pvalue > 0.01


def test_noise_that_is_strong_where_the_light_is_passes_no_oftener_by_its_probability():
    generator, pairs = np.random.default_rng(1), 1000
    strength = np.where(np.arange(64) < 16, 4, 1)[None].astype(np.float32)
    peaks = [detection.match(*strength * generator.standard_normal((2, 48, 64), np.float32)) for _ in range(pairs)]
    assert np.mean([peak.pce > detection.threshold(0.05) for peak in peaks]) > 0.1
    low, high = stats.binomtest(sum(peak.false_positives < 0.05 for peak in peaks), pairs).proportion_ci(0.99)
    assert low < 0.05 < high


def test_thresholds_and_probabilities_are_each_others_inverse():
    for rate in (0.4, 0.05, 1e-6):
        for shifts in (1, 1000, 12_000_000):
            assert detection.false_positive_rate(detection.threshold(rate, shifts), shifts) == pytest.approx(rate)
    # Goljan et al. 2009: 60 is for rates below 1e-5 where 12 megapixels are searched.
    assert detection.false_positive_rate(detection.THRESHOLD, 12_000_000) < 1e-5
    assert detection.false_positive_rate(-4.0) == pytest.approx(stats.norm.cdf(2))


def test_a_part_is_found_where_it_was_cut_out():
    generator = np.random.default_rng(2)
    whole = generator.standard_normal((96, 128), np.float32)
    part = whole[20:70, 33:90] + 2 * generator.standard_normal((50, 57), np.float32)
    peak = detection.match(whole, part)
    assert (peak.row, peak.column, peak.shifts) == (20, 33, 47 * 72)
    assert peak.pce > detection.THRESHOLD
    assert peak.false_positives < 1e-6


def test_an_inverted_pattern_has_a_negative_pce():
    first = np.random.default_rng(3).standard_normal((64, 64), np.float32)
    peak = detection.match(first, -first)
    assert peak.pce < 0
    assert peak.correlation == pytest.approx(-1, abs=1e-4)
    assert peak.false_positives == pytest.approx(1)


def test_correlations_are_those_of_shifted_patterns():
    first, second = np.random.default_rng(4).standard_normal((2, 24, 36))
    found = detection.correlations(first, second)
    for shift in ((0, 0), (3, 35)):
        assert found[shift] == pytest.approx(detection.correlation(first, np.roll(second, shift, (0, 1))), abs=1e-5)


def test_a_photograph_is_held_against_fingerprint_times_light():
    generator = np.random.default_rng(5)
    fingerprint, light = 0.02 * generator.standard_normal((64, 96)), generator.uniform(10, 200, (64, 96))
    residual = fingerprint * light + generator.standard_normal((64, 96))
    weighed = detection.compare(fingerprint, light, residual)
    assert weighed.correlation > detection.correlation(fingerprint, residual)
    part = detection.compare(fingerprint, light[10:50, 20:80], residual[10:50, 20:80])
    assert (part.row, part.column) == (10, 20)


@pytest.mark.parametrize(("first", "second"), [((16, 16), (16, 17)), ((8, 8), (8, 8)), ((16, 16, 1), (16, 16))])
def test_patterns_that_cannot_be_held_against_each_other_are_refused(first, second):
    with pytest.raises(UserError, match="shape"):
        detection.match(np.ones(first), np.ones(second))


def test_even_patterns_agree_with_nothing():
    assert detection.match(np.ones((32, 32)), np.ones((32, 32))).pce == 0
    assert detection.correlation(np.ones(4), np.arange(4)) == 0


def test_rates_are_those_of_counting():
    matched, mismatched = [1.0, 3.0, 4.0, 5.0], [0.0, 1.0, 2.0, 3.5]
    false, true = detection.roc(matched, mismatched)
    assert (false[0], true[0]) == (0, 0)
    assert (false[-1], true[-1]) == (1, 1)
    assert detection.true_positive_rate(matched, mismatched, 0) == 0.5
    assert detection.true_positive_rate(matched, mismatched, 0.25) == 0.75
    assert detection.true_positive_rate(matched, mismatched, 0.5) == 0.75
