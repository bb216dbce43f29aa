"""The simulated camera: from a scene in linear light to the samples of a Bayer sensor."""

import numpy as np

from neural_imaging.imaging import bayer


def expose(scene, profile, generator=None):
    """Photograph a scene.

    The inverse of developing: inverse colour matrix, inverse white balance, colour filters, then shot and read noise
    (both as Gaussian noise, which is what DNG's noise profile describes), levels and the converter's whole numbers.

    Args:
        scene: linear sRGB, shape (height, width, 3), values in [0, 1], even sides.
        profile: a `cameras.Profile`.
        generator: NumPy generator of the noise; None gives a sensor without noise.

    Returns:
        Mosaic, uint16, shape (height, width).
    """
    balance = 1 / np.asarray(profile.white_balance)
    to_sensor = (balance[:, None] * np.linalg.inv(profile.camera_to_srgb)).astype(np.float32)
    signal = np.empty(scene.shape[:2], np.float32)
    for (row, column), colour in zip(bayer.positions(profile.cfa), (0, 1, 1, 2), strict=True):
        signal[row::2, column::2] = scene[row::2, column::2] @ to_sensor[colour]
    # A sensor counts no negative light: colours that only negative amounts could make are moved to its border.
    np.clip(signal, 0, None, out=signal)
    if generator is not None:
        deviation = np.sqrt(profile.shot * signal + np.float32(profile.read))
        signal += deviation * generator.standard_normal(signal.shape, np.float32)
    levels = profile.black + signal * (profile.white - profile.black)
    return np.clip(np.rint(levels), 0, profile.white).astype(np.uint16)
