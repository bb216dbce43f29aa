"""How alike two pictures are: PSNR and SSIM, for 8-bit pictures or values in [0, 1]."""

import numpy as np
from scipy.ndimage import correlate1d

from neural_imaging.errors import UserError

_SIZE, _SIGMA = 11, 1.5
_K1, _K2 = 0.01, 0.03


def psnr(a, b):
    """Peak signal-to-noise ratio in dB; infinite for equal pictures."""
    a, b = _pair(a, b)
    error = np.mean((a - b) ** 2)
    return float("inf") if error == 0 else float(-10 * np.log10(error))


def ssim(a, b):
    """Mean structural similarity, as `tf.image.ssim` has it.

    Gaussian window of 11 × 11 with σ 1.5, only where it fits into the picture; the mean over the colour channels.

    Reference:
        Z. Wang et al., "Image quality assessment: from error visibility to structural similarity", IEEE TIP, 2004.
    """
    a, b = _pair(a, b)
    if min(a.shape[:2]) < _SIZE:
        raise UserError(f"SSIM needs pictures of at least {_SIZE} × {_SIZE} pixels, not {a.shape[0]} × {a.shape[1]}")
    c1, c2 = _K1**2, _K2**2
    mean_a, mean_b = _window(a), _window(b)
    covariance = _window(a * b) - mean_a * mean_b
    variances = _window(a * a) + _window(b * b) - mean_a**2 - mean_b**2
    luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    return float(np.mean(luminance * (2 * covariance + c2) / (variances + c2)))


def _pair(a, b):
    """Both pictures as float64 in [0, 1]."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise UserError(f"pictures of different shapes cannot be compared: {a.shape} and {b.shape}")
    return tuple(x / 255.0 if x.dtype == np.uint8 else x.astype(float) for x in (a, b))


def _window(picture):
    """Local means at the places where the window lies inside the picture."""
    x = np.arange(_SIZE) - _SIZE // 2
    weights = np.exp(-(x**2) / (2 * _SIGMA**2))
    weights /= weights.sum()
    margin = slice(_SIZE // 2, -(_SIZE // 2))
    return correlate1d(correlate1d(picture, weights, axis=0), weights, axis=1)[margin, margin]
