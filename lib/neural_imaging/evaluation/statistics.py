"""Intervals and spreads of results."""

import math
from statistics import NormalDist


def wilson_interval(successes, trials, confidence=0.95):
    """Wilson's score interval of a proportion, such as an accuracy.

    It stays inside [0, 1] and keeps its coverage near 0 and 1, where accuracies of well trained networks lie.

    Args:
        successes: how many trials succeeded, 0 to `trials`.
        trials: how many there were, at least 1.
        confidence: probability that the interval covers the true proportion, between 0 and 1.

    Returns:
        (low, high), floats in [0, 1].

    Raises:
        ValueError: counts or confidence out of range.

    Reference:
        E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22(158), 1927.
    """
    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no proportion")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not at {confidence}")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = successes / trials
    scale = 1 + z**2 / trials
    centre = (share + z**2 / (2 * trials)) / scale
    half = z * math.sqrt(share * (1 - share) / trials + (z / (2 * trials)) ** 2) / scale
    # At the ends the formula is exact, but its rounding is not.
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == trials else centre + half
    return float(low), float(high)


def mean_and_spread(values):
    """Mean and sample standard deviation (n - 1) of a sequence of numbers.

    Returns:
        (mean, standard deviation); the latter is NaN for a single value, which has no spread to speak of.

    Raises:
        ValueError: no values.
    """
    values = [float(value) for value in values]
    if not values:
        raise ValueError("a mean needs at least one value")
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return mean, math.nan
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
