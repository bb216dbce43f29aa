"""Whether a forensic network is as often right as it says: its confidence is the probability of the class it names.

And when what it says counts as an alarm.

Reference:
    C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On calibration of modern neural networks", ICML 2017, for the expected
    calibration error (ECE) and the temperature.
"""

import numpy as np

# Bins of confidence, of the same width, from 0 to 1; a bin has its upper end.
BINS = 15
MEASURES = ("calibration_error", "confidence_right", "confidence_wrong")
# Temperatures are looked for in this range, as natural logarithms.
_RANGE = (-5.0, 5.0)
# Smallest normal float32: what a network rounds to 0 has a logarithm.
_LEAST = float(np.finfo(np.float32).tiny)


def flagged(probabilities):
    """Whether each window is taken for a manipulated one: where `native` has less than its share of all classes.

    A network that has learned from as many windows of each class expects that share where nothing is to be seen. So
    these are even odds of native and manipulated windows, which P(native) = 0.5 would not be.

    Args:
        probabilities: shape (..., classes), class 0 is native.

    Returns:
        bool, shape (...).
    """
    probabilities = np.asarray(probabilities)
    return probabilities[..., 0] < 1 / probabilities.shape[-1]


def suspicion(probabilities):
    """How probable it is that each window is manipulated, if that is as likely as not before one looks.

    A network that has learned from as many windows of each class has seen more manipulated windows than native ones;
    this takes that back, so that what is `flagged` is above 0.5.

    Args:
        probabilities: shape (..., classes), class 0 is native.

    Returns:
        float64, shape (...), from 0 to 1.
    """
    probabilities = np.asarray(probabilities, np.float64)
    native, others = probabilities[..., 0], probabilities.shape[-1] - 1
    return (1 - native) / (1 - native + others * native)


def measures(probabilities, truth):
    """Expected calibration error, and mean confidence of right and of wrong answers, as `MEASURES` names them.

    Args:
        probabilities: shape (windows, classes).
        truth: true classes, shape (windows,).

    Returns:
        Mapping to numbers from 0 to 1; NaN is the confidence of answers that there are none of.
    """
    counted = sums(probabilities, truth, np.zeros(len(truth), np.int64))
    return {name: float(value[0]) for name, value in from_sums(counted, np.ones((1, 1))).items()}


def sums(probabilities, truth, photographs):
    """Sums over windows by photograph and bin: numbers, those of right ones, confidence, and that of right ones.

    Args:
        probabilities, truth: as for `measures`.
        photographs: number of the photograph of each window, from 0.

    Returns:
        float64, shape (4, photographs, `BINS`).
    """
    probabilities = np.asarray(probabilities, np.float64)
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    bins = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], confidence)
    places, count = np.asarray(photographs) * BINS + bins, (int(np.max(photographs)) + 1) * BINS
    weights = (np.ones(len(bins)), right, confidence, right * confidence)
    return np.stack([np.bincount(places, each, count).reshape(-1, BINS) for each in weights])


def from_sums(counted, samples):
    """`measures` in samples of photographs.

    Args:
        counted: what `sums` returns.
        samples: how often each photograph stands in each, shape (samples, photographs).

    Returns:
        Mapping of `MEASURES` to arrays, shape (samples,).
    """
    windows, right, confidence, confidence_right = (samples @ each for each in counted)
    total = windows.sum(axis=1)
    of_right, wrong = right.sum(axis=1), (windows - right).sum(axis=1)
    sure = confidence_right.sum(axis=1)
    with np.errstate(invalid="ignore"):
        return {
            "calibration_error": np.abs(right - confidence).sum(axis=1) / total,
            "confidence_right": sure / np.where(of_right > 0, of_right, np.nan),
            "confidence_wrong": (confidence.sum(axis=1) - sure) / np.where(wrong > 0, wrong, np.nan),
        }


def temperature(probabilities, truth):
    """The temperature that makes the mean cross-entropy smallest; above 1, the network is too sure of itself.

    Probabilities to the power of 1 / temperature, made to add up to 1, are those of a network whose logits are divided
    by it. It is NaN where no answer is wrong, since then the lowest is the best, and e⁵ at most, which it is of a
    network that knows less than a guess.
    """
    from scipy.optimize import minimize_scalar

    logits, rows = _logits(probabilities), np.arange(len(truth))
    if (logits.argmax(axis=1) == truth).all():
        return np.nan

    def cross_entropy(logarithm):
        return -_normal(logits / np.exp(logarithm))[rows, truth].mean()

    # It has one minimum, since it is convex over the reciprocal.
    found = minimize_scalar(cross_entropy, bounds=_RANGE, method="bounded", options={"xatol": 1e-9})
    return float(np.exp(found.x))


def scaled(probabilities, temperature):
    """Probabilities, float64, at a temperature."""
    return np.exp(_normal(_logits(probabilities) / temperature))


def halves(sources):
    """Which photographs are in the first half: every second source of those in alphabetical order."""
    return np.unique(np.asarray(sources, str), return_inverse=True)[1] % 2 == 0


def cross_scaled(probabilities, truth, first):
    """Probabilities of each half at the temperature that was fitted on the other half, so that none judges itself.

    Args:
        probabilities, truth: as for `measures`.
        first: which windows are in the first half.

    Returns:
        (probabilities, temperature fitted on the first half, on the second half); NaN where a half is empty, or has no
        temperature.
    """
    probabilities, truth, first = np.asarray(probabilities, np.float64), np.asarray(truth), np.asarray(first, bool)
    if first.all() or not first.any():
        return np.full_like(probabilities, np.nan), np.nan, np.nan
    fitted = [temperature(probabilities[half], truth[half]) for half in (first, ~first)]
    judged = np.empty_like(probabilities)
    for half, of_other in ((first, fitted[1]), (~first, fitted[0])):
        judged[half] = scaled(probabilities[half], of_other)
    return judged, *fitted


def _logits(probabilities):
    return np.log(np.maximum(np.asarray(probabilities, np.float64), _LEAST))


def _normal(logits):
    """Logarithms of probabilities that add up to 1."""
    logits = logits - logits.max(axis=1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
