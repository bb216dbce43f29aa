"""How well probabilities of classes tell manipulated windows from native ones: ranks, error rates, thresholds.

Class 0 is native. The score of "manipulated" is 1 − P(native). Areas and rates are fractions from 0 to 1. What
scikit-learn defines is computed by it. Average precision depends on how many windows are manipulated: a guess at random
has the share of these, 0.8 with five classes of as many windows.
"""

import numpy as np

from neural_imaging.tables import calibration

# False-positive rates at which true positives are counted.
RATES = {"tpr_at_1_percent": 0.01, "tpr_at_0_1_percent": 0.001}
# Of "manipulated or not".
RANKED = ("auc", "average_precision", "equal_error_rate", *RATES)
AREAS = RANKED[:2]
_CHUNK = 1 << 17  # samples × windows that are weighed at once: few enough for a processor's cache


def measures(probabilities, truth):
    """Measures of windows whose classes are known.

    Args:
        probabilities: shape (windows, classes), class 0 is native.
        truth: true classes, whole numbers, shape (windows,); every class must be there.

    Returns:
        Mapping: of "manipulated or not", "auc" (area under the ROC), "average_precision", "equal_error_rate" and the
        true-positive rates of `RATES`, see `ranked`; "class_auc" and "class_average_precision", arrays of each class
        against all others; and those of `calibration.measures`.
    """
    probabilities, truth = _checked(probabilities, truth)
    each = [ranked(probabilities[:, place], truth == place) for place in range(probabilities.shape[1])]
    return {
        **ranked(score(probabilities), truth != 0),
        **{f"class_{name}": np.array([of_class[name] for of_class in each]) for name in ("auc", "average_precision")},
        **calibration.measures(probabilities, truth),
    }


def score(probabilities):
    """Score of "manipulated" of each window, 1 − P(native), float64."""
    return 1 - np.asarray(probabilities, np.float64)[..., 0]


def ranked(scores, positive):
    """Measures of scores that shall be higher where `positive` is true: `RANKED`.

    The equal error rate is where the ROC, its points joined by lines, has as many false positives as false negatives.
    A true-positive rate is the highest that a threshold has with at most so many false positives; it is NaN where there
    are so few negatives that a single false positive is more.
    """
    from sklearn import metrics

    positive = np.asarray(positive, bool)
    false, true, _ = metrics.roc_curve(positive, scores, drop_intermediate=False)
    return {
        "auc": float(metrics.roc_auc_score(positive, scores)),
        "average_precision": float(metrics.average_precision_score(positive, scores)),
        **{name: float(value[0]) for name, value in _rates(false[None], true[None], int((~positive).sum())).items()},
    }


def drawn(scores, positive, photographs, counts, rates=True):
    """`ranked` in samples of photographs, each of which stands in a sample so many times.

    Args:
        scores, positive: as for `ranked`, shape (windows,).
        photographs: number of the photograph of each window.
        counts: of each photograph in each sample, shape (samples, photographs).
        rates: whether to look for rates too, which takes longer than areas alone.

    Returns:
        Mapping of `RANKED`, or of `AREAS`, to arrays, shape (samples,).
    """
    order = np.argsort(-np.asarray(scores), kind="stable")
    ordered, positive = np.asarray(scores)[order], np.asarray(positive, bool)[order]
    photographs, negatives = np.asarray(photographs)[order], int((~positive).sum())
    # Windows of the same score are on the same side of every threshold.
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    distinct = len(ends) == len(ordered)
    step, parts = max(1, _CHUNK // len(order)), []
    for at in range(0, len(counts), step):
        weights = np.asarray(counts[at : at + step], np.float64)[:, photographs]
        true, every = np.cumsum(weights * positive, axis=1), np.cumsum(weights, axis=1)
        if not distinct:
            true, every = true[:, ends], every[:, ends]
        rises = np.diff(true, axis=1, prepend=0.0)
        false = every - true
        falls = np.diff(false, axis=1, prepend=0.0)
        right, wrong = true[:, -1:], false[:, -1:]
        part = {
            "auc": (np.einsum("ij,ij->i", falls, true) - np.einsum("ij,ij->i", falls, rises) / 2)
            / (right * wrong)[:, 0],
            # A sample may begin with windows that are not in it.
            "average_precision": np.einsum("ij,ij->i", rises, true / np.maximum(every, 1)) / right[:, 0],
        }
        if rates:
            nothing = np.zeros((len(weights), 1))
            whole = (np.concatenate([nothing, each], axis=1) for each in (false / wrong, true / right))
            part |= _rates(*whole, negatives)
        parts.append(part)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def roc(scores, positive, rates):
    """Highest true-positive rates that thresholds have with at most these rates of false positives."""
    from sklearn import metrics

    false, true, _ = metrics.roc_curve(positive, scores, drop_intermediate=False)
    return true[np.searchsorted(false, rates, side="right") - 1]


def unknown(native, unknown):
    """Whether a manipulation that no class stands for is noticed: all but its kind is known of it.

    Args:
        native: probabilities of native windows, shape (windows, classes).
        unknown: those of windows with the unknown manipulation.

    Returns:
        Mapping: "flagged", the share of the latter that is (see `flagged`); "false_alarms", that share of native
        windows; "auc", the area under the ROC of one against the other.
    """
    scores = [score(native), score(unknown)]
    truth = np.repeat([False, True], [len(each) for each in scores])
    return {
        "flagged": float(np.mean(calibration.flagged(unknown))),
        "false_alarms": float(np.mean(calibration.flagged(native))),
        "auc": ranked(np.concatenate(scores), truth)["auc"],
    }


def _rates(false, true, negatives):
    """Rates of ROCs, arrays of samples × thresholds from the highest to the lowest."""
    lines = np.arange(len(false))
    excess = 1 - true - false  # of false negatives; it falls from 1 to -1
    after = (excess <= 0).argmax(axis=1)
    share = excess[lines, after - 1] / (excess[lines, after - 1] - excess[lines, after])
    equal = false[lines, after - 1] + share * (false[lines, after] - false[lines, after - 1])
    found = {"equal_error_rate": equal}
    for name, rate in RATES.items():
        at = true[lines, (false <= rate).sum(axis=1) - 1]
        found[name] = at if negatives * rate >= 1 else np.full(len(false), np.nan)
    return found


def _checked(probabilities, truth):
    probabilities, truth = np.asarray(probabilities, np.float64), np.asarray(truth)
    if probabilities.ndim != 2 or truth.shape != probabilities.shape[:1]:
        raise ValueError(f"probabilities of shape {probabilities.shape} do not fit classes of shape {truth.shape}")
    if not (np.isfinite(probabilities).all() and (probabilities >= 0).all()):
        raise ValueError("probabilities must be finite numbers from 0 to 1")
    if set(truth.tolist()) != set(range(probabilities.shape[1])):
        raise ValueError(f"every class from 0 to {probabilities.shape[1] - 1} must be there, and no other")
    return probabilities, truth
