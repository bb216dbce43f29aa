"""Measures of probabilities equal scikit-learn's and cases by hand; samples of photographs are weighed as it weighs."""

import numpy as np
import pytest
from sklearn import metrics

from neural_imaging.tables import calibration, detection, statistics

EXACT = {"rel": 0, "abs": 1e-9}


def windows(count=600, classes=4, seed=0, ties=False):
    """Probabilities that are right more often than not, in windows of ten photographs."""
    rng = np.random.default_rng(seed)
    truth = np.arange(count) % classes
    logits = rng.normal(size=(count, classes)) + 1.5 * (np.arange(classes) == truth[:, None])
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return (probabilities.round(1) if ties else probabilities), truth, rng.integers(10, size=count)


@pytest.mark.parametrize("ties", [False, True], ids=["distinct", "ties"])
def test_areas_are_those_of_scikit_learn(ties):
    probabilities, truth, _ = windows(ties=ties)
    found = detection.measures(probabilities, truth)
    positive, score = truth > 0, 1 - probabilities[:, 0]
    assert found["auc"] == pytest.approx(metrics.roc_auc_score(positive, score), **EXACT)
    assert found["average_precision"] == pytest.approx(metrics.average_precision_score(positive, score), **EXACT)
    for place in range(4):
        of_class = truth == place, probabilities[:, place]
        assert found["class_auc"][place] == pytest.approx(metrics.roc_auc_score(*of_class), **EXACT)
        expected = metrics.average_precision_score(*of_class)
        assert found["class_average_precision"][place] == pytest.approx(expected, **EXACT)


def test_rates_of_a_case_by_hand():
    """Between the thresholds 0.5 and 0.4 false negatives fall from 2/5 to 1/5, false positives stay 1/4."""
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
    positive = np.array([1, 1, 0, 1, 0, 1, 0, 1, 0], bool)
    found = detection.ranked(scores, positive)
    # One false positive of four while true positives rise from 2 to 3 of five, two while they rise to 4: 1/2 against
    # 1/5 there, and 2/5 against 1/4 at its beginning; on the way from one to two false positives 2/5 are reached.
    assert found["equal_error_rate"] == pytest.approx(0.4, **EXACT)
    assert found["auc"] == pytest.approx((4 + 4 + 3 + 2 + 1) / 20, **EXACT)
    assert np.isnan(found["tpr_at_1_percent"])


def test_the_equal_error_rate_lies_between_thresholds_where_scores_are_tied():
    """Half of each is told apart, the other half has one score: the ROC goes from (0, 0.5) to (1, 1)."""
    scores, positive = np.array([0.9, 0.5, 0.5, 0.5]), np.array([1, 1, 0, 0], bool)
    # 1 − (0.5 + x / 2) = x
    assert detection.ranked(scores, positive)["equal_error_rate"] == pytest.approx(1 / 3, **EXACT)


def test_true_positives_at_a_rate_have_at_most_so_many_false_ones():
    """A thousand native windows, and as many manipulated ones each of which lies above so many of them."""
    negative, beaten = np.arange(1000) / 1000, np.repeat([1000, 999, 990, 989], 250)
    scores = np.concatenate([negative, beaten / 1000 - 0.0005])
    found = detection.ranked(scores, np.repeat([False, True], 1000))
    assert found["tpr_at_0_1_percent"] == 0.5
    assert found["tpr_at_1_percent"] == 0.75


def test_too_few_native_windows_have_no_rate():
    scores, positive = np.arange(2000) % 7, np.repeat([False, True], [999, 1001])
    assert np.isnan(detection.ranked(scores, positive)["tpr_at_0_1_percent"])
    assert detection.ranked(scores, positive)["tpr_at_1_percent"] >= 0


@pytest.mark.parametrize("ties", [False, True], ids=["distinct", "ties"])
def test_samples_of_photographs_are_weighed_as_scikit_learn_weighs(ties):
    probabilities, truth, photographs = windows(2000, ties=ties)
    score, positive = detection.score(probabilities), truth > 0
    counts = statistics.photographs_drawn(range(10))[:20]
    drawn = detection.drawn(score, positive, photographs, np.concatenate([np.ones((1, 10)), counts]))
    for name, value in detection.ranked(score, positive).items():
        assert drawn[name][0] == pytest.approx(value, **EXACT, nan_ok=True)
    for place, weights in enumerate(counts[:, photographs], start=1):
        expected = metrics.roc_auc_score(positive, score, sample_weight=weights)
        assert drawn["auc"][place] == pytest.approx(expected, **EXACT)
        expected = metrics.average_precision_score(positive, score, sample_weight=weights)
        assert drawn["average_precision"][place] == pytest.approx(expected, **EXACT)
        chosen = np.repeat(np.arange(len(score)), weights)
        repeated = detection.ranked(score[chosen], positive[chosen])
        for name in ("equal_error_rate", "tpr_at_1_percent"):
            assert drawn[name][place] == pytest.approx(repeated[name], **EXACT)


def test_samples_are_the_same_in_few_pieces_and_in_many(monkeypatch):
    probabilities, truth, photographs = windows()
    arguments = detection.score(probabilities), truth > 0, photographs, statistics.photographs_drawn(range(10))
    whole = detection.drawn(*arguments)
    monkeypatch.setattr(detection, "_CHUNK", 7 * len(truth))
    for name, values in detection.drawn(*arguments).items():
        np.testing.assert_array_equal(values, whole[name])


def test_a_roc_has_the_rates_that_are_measured():
    probabilities, truth, _ = windows(4000)
    score, positive = detection.score(probabilities), truth > 0
    found = detection.ranked(score, positive)
    rates = detection.roc(score, positive, [0.001, 0.01, 1])
    assert rates.tolist() == [found["tpr_at_0_1_percent"], found["tpr_at_1_percent"], 1]


def test_a_window_is_flagged_where_native_has_less_than_its_share_of_the_classes():
    # Of four classes a quarter is the share, and exactly that is no flag.
    probabilities = np.array([[[0.1, 0.3, 0.3, 0.3], [0.25, 0.75, 0, 0]], [[0.3, 0.7, 0, 0], [0.24, 0.76, 0, 0]]])
    assert calibration.flagged(probabilities).tolist() == [[True, False], [False, True]]


def test_an_unknown_manipulation_is_flagged_where_it_does_not_look_native():
    native = np.array([[0.9, 0.1, 0.0, 0.0], [0.2, 0.3, 0.3, 0.2]])
    strange = np.array([[0.1, 0.4, 0.4, 0.1], [0.6, 0.2, 0.2, 0.0], [0.15, 0.7, 0.0, 0.15], [0.5, 0.5, 0.0, 0.0]])
    found = detection.unknown(native, strange)
    # Of eight pairs, the strange one has the higher score in six.
    assert found == {"flagged": 0.5, "false_alarms": 0.5, "auc": pytest.approx(6 / 8, **EXACT)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda probabilities, truth: (probabilities, truth[1:]), "do not fit"),
        (lambda probabilities, truth: (probabilities * np.nan, truth), "finite numbers"),
        (lambda probabilities, truth: (probabilities, truth * 0), "every class"),
    ],
)
def test_what_are_no_probabilities_of_classes_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        detection.measures(*change(*windows()[:2]))
