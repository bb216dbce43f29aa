"""How alike two pictures are: PSNR, SSIM and MS-SSIM, for 8-bit pictures or values in [0, 1]."""

import numpy as np
from scipy.ndimage import correlate1d, uniform_filter1d

from neural_imaging.base.errors import UserError

# Sides of the windows of SSIM.
_WINDOWS = {"gaussian": 11, "uniform": 7}
_SIGMA = 1.5
_C1, _C2 = 0.01**2, 0.03**2
# Weights of the five scales of MS-SSIM (Wang et al., 2003).
_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
# Sides of at least so many pixels leave room for the window at the last scale.
LEAST_SIDE = _WINDOWS["gaussian"] * 2 ** (len(_SCALES) - 1)


def psnr(a, b):
    """Peak signal-to-noise ratio in dB; infinite for equal pictures."""
    a, b = _pair(a, b)
    error = np.mean((a - b) ** 2)
    return float("inf") if error == 0 else float(-10 * np.log10(error))


def ssim(a, b, window="gaussian"):
    """Mean structural similarity, over all places where the window fits into the picture, and over the colour channels.

    Args:
        a, b: pictures of one shape, (height, width) or (height, width, channels).
        window: "gaussian", 11 × 11 with σ 1.5, is that of the article and of `tf.image.ssim`. "uniform", 7 × 7 with
            the covariance of samples, is what scikit-image takes when nothing is said, and so what the three papers
            report for compression; on JPEG its values are up to 0.02 higher.

    Raises:
        UserError: different shapes, a side shorter than the window, or another window.

    Reference:
        Z. Wang et al., "Image quality assessment: from error visibility to structural similarity", IEEE TIP, 2004.
    """
    if window not in _WINDOWS:
        raise UserError(f"SSIM has no window {window!r}; there are {', '.join(_WINDOWS)}")
    a, b = _pair(a, b)
    _check_sides("SSIM", a, _WINDOWS[window])
    luminance, structure = _similarities(a, b, window)
    return float(np.mean(luminance * structure))


def ms_ssim(a, b):
    """Structural similarity over five scales, each half as large as the one before; the mean over the colour channels.

    Contrast and structure count at every scale, brightness at the last. A negative similarity, such as that of an
    inverted picture, counts as 0. Sides are at least `LEAST_SIDE` pixels, so that the window fits the last scale.

    Reference:
        Z. Wang, E. Simoncelli, A. Bovik, "Multi-scale structural similarity for image quality assessment",
        Asilomar 2003.
    """
    a, b = _pair(a, b)
    _check_sides("MS-SSIM", a, LEAST_SIDE)
    product = 1.0
    for scale, weight in enumerate(_SCALES):
        if scale > 0:
            a, b = _halved(a), _halved(b)
        luminance, structure = _similarities(a, b)
        last = scale == len(_SCALES) - 1
        similarity = np.mean(luminance * structure if last else structure, axis=(0, 1))
        product = product * np.maximum(similarity, 0) ** weight
    return float(np.mean(product))


def decibels(similarity):
    """A similarity of at most 1 in dB: −10·log10(1 − x); infinite for 1."""
    return float("inf") if similarity >= 1 else float(-10 * np.log10(1 - similarity))


def _pair(a, b):
    """Both pictures as float64 in [0, 1]."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise UserError(f"pictures of different shapes cannot be compared: {a.shape} and {b.shape}")
    return tuple(x / 255.0 if x.dtype == np.uint8 else x.astype(float) for x in (a, b))


def _check_sides(measure, picture, least):
    if min(picture.shape[:2]) < least:
        height, width = picture.shape[:2]
        raise UserError(f"{measure} needs pictures of at least {least} × {least} pixels, not {height} × {width}")


def _similarities(a, b, window="gaussian"):
    """Likeness of luminance, and of contrast and structure, wherever the window fits."""
    mean_a, mean_b = _means(a, window), _means(b, window)
    products, squares = mean_a * mean_b, mean_a**2 + mean_b**2
    covariance = _means(a * b, window) - products
    variances = _means(a * a + b * b, window) - squares
    if window == "uniform":
        samples = _WINDOWS[window] ** 2
        covariance, variances = (x * samples / (samples - 1) for x in (covariance, variances))
    return (2 * products + _C1) / (squares + _C1), (2 * covariance + _C2) / (variances + _C2)


def _halved(picture):
    """Means of 2 × 2 pixels; an odd last row or column is doubled."""
    odd = [(0, side % 2) for side in picture.shape[:2]]
    even = np.pad(picture, [*odd, *[(0, 0)] * (picture.ndim - 2)], mode="edge")
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4


def _means(picture, window):
    """Local means at the places where the window lies inside the picture."""
    size = _WINDOWS[window]
    inside = slice(size // 2, -(size // 2))
    if window == "uniform":
        return uniform_filter1d(uniform_filter1d(picture, size, axis=0), size, axis=1)[inside, inside]
    x = np.arange(size) - size // 2
    weights = np.exp(-(x**2) / (2 * _SIGMA**2))
    weights /= weights.sum()
    return correlate1d(correlate1d(picture, weights, axis=0), weights, axis=1)[inside, inside]
