import math
from statistics import NormalDist

import numpy as np
import pytest

from neural_imaging.tables import detection
from neural_imaging.tables.statistics import bootstrap, bootstrap_measure, mean_and_spread, photographs_drawn


def test_the_spread_is_that_of_a_sample():
    mean, spread = mean_and_spread([2, 4, 4, 4, 5, 5, 7, 9])
    assert mean == 5
    assert spread == pytest.approx(math.sqrt(32 / 7))


def test_one_value_has_no_spread():
    mean, spread = mean_and_spread([0.5])
    assert mean == 0.5
    assert math.isnan(spread)


@pytest.mark.parametrize(
    ("runs", "photographs", "spreads"),
    [
        (2, 12, (1, 1, 1)),
        (3, 12, (1, 0.5, 1)),
        (3, 12, (0.2, 1, 1)),
        (3, 30, (2, 0.1, 0.1)),
        (10, 30, (1, 1, 1)),
        (1, 30, (0, 1, 1)),
    ],
)
def test_the_interval_has_the_true_mean_inside_as_often_as_it_says(runs, photographs, spreads):
    rng, inside, repeats = np.random.default_rng(1), 0, 300
    for _ in range(repeats):
        shapes = ((runs, 1), (1, photographs), (runs, photographs))
        values = sum(rng.normal(0, spread, shape) for spread, shape in zip(spreads, shapes, strict=True))
        estimate = bootstrap(values)
        inside += estimate.low <= 0 <= estimate.high
    # 95 %, less three standard errors of a share of 300; two and three runs leave the bootstrap little to draw from.
    assert inside / repeats >= 0.91


def test_parts_of_one_photograph_are_no_more_photographs():
    values = np.random.default_rng(3).normal(size=(3, 12))
    alone = bootstrap(values, sources=[f"photo-{place:02d}" for place in range(12)])
    assert alone == bootstrap(values)
    parts = bootstrap(np.repeat(values, 5, axis=1), sources=np.repeat([f"photo-{place:02d}" for place in range(12)], 5))
    assert (parts.low, parts.high) == pytest.approx((alone.low, alone.high))
    assert bootstrap(values, sources=["photo"] * 12).over == "runs alone"


def test_the_interval_has_the_true_mean_inside_where_photographs_have_many_parts():
    rng, inside, repeats = np.random.default_rng(1), 0, 300
    sources = np.repeat(np.arange(10), [1, 1, 1, 1, 1, 1, 4, 4, 4, 2])
    for _ in range(repeats):
        values = rng.normal(0, 1, 10)[sources] + rng.normal(0, 0.3, (3, 20)) + rng.normal(0, 0.3, (3, 1))
        estimate = bootstrap(values, sources=sources)
        inside += estimate.low <= 0 <= estimate.high
    assert inside / repeats >= 0.91


def test_equal_runs_leave_the_interval_of_the_photographs():
    values = np.random.default_rng(2).normal(size=(1, 20))
    one, five = bootstrap(values), bootstrap(np.repeat(values, 5, axis=0))
    assert (five.low, five.high) == pytest.approx((one.low, one.high))
    assert (one.over, one.runs) == ("photographs alone", 1)
    assert (five.over, five.runs) == ("runs and photographs", 5)


def test_the_interval_of_many_photographs_is_that_of_the_normal_distribution():
    values = np.random.default_rng(3).normal(5, 2, size=(1, 400))
    estimate = bootstrap(values)
    half = 1.96 * values.std(ddof=1) / 20
    assert (estimate.low, estimate.high) == pytest.approx((estimate.mean - half, estimate.mean + half), abs=0.03)


def test_more_runs_make_a_narrower_interval():
    values = np.random.default_rng(4).normal(size=(20, 30))
    widths = [bootstrap(values[:runs]) for runs in (3, 20)]
    assert widths[0].high - widths[0].low > 2 * (widths[1].high - widths[1].low)


def test_an_interval_stays_within_its_limits_and_around_its_mean():
    estimate = bootstrap([[1.0, 0.9], [0.98, 1.0]], 0, 1)
    assert 0 < estimate.low < estimate.mean < estimate.high == 1
    same = bootstrap(np.full((3, 7), 0.1))
    assert (same.low, same.high) == pytest.approx((same.mean, same.mean))


def test_a_single_number_has_no_interval():
    estimate = bootstrap([[0.5]])
    assert estimate.over == "none"
    assert math.isnan(estimate.low)


def test_runs_above_zero_are_counted():
    assert bootstrap([[1, -0.5], [-1, 0.5], [0, 0]]).above == 1


@pytest.mark.parametrize("values", [[], [[]], [1.0, 2.0], [[1.0, math.nan]]])
def test_what_is_no_table_of_numbers_is_refused(values):
    with pytest.raises(ValueError, match="finite numbers of runs × photographs"):
        bootstrap(values)


def test_of_means_the_interval_of_a_measure_is_that_of_the_bootstrap_but_for_the_number_of_draws():
    values = np.random.default_rng(4).normal(size=(3, 12))
    sources = [f"photo-{place // 2}" for place in range(12)]
    samples = photographs_drawn(sources)
    drawn = values @ samples.T / samples.sum(axis=1)
    estimate, expected = (
        bootstrap_measure(values.mean(axis=1), drawn, sources=sources),
        bootstrap(values, sources=sources),
    )
    assert (estimate.mean, estimate.over, estimate.runs, estimate.above) == (
        pytest.approx(expected.mean), "runs and photographs", 3, expected.above,
    )  # fmt: skip
    # A tenth of the draws: the ends of the interval are known to about a tenth of its width.
    width = expected.high - expected.low
    assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high), abs=0.1 * width)


def test_photographs_of_a_source_are_drawn_together():
    samples = photographs_drawn(["a", "b", "a", "c"])
    assert samples.shape == (1000, 4)
    np.testing.assert_array_equal(samples[:, 0], samples[:, 2])
    assert (samples[:, [0, 1, 3]].sum(axis=1) == 3).all()


@pytest.mark.parametrize(
    ("runs", "photographs", "over"), [(1, 9, "photographs alone"), (3, 1, "runs alone"), (1, 1, "none")]
)
def test_a_measure_of_one_run_or_one_photograph_says_what_its_interval_is_over(runs, photographs, over):
    values = 0.5 + np.arange(runs) / 10
    drawn = np.tile(values[:, None], 1000) + np.random.default_rng(0).normal(size=1000) / 10
    estimate = bootstrap_measure(values, drawn, sources=range(photographs))
    assert estimate.over == over
    assert math.isnan(estimate.low) == (over == "none")


def test_a_measure_that_a_sample_has_not_has_no_interval():
    drawn = np.full((1, 1000), 0.5)
    drawn[0, 7] = np.nan
    estimate = bootstrap_measure([0.5], drawn, sources="abc")
    assert (estimate.mean, math.isnan(estimate.low), estimate.over) == (0.5, True, "photographs alone")


@pytest.mark.parametrize("runs", [1, 3])
def test_the_interval_of_an_area_under_the_roc_has_the_true_one_inside_as_often_as_it_says(runs):
    """Manipulated windows of a photograph are alike: some photographs show a manipulation better than others."""
    rng, inside, repeats, photographs, each = np.random.default_rng(2), 0, 200, 12, 10
    truth, of_photograph = np.arange(photographs * each) % 2 == 0, np.arange(photographs * each) // each
    samples = photographs_drawn(range(photographs))
    # The difference of two scores is normal: means 1.5 apart, variance 1 of each, and that of the photograph's shift.
    true = NormalDist().cdf(1.5 / math.sqrt(2 + 0.5**2))
    for _ in range(repeats):
        shifts = 0.5 * rng.normal(size=photographs)
        values, drawn = [], []
        for _run in range(runs):
            scores = rng.normal(size=len(truth)) + truth * (1.5 + shifts[of_photograph])
            values.append(detection.ranked(scores, truth)["auc"])
            drawn.append(detection.drawn(scores, truth, of_photograph, samples)["auc"])
        estimate = bootstrap_measure(values, drawn, 0, 1, sources=range(photographs))
        inside += estimate.low <= true <= estimate.high
    assert inside / repeats >= 0.9
