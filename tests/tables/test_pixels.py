"""Measures of maps against masks: those of scikit-learn, and cases that can be checked by hand."""

import numpy as np
import pytest
from sklearn import metrics

from neural_imaging.tables import calibration, pixels


def test_measures_are_those_of_scikit_learn():
    random = np.random.default_rng(1)
    for decimals in (1, 3):
        # Of so few decimals many pixels have the same value.
        scores, mask = np.round(random.random((20, 30)), decimals), random.random((20, 30)) < 0.2
        found = pixels.measures(scores + 0.3 * mask, mask)
        values, truth = (scores + 0.3 * mask).ravel(), mask.ravel()
        assert found["auc"] == pytest.approx(metrics.roc_auc_score(truth, values), abs=1e-9)
        assert found["f1"] == pytest.approx(metrics.f1_score(truth, values > 0.5), abs=1e-9)
        assert found["iou"] == pytest.approx(metrics.jaccard_score(truth, values > 0.5), abs=1e-9)
        precision, recall, _ = metrics.precision_recall_curve(truth, values)
        best = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
        assert found["best_f1"] == pytest.approx(best.max(), abs=1e-9)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([[0.9, 0.9], [0.1, 0.1]], {"auc": 1, "f1": 1, "best_f1": 1, "iou": 1}),
        # A map that says nothing: the best that a threshold can do is to mark all.
        ([[0.3, 0.3], [0.3, 0.3]], {"auc": 0.5, "f1": 0, "best_f1": 2 / 3, "iou": 0}),
        # 0.5 itself is not above the threshold.
        ([[0.5, 0.6], [0.7, 0.1]], {"auc": 0.5, "f1": 0.5, "best_f1": 0.8, "iou": 1 / 3}),
        ([[0.1, 0.1], [0.9, 0.9]], {"auc": 0, "f1": 0, "best_f1": 2 / 3, "iou": 0}),
    ],
)
def test_small_maps_by_hand(scores, expected):
    found = pixels.measures(np.array(scores), np.array([[True, True], [False, False]]))
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("mask", [np.zeros((2, 2), bool), np.ones((2, 2), bool), np.ones((2, 3), bool)])
def test_a_mask_without_two_sides_is_refused(mask):
    with pytest.raises(ValueError, match="does not fit a region"):
        pixels.measures(np.zeros((2, 2)), mask)


def test_what_is_flagged_is_more_probably_manipulated_than_not():
    probabilities = np.random.default_rng(2).dirichlet(np.ones(5), 200)
    suspicion = calibration.suspicion(probabilities)
    np.testing.assert_array_equal(suspicion > 0.5, calibration.flagged(probabilities))
    assert calibration.suspicion([[1.0, 0, 0], [0, 1.0, 0]]).tolist() == [0, 1]
    # Even odds from three classes: a manipulation is twice as likely before one looks.
    assert calibration.suspicion([0.5, 0.3, 0.2]) == pytest.approx(1 / 3)
