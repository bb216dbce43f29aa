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
"""

import numpy as np
import pywt

from neural_imaging.fingerprints import residuals


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


def _information(plane, shot, read):
    """What one photograph tells of each coefficient of the details, band by band."""
    coarse = plane
    for level in range(1, residuals.LEVELS + 1):
        coarse, details = pywt.dwt2(coarse, residuals.WAVELET)
        # The coarse coefficients are local means times 2 to the power of the level.
        light = np.clip(coarse / 2**level, 0, 1)
        for band in details:
            yield light**2 / (residuals.least_energy(band) + shot * light + read)
