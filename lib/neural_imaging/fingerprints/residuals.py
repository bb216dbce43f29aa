"""Noise residuals: what a denoising filter takes out of a photograph, where a sensor's fingerprint is.

References:
    M. K. Mihçak, I. Kozintsev, K. Ramchandran, "Spatially adaptive statistical modeling of wavelet image coefficients
    and its application to denoising", ICASSP 1999.
    J. Lukáš, J. Fridrich, M. Goljan, "Digital camera identification from sensor pattern noise", IEEE TIFS 1(2), 2006.
"""

import numpy as np
import pywt
from scipy.ndimage import uniform_filter

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import srgb, tiles

# Standard deviation of the noise that is looked for, of samples from 0 to 255.
SIGMA = 5.0
# Daubechies' wavelet of 8 taps, which PyWavelets calls by its four vanishing moments.
WAVELET, LEVELS = "db4", 4
# Squares in which the variance of coefficients is estimated; the least one counts.
WINDOWS = (3, 5, 7, 9)
# On how many samples around it a sample of the residual depends: on coefficients of the deepest level, these on others
# of half a window, and those on samples again.
_STEP = 2**LEVELS
REACH = (2 * (8 - 1) + WINDOWS[-1] // 2) * _STEP
# Fewer samples have no room for the wavelet.
_LEAST = 16
# ITU-R BT.601.
_LUMINANCE = np.array([[0.299, 0.587, 0.114]])
# Samples of a RAW file that are nearly saturated, in parts of those that are.
_NEARLY = np.float32(0.98)
# Longest side of a tile. It bounds the memory to some 300 MB.
SIDE = 3072


def residual(samples, sigma=SIGMA, side=SIDE):
    """Noise residual W = I − F(I) of a photograph, F being Wiener's filter on wavelet coefficients.

    Four levels of Daubechies' wavelet of 8 taps, or as many as there is room for. A coefficient x of the details is
    noise to the share σ² / max(σ², v), where v is the least mean of x² in squares of 3, 5, 7 and 9 around it, so that
    v − σ² estimates the variance without noise. What is coarser is no noise.

    Args:
        samples: shape (height, width) or (height, width, channels), each channel on its own; values from 0 to 255.
        sigma: standard deviation of the noise that is looked for.
        side: longest side of a tile; larger photographs are processed in parts, with the same result.

    Returns:
        float32, of the shape of the samples.

    Raises:
        UserError: fewer than 16 rows or columns.
    """
    samples = np.asarray(samples)
    if samples.ndim == 3:
        channels = [residual(samples[..., channel], sigma, side) for channel in range(samples.shape[2])]
        return np.stack(channels, axis=-1)
    if samples.ndim != 2 or min(samples.shape) < _LEAST:
        raise UserError(f"a residual is of samples of at least {_LEAST} rows and columns, not of shape {samples.shape}")
    return tiles.process(
        samples[..., None], lambda tile: _noise(tile[..., 0], sigma), multiple=_STEP, reach=REACH, side=side
    )


def equalised(pattern, period=2, window=5):
    """Divide a residual by its standard deviation around each place, in each phase of the colour filters.

    What a scene leaves in a residual is strong at edges and in texture, where there is least of the fingerprint. This
    is no part of the usual method. On simulated photographs it raises PCE (`benchmarks/fingerprints.py chance`).

    Args:
        pattern: shape (height, width).
        period: rows and columns after which the colour filters repeat.
        window: side of the squares, in samples of a phase.

    Returns:
        float32, a new array.
    """
    pattern = np.array(pattern, np.float32)
    for row in range(period):
        for column in range(period):
            phase = pattern[row::period, column::period]
            energy = uniform_filter(phase * phase, window, mode="reflect")
            # Not less than a little, so that even areas do not divide by nothing.
            phase /= np.sqrt(energy) + np.float32(1e-3) * phase.std() + np.float32(1e-12)
    return pattern


def of_raw(photograph):
    """Samples of a RAW photograph as `residual` and `estimation` take them: its planes, encoded by the gamma of 2.2.

    The variance of a sensor's noise grows with light, and the filter looks for the same noise everywhere. Encoded, it
    is nearly so. A gain 1 + K in light is one of about 1 + K / 2.2 in encoded samples.

    Args:
        photograph: an `imaging.raw.RawImage`.

    Returns:
        Samples, float32, shape (height / 2, width / 2, 4), R, G1, G2, B without white balance, values from 0 to 255;
        and from where up those of each plane are saturated, since a stack is cut off after white balance.
    """
    gains = np.asarray(photograph.plane_gains, np.float32)
    return encoded(photograph.stack / gains), encoded(_NEARLY / gains)


def luminance(picture):
    """Luma, from 0 to 255, of a developed picture, uint8 of shape (height, width, 3)."""
    return srgb.transform(picture, _LUMINANCE)[..., 0]


def encoded(light):
    """Samples from 0 to 255 of light in [0, 1], by the gamma of 2.2, not rounded."""
    return 255 * np.clip(light, 0, 1, dtype=np.float32) ** np.float32(1 / srgb.GAMMA)


def _noise(samples, sigma):
    levels = min(LEVELS, pywt.dwt_max_level(min(samples.shape), WAVELET))
    bands = pywt.wavedec2(samples.astype(np.float32, copy=False), WAVELET, level=levels)
    bands[0][:] = 0
    for details in bands[1:]:
        for band in details:
            _keep_noise(band, np.float32(sigma**2))
    height, width = samples.shape
    return pywt.waverec2(bands, WAVELET)[:height, :width]


def _keep_noise(band, variance):
    least = np.maximum(least_energy(band), variance)
    band *= variance
    band /= least


def least_energy(band):
    """The least mean of squared coefficients in squares of 3, 5, 7 and 9 around each."""
    energy = band * band
    least, mean = None, np.empty_like(energy)
    for window in WINDOWS:
        uniform_filter(energy, window, output=mean, mode="constant")
        least = mean.copy() if least is None else np.minimum(least, mean, out=least)
    return least
