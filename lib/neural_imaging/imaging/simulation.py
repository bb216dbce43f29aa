"""The simulated camera: from a scene in linear light to the samples of a Bayer sensor."""

import numpy as np
from scipy.ndimage import gaussian_filter

from neural_imaging.imaging import bayer, sensors, srgb

_LUMINANCE = srgb.XYZ_FROM_SRGB[1:2]


def representable(scene, profile):
    """Move colours that the camera could only show with negative light towards grey, just as far as needed.

    sRGB holds a few saturated colours that no surface shows to a real sensor; in photographs they come from processing.
    """
    lowest = srgb.transform(scene, np.linalg.inv(profile.camera_to_srgb)).min(axis=-1, keepdims=True)
    grey = srgb.transform(scene, _LUMINANCE)
    share = np.clip(-lowest / np.maximum(grey - lowest, 1e-9), 0, 1)
    return scene + share * (grey - scene)


def expose(scene, profile, generator=None):
    """Photograph a scene, linear sRGB in [0, 1] of shape (height, width, 3) with even sides, to a uint16 mosaic.

    The inverse of developing: inverse colour matrix, inverse white balance, colour filters, then shot and read noise
    (both as Gaussian noise, which is what DNG's noise profile describes), levels and the converter's whole numbers.
    Without a generator the sensor has no noise. A profile of a single device has its fingerprint, dark signal and noise
    of rows too (see `sensors`).
    """
    if profile.lens.blur:
        scene = gaussian_filter(scene, (profile.lens.blur, profile.lens.blur, 0), mode="nearest")
    balance = 1 / np.asarray(profile.white_balance)
    to_sensor = balance[:, None] * np.linalg.inv(profile.camera_to_srgb)
    signal = np.empty(scene.shape[:2], np.float32)
    for (row, column), colour in zip(bayer.positions(profile.cfa), (0, 1, 1, 2), strict=True):
        signal[row::2, column::2] = srgb.transform(scene[row::2, column::2], to_sensor[colour : colour + 1])[..., 0]
    # A sensor counts no negative light; see `representable`.
    np.clip(signal, 0, None, out=signal)
    if profile.lens.vignette:
        signal *= sensors.vignette(profile.lens, *signal.shape)
    if profile.device is not None:
        signal *= 1 + sensors.fingerprint(profile, *signal.shape)
    if generator is not None:
        deviation = np.sqrt(profile.shot * signal + np.float32(profile.read))
        signal += deviation * generator.standard_normal(signal.shape, np.float32)
        if profile.device is not None:
            rows = generator.standard_normal((len(signal), 1), np.float32)
            signal += np.float32(profile.spread.row) * rows
    if profile.device is not None:
        signal += sensors.dark_signal(profile, *signal.shape)
    levels = profile.black + signal * (profile.white - profile.black)
    return np.clip(np.rint(levels), 0, profile.white).astype(np.uint16)
