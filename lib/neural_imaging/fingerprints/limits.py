"""How well a fingerprint can be known from photographs at all, whatever the estimate.

A wavelet coefficient of a photograph is θ + s · k + n: the scene's detail θ, the light s there times the fingerprint's
coefficient k, and noise n of the variance v = shot · s + read. Who knows the local variance τ of the scene's details
and nothing else of them learns of k as if the noise had the variance τ + v: N photographs have the information

    J = Σ s² / (τ + v)

(Fisher's), so that no unbiased estimate has a variance below 1 / J (Cramér and Rao). With k normal and of the variance
σ², the mean of k given the photographs explains the share σ² J / (1 + σ² J) of its variance, and no function of the
photographs correlates with k more than that one does. Over all coefficients the correlation is at most

    ρ = √ mean(σ² J / (1 + σ² J)).

For flat fields τ is 0 and ρ is 1 / √(1 + v / (N s² σ²)).

**A pattern that is added and repeats** is another case of the same: θ + k + n, where k does not hang on the light, and
is the same in all M periods of a photograph, J = Σ M / (τ + v). A learned pattern is no noise but has more of some
waves than of others. Whoever knows the variance σ² of each band of wavelets and nothing else of the pattern has

    ρ = √ (Σ σ² · σ² J / (1 + σ² J) / Σ σ²),

the sums over all coefficients of one period. That is no less than what an attacker reaches who looks at each colour on
its own and does not even know these variances.
"""

import math

import numpy as np
import pywt

from neural_imaging.fingerprints import residuals

# Variance of a rounded sample, in levels.
_ROUNDING = 1 / 12


def limit(prnu, photographs, shot, read, converter_step=0.0):
    """Highest correlation between a device's fingerprint and any estimate of it, see above.

    The local variance of details is that of Wiener's filter in `residuals`, computed from light without noise. Of a
    pattern with a `correlation` of neighbours the limit is higher.

    Args:
        prnu: standard deviation σ of the fingerprint.
        photographs: light without noise of each, in [0, 1] before white balance: shape (height, width), as a plane of a
            Bayer stack, or (height, width, planes).
        shot, read: as `imaging.cameras.Profile` has them.
        converter_step: of the sensor's converter, 1 / (white − black): rounding adds step² / 12 to the noise.

    Returns:
        Correlation, a number from 0 to 1.
    """
    information = None
    for light in photographs:
        light = np.asarray(light, np.float32)
        planes = np.moveaxis(light, -1, 0) if light.ndim == 3 else light[None]
        each = [band for plane in planes for band in _information(plane, shot, read + converter_step**2 / 12)]
        information = each if information is None else [sum(pair) for pair in zip(information, each, strict=True)]
    explained = [prnu**2 * band / (1 + prnu**2 * band) for band in information]
    return float(np.sqrt(sum(part.sum() for part in explained) / sum(part.size for part in explained)))


def repeated_limit(pattern, information):
    """Highest correlation between a repeated pattern and estimates of it from photographs, see above.

    What is coarser than the filter in `residuals` looks at counts as not found.

    Args:
        pattern: in grey levels, shape (period, period, 3).
        information: sum of `of_unsigned` over the photographs.

    Returns:
        Correlation, a number from 0 to 1.
    """
    # Repeated until all wavelets have whole periods, too, and room.
    times = 8 * math.lcm(len(pattern), 2**residuals.LEVELS) // len(pattern)
    coarse, *levels = pywt.wavedec2(
        np.tile(pattern.astype(np.float64), (times, times, 1)),
        residuals.WAVELET,
        mode="periodization",
        level=residuals.LEVELS,
        axes=(0, 1),
    )
    squares = [np.square(band) for bands in reversed(levels) for band in bands]
    energies = np.array([band.sum(axis=(0, 1)) for band in squares])
    known = np.array([band.mean(axis=(0, 1)) for band in squares]) * information
    return float(np.sqrt((energies * known / (1 + known)).sum() / (energies.sum() + np.square(coarse).sum())))


def of_unsigned(photograph, period):
    """What a photograph tells of each coefficient of a repeated pattern, from the same one without the pattern.

    The variance of what is no pattern, τ + v, is that of the details around each place, as the filter in `residuals`
    takes it: the least mean in some squares. That is rather too low, and the limit rather too high.

    Args:
        photograph: levels of 8 bits, shape (height, width, 3).
        period: of the pattern.

    Returns:
        float64, shape (bands, 3), the finest band first.
    """
    periods = photograph.shape[0] * photograph.shape[1] / period**2
    coarse, bands = photograph.astype(np.float32), []
    for _ in range(residuals.LEVELS):
        coarse, details = pywt.dwt2(coarse, residuals.WAVELET, axes=(0, 1))
        bands += details
    # Rounding is there in even areas, too.
    return np.array([
        [
            periods * (1 / np.maximum(residuals.least_energy(np.ascontiguousarray(plane)), _ROUNDING)).mean()
            for plane in np.moveaxis(band, -1, 0)
        ]
        for band in bands
    ], np.float64)  # fmt: skip


def _information(plane, shot, read):
    """What one photograph tells of each coefficient of the details, band by band."""
    coarse = plane
    for level in range(1, residuals.LEVELS + 1):
        coarse, details = pywt.dwt2(coarse, residuals.WAVELET)
        # The coarse coefficients are local means times 2 to the power of the level.
        light = np.clip(coarse / 2**level, 0, 1)
        for band in details:
            yield light**2 / (residuals.least_energy(band) + shot * light + read)
