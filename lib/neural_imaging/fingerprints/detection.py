"""Whether a photograph was taken by the device of a fingerprint.

References:
    M. Goljan, J. Fridrich, T. Filler, "Large scale test of sensor fingerprint camera identification", SPIE 7254, 2009.
    M. Goljan, "Digital camera identification from images – estimating false acceptance probability", IWDW 2008.
"""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from scipy import stats

from neural_imaging.base.errors import UserError

# Rows and columns on each side of a peak that belong to it.
NEIGHBOURHOOD = 5
# The usual threshold: of photographs of 12 megapixels, each shifted in all ways, fewer than 1 in 10⁶ pass by chance.
THRESHOLD = 60.0


@dataclass(frozen=True)
class Peak:
    """Where two patterns agree best, of the shifts that were looked at.

    Attributes:
        pce: peak-to-correlation energy, with the sign of the correlation.
        correlation: normalised correlation there, in [−1, 1].
        row, column: of the first pattern, at which the second begins.
        shifts: how many were looked at.
        concentration: mean of the product of both patterns' energies there, over the product of their means. It is 1
            where neither varies from place to place. Chance makes a pce so much higher as both do together, such as
            where there is light or texture.
        false_positives: probability of such a pce or a higher one by chance, the concentration considered.
    """

    pce: float
    correlation: float
    row: int
    column: int
    shifts: int
    concentration: float
    false_positives: float


def correlation(first, second):
    """Normalised correlation of two patterns of the same shape, in [−1, 1]; 0 where one of them is even."""
    first, second = (np.asarray(pattern, np.float64) for pattern in (first, second))
    first, second = first - first.mean(), second - second.mean()
    norm = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / norm) if norm else 0.0


def correlations(first, second):
    """Normalised correlation for every circular shift of the second pattern, which may be smaller than the first.

    Returns:
        float32, of the shape of the first; at (row, column) that of the second pattern beginning there.
    """
    first, second = (np.asarray(pattern, np.float32) for pattern in (first, second))
    if first.ndim != 2 or second.ndim != 2 or any(np.subtract(first.shape, second.shape) < 0):
        raise UserError(f"a pattern of shape {second.shape} does not fit into one of {first.shape}")
    first, second = first - first.mean(), second - second.mean()
    norm = np.sqrt(np.square(first, dtype=np.float64).sum() * np.square(second, dtype=np.float64).sum())
    if not norm:
        return np.zeros(first.shape, np.float32)
    # In place, since a study has tens of thousands of pairs.
    product, other = scipy.fft.rfft2(first), scipy.fft.rfft2(second, first.shape)
    product *= np.conj(other, out=other)
    found = scipy.fft.irfft2(product, first.shape, overwrite_x=True)
    found /= np.float32(norm)
    return found


def match(first, second, everywhere=False):
    """Peak-to-correlation energy of two patterns: squared correlation at the peak over the mean of the others.

    The peak is the highest correlation at the places where the second pattern lies within the first: of two patterns of
    the same shape one place. The others are all circular shifts but those within five rows and columns of the peak.

    Args:
        first: such as a fingerprint times the light of a photograph, shape (height, width).
        second: such as the photograph's residual, no larger.
        everywhere: whether to look for the peak at all circular shifts.

    Returns:
        `Peak`. Its `false_positives` holds where noise is independent in both patterns: a correlation is then normal,
        its variance is that of the others times the concentration, and each shift is above √(pce / concentration)
        standard deviations with the probability Q of that.
    """
    first, second = np.asarray(first, np.float32), np.asarray(second, np.float32)
    found = correlations(first, second)
    places = found.shape if everywhere else np.subtract(found.shape, second.shape) + 1
    searched = found[: places[0], : places[1]]
    row, column = (int(place) for place in np.unravel_index(np.argmax(searched), searched.shape))
    peak = float(searched[row, column])
    around = np.arange(-NEIGHBOURHOOD, NEIGHBOURHOOD + 1)
    rows, columns = (np.unique((place + around) % side) for place, side in zip((row, column), found.shape, strict=True))
    energy = np.square(found, dtype=np.float64).sum() - np.square(found[np.ix_(rows, columns)], dtype=np.float64).sum()
    others = found.size - len(rows) * len(columns)
    if others < 1:
        raise UserError(f"patterns of shape {found.shape} have no shifts but those around the peak")
    pce = float(np.sign(peak) * peak**2 * others / energy) if energy > 0 else 0.0
    concentration = _concentration(first, second, row, column)
    chance = false_positive_rate(pce / concentration, searched.size)
    return Peak(pce, peak, row, column, searched.size, concentration, chance)


def _concentration(first, second, row, column):
    energies = np.square(first - first.mean()), np.square(second - second.mean())
    means = [energy.mean(dtype=np.float64) for energy in energies]
    # The second pattern may begin anywhere, and goes on at the other end of the first.
    there = np.roll(energies[0], (-row, -column), (0, 1)) if row or column else energies[0]
    height, width = second.shape
    both = (there[:height, :width] * energies[1]).mean(dtype=np.float64)
    return float(both / (means[0] * means[1])) if both > 0 else 1.0


def compare(fingerprint, light, residual):
    """Hold a photograph against a fingerprint, as `match` does: its residual against fingerprint · light.

    A photograph that is smaller than the fingerprint may be a part of any place of it; then residual · light is held
    against the fingerprint, which has the same products in its sum.

    Args:
        fingerprint: shape (height, width).
        light: samples of the photograph, shape (height, width) or smaller.
        residual: of these, of their shape.
    """
    if np.shape(light) == np.shape(fingerprint):
        return match(np.multiply(fingerprint, light), residual)
    return match(fingerprint, np.multiply(residual, light))


def false_positive_rate(pce, shifts=1):
    """Probability that the highest of independent correlations has such a signed pce, or a higher one, by chance."""
    single = stats.norm.logsf(np.sign(pce) * np.sqrt(np.abs(pce)))
    # Of a single correlation so low the probability rounds to 1.
    with np.errstate(divide="ignore"):
        return float(-np.expm1(shifts * np.log1p(-np.exp(single))))


def threshold(rate, shifts=1):
    """The signed pce that is passed by chance at such a rate; the inverse of `false_positive_rate`."""
    deviation = stats.norm.isf(-np.expm1(np.log1p(-rate) / shifts))
    return float(np.sign(deviation) * deviation**2)


def roc(matched, mismatched):
    """False- and true-positive rates of all thresholds on scores of matched and of mismatched pairs, as arrays."""
    matched, mismatched = np.sort(matched), np.sort(mismatched)
    thresholds = np.concatenate([[np.inf], np.unique(np.concatenate([matched, mismatched]))[::-1]])
    false, true = (
        1 - np.searchsorted(scores, thresholds, side="left") / len(scores) for scores in (mismatched, matched)
    )
    return false, true


def true_positive_rate(matched, mismatched, rate):
    """Highest true-positive rate of a threshold that passes at most such a share of the mismatched pairs."""
    false, true = roc(matched, mismatched)
    return float(true[false <= rate].max())
