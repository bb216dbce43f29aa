"""Intervals and spreads of results."""

import functools
import math
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

# What an interval is over.
BOTH, PHOTOGRAPHS, RUNS, NOTHING = "runs and photographs", "photographs alone", "runs alone", "none"
CONFIDENCE = 0.95
_RESAMPLES, _SEED = 10_000, 2019
# Draws of photographs for measures that are no means, which must be computed anew for each.
FEWER = 1000


@dataclass(frozen=True)
class Estimate:
    """A mean over runs and photographs, with its 95 % interval."""

    mean: float
    low: float  # NaN where there is no interval.
    high: float
    over: str  # `BOTH`, `PHOTOGRAPHS` where there is one run, `RUNS` of one photograph, `NOTHING` of one of each.
    runs: int
    above: int  # Runs whose own mean is above 0, for differences.


def bootstrap(values, low=-math.inf, high=math.inf, sources=None):
    """Mean over runs and photographs, with a 95 % interval by bootstrap over both; draws are the same each time.

    All runs are measured on the same photographs. Runs are drawn with replacement, and so are photographs; what
    the draws change about the mean is added up, and the interval has its 2.5 and 97.5 % points. These are two marginal
    changes: what a run does on one photograph alone, their interaction, is not drawn on its own. Draws of few are less
    spread than what they stand for, so both changes are widened: by √(n / (n − 1)), and by the ratio of Student's and
    the normal distribution's 97.5 % points, which makes hardly a difference for thirty photographs and a large one for
    three runs. With one run the interval is that of the photographs alone. Parts of one photograph are alike, and are
    drawn together.

    Args:
        values: runs × photographs: what was measured in a run on a photograph, or the difference between two runs
            with the same seed, for paired comparisons. A `ValueError` refuses what are no finite numbers, or none.
        low, high: limits of what is measured, such as 0 and 1 of accuracies, which the interval keeps to.
        sources: what each column is a part of; None where each is a photograph of its own.

    References:
        A. Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1(2), 2007, for draws of rows and columns;
        T. Hesterberg, "What teachers should know about the bootstrap", The American Statistician 69(4), 2015, for the
        widening.
    """
    values = np.asarray(values, float)
    if values.ndim != 2 or not values.size or not np.isfinite(values).all():
        raise ValueError(f"a bootstrap needs finite numbers of runs × photographs, not an array of {values.shape}")
    mean, of_runs = float(values.mean()), values.mean(axis=1)
    of_photographs = _together(values.mean(axis=0) - mean, sources)
    changes = [
        _widening(len(each)) * (_draws(len(each), seed) @ each) if len(each) > 1 else None
        for seed, each in enumerate((of_runs - mean, of_photographs))
    ]
    return _estimate(of_runs, mean, *changes, low, high)


def photographs_drawn(sources):
    """How often each photograph stands in `FEWER` samples drawn with replacement, those of a source together.

    Returns:
        Whole numbers, shape (`FEWER`, photographs); the draws are the same each time.
    """
    names, which = np.unique(np.asarray(sources, str), return_inverse=True)
    return np.rint(_draws(len(names), 1)[:FEWER, which] * len(names)).astype(np.int64)


def bootstrap_measure(values, drawn, low=-math.inf, high=math.inf, sources=()):
    """As `bootstrap`, for a measure of all photographs together that is no mean over them, such as an area under a ROC.

    Draws of photographs change it by what it is of them, less the mean over the draws: an error of calibration is
    larger in every sample than in all photographs, which says nothing of its spread. The widening is that of
    `bootstrap`.

    Args:
        values: of each run.
        drawn: of each run, in each of the samples of `photographs_drawn`: runs × `FEWER`.
        low, high: limits of what is measured.
        sources: of each photograph, as for `photographs_drawn`.

    Returns:
        `Estimate`; without an interval where a value is not known, here or in a sample.
    """
    values, drawn, count = np.asarray(values, float), np.asarray(drawn, float), len(set(map(str, sources)))
    mean = float(values.mean())
    of_runs = of_photographs = None
    if len(values) > 1:
        of_runs = _widening(len(values)) * (_draws(len(values), 0)[: drawn.shape[1]] @ (values - mean))
    if count > 1:
        of_photographs = _widening(count) * (drawn.mean(axis=0) - drawn.mean())
    return _estimate(values, mean, of_runs, of_photographs, low, high)


def _estimate(of_runs, mean, by_runs, by_photographs, low, high):
    """The estimate of a mean, from what draws change about it; None where there is nothing to draw from."""
    changes = {"runs": by_runs, "photographs": by_photographs}
    over = [name for name, change in changes.items() if change is not None]
    above = int((of_runs > 0).sum())
    if not over:
        return Estimate(mean, math.nan, math.nan, NOTHING, 1, above)
    named = {2: BOTH}.get(len(over), f"{over[0]} alone")
    tail = (1 - CONFIDENCE) / 2
    ends = np.clip(mean + np.quantile(sum(changes[name] for name in over), [tail, 1 - tail]), low, high)
    if np.isnan(ends).any():
        return Estimate(mean, math.nan, math.nan, named, len(of_runs), above)
    # Rounding must not put the mean outside, where all values are the same.
    ends = min(float(ends[0]), mean), max(float(ends[1]), mean)
    return Estimate(mean, *ends, named, len(of_runs), above)


def _together(changes, sources):
    """What each source, with all of its parts, changes about the mean, times the number of sources.

    To first order that is what the mean over all parts does when sources are drawn, however many parts each has.
    """
    if sources is None:
        return changes
    _, which = np.unique(np.asarray(sources, str), return_inverse=True)
    sums = np.bincount(which, weights=changes)
    return sums * len(sums) / len(changes)


@functools.lru_cache(maxsize=64)
def _draws(count, seed):
    """Shares of `count` things in samples of as many, drawn with replacement: samples × things."""
    rng = np.random.default_rng([_SEED, seed, count])
    return rng.multinomial(count, np.full(count, 1 / count), _RESAMPLES) / count


def _widening(count):
    from scipy.stats import t  # It takes a while to load.

    point = 0.5 + CONFIDENCE / 2
    return math.sqrt(count / (count - 1)) * t.ppf(point, count - 1) / NormalDist().inv_cdf(point)


def mapped(estimate, change):
    """An estimate in another unit: `change` is a monotone function of a number. None stays None."""
    if estimate is None:
        return None
    low, high = sorted((change(estimate.low), change(estimate.high)))
    return replace(estimate, mean=change(estimate.mean), low=low, high=high)


def single(value):
    """A number of which no spread is known."""
    return Estimate(float(value), math.nan, math.nan, NOTHING, 1, int(value > 0))


def mean_and_spread(values):
    """Mean and sample standard deviation (n - 1) of at least one number; of one alone the latter is NaN."""
    values = [float(value) for value in values]
    if not values:
        raise ValueError("a mean needs at least one value")
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return mean, math.nan
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
