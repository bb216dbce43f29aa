"""A sensor's fingerprint, estimated from photographs of one device.

A sample is I = (1 + K) · I0 + noise, with the light I0 and the pixel's relative deviation K, the fingerprint. So a
residual is W = I · K + noise.

Reference:
    M. Chen, J. Fridrich, M. Goljan, J. Lukáš, "Determining image origin and integrity using sensor noise", IEEE TIFS
    3(1), 2008.
"""

import numpy as np
import scipy.fft
from scipy.ndimage import uniform_filter

from neural_imaging.base.errors import UserError
from neural_imaging.fingerprints import residuals

# Samples from here up may be saturated, and show no fingerprint then.
SATURATED = 250


class Estimator:
    """Maximum-likelihood estimate of a fingerprint from photographs that come one after the other.

    K = Σ W · I / Σ I², if noise has the same variance everywhere. With `prnu` it is the mean of K given the residuals,
    K = Σ W · I / (Σ I² + σ² / prnu²), which is nearer to 0 where there was little light. Saturated samples are left
    out. Two arrays of the size of a photograph are kept, however many photographs there are.

    Args:
        sigma: σ of the residual's filter, see `residuals.residual`. The usual 5 is for developed photographs; from RAW
            files the least of a scene is taken for noise where it is that of the sensor, about 1.
        prnu: standard deviation that the fingerprint has in these samples, where it is known about.

    Attributes:
        count: photographs so far.
    """

    def __init__(self, sigma=residuals.SIGMA, prnu=None):
        self._sigma, self.count = sigma, 0
        self._prior = 1.0 if prnu is None else (sigma / prnu) ** 2
        self._products = self._squares = None

    def add(self, samples, saturated=SATURATED):
        """Take one more photograph.

        Args:
            samples: shape (height, width) or (height, width, channels), values from 0 to 255.
            saturated: from where up they may be saturated: a number, or one a channel.

        Raises:
            UserError: its shape is not that of those before.
        """
        samples = np.asarray(samples)
        if self._products is None:
            self._products, self._squares = (np.zeros(samples.shape, np.float32) for _ in range(2))
        if samples.shape != self._products.shape:
            raise UserError(f"has the shape {samples.shape}, and those before have {self._products.shape}")
        noise = residuals.residual(samples, self._sigma)
        light = np.where(samples < saturated, samples, 0).astype(np.float32, copy=False)
        noise *= light
        self._products += noise
        light *= light
        self._squares += light
        self.count += 1

    def estimate(self):
        """The fingerprint of the photographs so far: float32, of their shape; 0 where all were saturated."""
        if self._products is None:
            raise UserError("a fingerprint is estimated from at least one photograph")
        return self._products / (self._squares + np.float32(self._prior))


def zero_mean(pattern, period=2):
    """Take the means of rows and columns out of a pattern, for each phase of the colour filters on its own.

    What the devices of a model share, from reading out the sensor and from demosaicing, repeats along rows and columns.

    Args:
        pattern: shape (height, width).
        period: rows and columns after which the colour filters repeat; 1 for a single plane of them.

    Returns:
        float32, a new array.
    """
    pattern = np.array(pattern, np.float32)
    for row in range(period):
        for column in range(period):
            phase = pattern[row::period, column::period]
            phase -= phase.mean()
            phase -= phase.mean(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
            phase -= phase.mean(axis=0, keepdims=True, dtype=np.float64).astype(np.float32)
    return pattern


def whitened(pattern):
    """Take out of a pattern what stands out in its spectrum, by Wiener's filter there.

    A fingerprint is noise, whose spectrum has no peaks. Those that it has are from JPEG's grid, resizing and the like,
    which devices share. Of the magnitude at each frequency the part stays that is noise of the pattern's variance, as
    `residuals.residual` tells it.

    Args:
        pattern: shape (height, width).

    Returns:
        float32, of the same shape.
    """
    height, width = pattern.shape
    spectrum = scipy.fft.rfft2(np.asarray(pattern, np.float32))
    # Variance of the magnitudes, of a transform that keeps energies.
    variance = np.float32(np.var(pattern))
    power = (spectrum.real**2 + spectrum.imag**2) / np.float32(height * width)
    # The half that is not stored is the same, turned; so much of it as windows see.
    margin = residuals.WINDOWS[-1] // 2
    rows = -np.arange(height) % height
    left = power[rows, margin:0:-1]
    after = [(width - column) % width for column in range(power.shape[1], power.shape[1] + margin)]
    power = np.concatenate([left, power, power[rows][:, after]], axis=1)
    least = np.minimum.reduce([uniform_filter(power, window, mode="wrap") for window in residuals.WINDOWS])
    spectrum *= variance / np.maximum(least[:, margin:-margin], variance)
    return scipy.fft.irfft2(spectrum, (height, width))


def clean(pattern, period=2):
    """A fingerprint without what devices share: `zero_mean`, then `whitened`."""
    return whitened(zero_mean(pattern, period))
