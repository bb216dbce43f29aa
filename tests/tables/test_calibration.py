"""Calibration equals cases by hand and scikit-learn's; no half of photographs is judged at its own temperature."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from neural_imaging.tables import calibration

EXACT = {"rel": 0, "abs": 1e-9}


def sure(confidences, right):
    """Probabilities of two classes, with these confidences, and truth that is named right or not."""
    confidences = np.asarray(confidences)
    return np.stack([confidences, 1 - confidences], axis=1), np.where(right, 0, 1)


def windows(temperature=1.0, count=20_000, seed=0):
    """Windows whose classes are drawn from probabilities, and what a network says that is too sure of itself."""
    rng = np.random.default_rng(seed)
    logits = 1.5 * rng.normal(size=(count, 3))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = (rng.random((count, 1)) > np.cumsum(true, axis=1)).sum(axis=1)
    said = np.exp(logits * temperature)
    return said / said.sum(axis=1, keepdims=True), truth


def test_a_case_by_hand():
    # Bins end at multiples of 1/15: 0.9 and 0.92 share (13/15, 14/15], 0.95 is above, 0.6 has its own end, 9/15.
    found = calibration.measures(*sure([0.9, 0.92, 0.95, 0.6], [True, False, True, False]))
    expected = (abs(1 - 0.9 - 0.92) + (1 - 0.95) + 0.6) / 4
    assert found["calibration_error"] == pytest.approx(expected, **EXACT)
    assert found["confidence_right"] == pytest.approx((0.9 + 0.95) / 2, **EXACT)
    assert found["confidence_wrong"] == pytest.approx((0.92 + 0.6) / 2, **EXACT)


def test_nothing_wrong_has_no_confidence():
    assert np.isnan(calibration.measures(*sure([0.9, 0.8], [True, True]))["confidence_wrong"])


def test_bins_are_those_of_scikit_learn():
    probabilities, truth = windows(2.0)
    windows_of, right, confidence, _ = calibration.sums(probabilities, truth, np.zeros(len(truth), int))[:, 0]
    full = windows_of > 0
    shares, means = calibration_curve(
        probabilities.argmax(axis=1) == truth, probabilities.max(axis=1), n_bins=calibration.BINS
    )
    np.testing.assert_allclose(right[full] / windows_of[full], shares, rtol=0, atol=1e-9)
    np.testing.assert_allclose(confidence[full] / windows_of[full], means, rtol=0, atol=1e-9)
    gaps = np.abs(shares - means) @ windows_of[full] / windows_of.sum()
    assert calibration.measures(probabilities, truth)["calibration_error"] == pytest.approx(gaps, **EXACT)


def test_samples_of_photographs_are_as_if_their_windows_stood_there_so_often():
    probabilities, truth = windows(2.0, 300)
    photographs, samples = np.arange(300) % 4, np.array([[1, 1, 1, 1], [2, 0, 1, 1], [0, 0, 4, 0]])
    drawn = calibration.from_sums(calibration.sums(probabilities, truth, photographs), samples)
    for place, weights in enumerate(samples[:, photographs]):
        chosen = np.repeat(np.arange(300), weights)
        expected = calibration.measures(probabilities[chosen], truth[chosen])
        assert {name: values[place] for name, values in drawn.items()} == pytest.approx(expected, **EXACT)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_of_a_network_that_is_too_sure_is_found(temperature):
    # Twenty thousand windows know it to about two per cent.
    assert calibration.temperature(*windows(temperature)) == pytest.approx(temperature, rel=0.05)


def test_a_temperature_is_that_of_the_smallest_cross_entropy():
    probabilities, truth = windows(3.0, 500)
    found = calibration.temperature(probabilities, truth)

    def loss(temperature):
        scaled = probabilities ** (1 / temperature)
        return -np.log((scaled / scaled.sum(axis=1, keepdims=True))[np.arange(500), truth]).mean()

    assert loss(found) < min(loss(found * 1.01), loss(found / 1.01))
    scaled = probabilities ** (1 / found)
    np.testing.assert_allclose(
        calibration.scaled(probabilities, found), scaled / scaled.sum(axis=1, keepdims=True), rtol=1e-9
    )


def test_a_network_that_is_never_wrong_has_no_temperature_and_one_that_says_0_has_one():
    assert np.isnan(calibration.temperature(*sure([0.9, 0.8], [True, True])))
    certain, truth = np.array([[1.0, 0], [1, 0], [0, 1]]), np.array([0, 1, 1])
    assert calibration.temperature(certain, truth) > 1


def test_each_half_is_judged_at_the_temperature_of_the_other():
    (plain, truth), (bold, others) = windows(1.0), windows(4.0, seed=1)
    first = np.repeat([True, False], 20_000)
    judged, *fitted = calibration.cross_scaled(np.concatenate([plain, bold]), np.concatenate([truth, others]), first)
    assert fitted == pytest.approx([1, 4], rel=0.05)
    np.testing.assert_allclose(judged[first], calibration.scaled(plain, fitted[1]))
    np.testing.assert_allclose(judged[~first], calibration.scaled(bold, fitted[0]))


def test_parts_of_a_photograph_are_in_the_same_half_and_one_alone_has_none():
    assert calibration.halves(["b", "a", "a", "c", "b"]).tolist() == [False, True, True, True, False]
    judged, *fitted = calibration.cross_scaled(*sure([0.9], [True]), [True])
    assert np.isnan([*judged.ravel(), *fitted]).all()
