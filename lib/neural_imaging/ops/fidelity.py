"""How far a picture is from its target: losses on the 0-255 scale, and PSNR and SSIM in a batch."""

import math

import numpy as np
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.ops import rounding
from neural_imaging.ops.samples import LAST

_WINDOW, _SIGMA = 11, 1.5
_C1, _C2 = 0.01**2, 0.03**2
# Weights of the five scales of MS-SSIM (Wang et al., 2003).
_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
# Structure below this, such as that of inverted pictures, counts as this much, with the slope of there: fractional
# powers of what is negative have no value, and what has no slope is never learned from.
_LEAST_STRUCTURE = 1e-3


def mean_squared_error(images, targets):
    """Mean squared difference on the 0-255 scale ("L2"), a scalar; images in [0, 1]."""
    return ops.mean(ops.square(255.0 * (images - targets)))


def mean_absolute_error(images, targets):
    """Mean absolute difference on the 0-255 scale ("L1"), a scalar; images in [0, 1]."""
    return ops.mean(ops.abs(255.0 * (images - targets)))


def ssim_loss(images, targets):
    """255 × (1 − mean SSIM) ("SSIM"), a scalar; images in [0, 1]."""
    return 255.0 * (1.0 - ops.mean(ssim(images, targets)))


def ms_ssim_loss(images, targets):
    """255 × (1 − mean MS-SSIM) ("MS-SSIM"), a scalar; images in [0, 1]."""
    return 255.0 * (1.0 - ops.mean(ms_ssim(images, targets)))


LOSSES = {"L2": mean_squared_error, "L1": mean_absolute_error, "SSIM": ssim_loss, "MS-SSIM": ms_ssim_loss}


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
    images, targets = _tensors(images, targets)
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
    luminance, structure = _similarities(*_tensors(images, targets))
    return ops.mean(luminance * structure, axis=(1, 2, 3))


def ms_ssim(images, targets):
    """Structural similarity of each picture over five scales, each half as large as the one before.

    Pictures of less than 176 pixels have fewer scales, as many as the window fits into; their weights are then
    scaled to the sum 1.

    Args:
        images, targets: float32, (batch, height, width, channels), in [0, 1]; sides of at least 11, known beforehand.

    Returns:
        float32, (batch,): the mean over channels.

    Reference:
        Z. Wang, E. Simoncelli, A. Bovik, "Multi-scale structural similarity for image quality assessment",
        Asilomar 2003.
    """
    images, targets = _tensors(images, targets)
    side = min(images.shape[1:3])
    weights = [weight for scale, weight in enumerate(_SCALES) if scale == 0 or -(-side // 2**scale) >= _WINDOW]
    total, product = sum(weights), 1.0
    for scale, weight in enumerate(weights):
        if scale > 0:
            images, targets = _halve(images), _halve(targets)
        luminance, structure = _similarities(images, targets)
        last = scale == len(weights) - 1
        similarity = ops.mean(luminance * structure if last else structure, axis=(1, 2))
        product = product * ops.power(rounding.clip(similarity, _LEAST_STRUCTURE), weight / total)
    return ops.mean(product, axis=-1)


def _tensors(*pictures):
    """Arrays as tensors; PyTorch takes no difference or product of the one and the other."""
    return [ops.convert_to_tensor(each, "float32") for each in pictures]


def _similarities(images, targets):
    """Likeness of luminance, and of contrast and structure, wherever the window fits."""
    mean_x, mean_y = _blur(images), _blur(targets)
    products, squares = mean_x * mean_y, ops.square(mean_x) + ops.square(mean_y)
    luminance = (2.0 * products + _C1) / (squares + _C1)
    covariance = _blur(images * targets) - products
    variances = _blur(ops.square(images) + ops.square(targets)) - squares
    return luminance, (2.0 * covariance + _C2) / (variances + _C2)


def _halve(images):
    """Means of 2 × 2 pixels; an odd last row or column is doubled."""
    odd = [(0, side % 2) for side in images.shape[1:3]]
    # PyTorch does not mirror by no pixels.
    if any(last for _, last in odd):
        images = ops.pad(images, ((0, 0), *odd, (0, 0)), mode="symmetric")
    return ops.average_pool(images, 2, 2, "valid", LAST)


def _blur(images):
    """Gaussian window on each channel, where it fits: two one-dimensional passes."""
    taps = np.exp(-0.5 * ((np.arange(_WINDOW) - _WINDOW // 2) / _SIGMA) ** 2)
    taps = (taps / taps.sum()).astype(np.float32)
    channels = images.shape[-1]
    for shape in ((_WINDOW, 1), (1, _WINDOW)):
        kernel = np.tile(taps.reshape(*shape, 1, 1), (1, 1, channels, 1))
        images = ops.depthwise_conv(images, kernel, padding="valid", data_format=LAST)
    return images
