"""How far a picture is from its target: losses on the 0-255 scale, and PSNR and SSIM in a batch."""

import math

import numpy as np
from keras import ops

from neural_imaging.errors import UserError

_WINDOW, _SIGMA = 11, 1.5
_C1, _C2 = 0.01**2, 0.03**2


def mean_squared_error(images, targets):
    """Mean squared difference on the 0-255 scale ("L2"), a scalar; images in [0, 1]."""
    return ops.mean(ops.square(255.0 * (images - targets)))


def mean_absolute_error(images, targets):
    """Mean absolute difference on the 0-255 scale ("L1"), a scalar; images in [0, 1]."""
    return ops.mean(ops.abs(255.0 * (images - targets)))


def ssim_loss(images, targets):
    """255 × (1 − mean SSIM) ("SSIM"), a scalar; images in [0, 1]."""
    return 255.0 * (1.0 - ops.mean(ssim(images, targets)))


LOSSES = {"L2": mean_squared_error, "L1": mean_absolute_error, "SSIM": ssim_loss}


def loss(name):
    """The loss function called `name`.

    Raises:
        UserError: an unknown name.
    """
    if name not in LOSSES:
        raise UserError(f"unknown loss {name!r}; known: {', '.join(LOSSES)}")
    return LOSSES[name]


def psnr(images, targets):
    """Peak signal-to-noise ratio of each picture, in dB.

    Args:
        images, targets: float32, (batch, height, width, channels), in [0, 1].

    Returns:
        float32, (batch,); equal pictures give 100 dB, so that means stay finite.
    """
    error = ops.mean(ops.square(images - targets), axis=(1, 2, 3))
    return -10.0 / math.log(10.0) * ops.log(ops.maximum(error, 1e-10))


def ssim(images, targets):
    """Structural similarity of each picture, by an 11 × 11 Gaussian window with sigma 1.5.

    Args:
        images, targets: float32, (batch, height, width, channels), in [0, 1]; sides of at least 11.

    Returns:
        float32, (batch,): the mean over channels and all places where the window fits.

    Reference:
        Z. Wang, A. Bovik, H. Sheikh, E. Simoncelli, "Image quality assessment: from error visibility to
        structural similarity", IEEE TIP 13(4), 2004.
    """
    mean_x, mean_y = _blur(images), _blur(targets)
    products, squares = mean_x * mean_y, ops.square(mean_x) + ops.square(mean_y)
    luminance = (2.0 * products + _C1) / (squares + _C1)
    covariance = _blur(images * targets) - products
    variances = _blur(ops.square(images) + ops.square(targets)) - squares
    structure = (2.0 * covariance + _C2) / (variances + _C2)
    return ops.mean(luminance * structure, axis=(1, 2, 3))


def _blur(images):
    """Gaussian window on each channel, where it fits: two one-dimensional passes."""
    taps = np.exp(-0.5 * ((np.arange(_WINDOW) - _WINDOW // 2) / _SIGMA) ** 2)
    taps = (taps / taps.sum()).astype(np.float32)
    channels = images.shape[-1]
    for shape in ((_WINDOW, 1), (1, _WINDOW)):
        kernel = np.tile(taps.reshape(*shape, 1, 1), (1, 1, channels, 1))
        images = ops.depthwise_conv(images, kernel, padding="valid")
    return images
