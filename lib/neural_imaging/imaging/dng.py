"""Write mosaics as DNG files that RAW converters open (Adobe, "Digital Negative Specification", version 1.4)."""

from fractions import Fraction

import numpy as np
import tifffile

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import bayer

_D65 = 21
_COLOURS = {"R": 0, "G": 1, "B": 2}
_MOST_ISO = 65535  # What its tag can say.
# EXIF orientation for each of LibRaw's values of flip.
_ORIENTATION = (1, 2, 4, 3, 5, 8, 6, 7)


def write(path, mosaic, profile, *, flip=0, noise=True, active_area=None):
    """Write a mosaic with its camera's description.

    The camera's name says that it is simulated, so that converters do not take the file for one of the real camera's.
    A profile of a device has its serial number, and one for an ISO says which.

    Args:
        mosaic: uint16, shape (height, width).
        profile: the `cameras.Profile` that made it.
        flip: orientation, as `RawImage.flip`.
        noise: whether the mosaic has the profile's noise.
        active_area: (top, left, bottom, right) of the picture in the mosaic; all of it by default.
    """
    mosaic = np.asarray(mosaic)
    if mosaic.dtype != np.uint16 or mosaic.ndim != 2:
        raise UserError(
            f"{path}: a mosaic is a uint16 array with two sides, not {mosaic.dtype} of shape {mosaic.shape}"
        )
    height, width = mosaic.shape
    neutral = [1 / gain for gain in profile.white_balance]
    noise_profile = (profile.shot, profile.read + _row_variance(profile)) if noise else (0.0, 0.0)
    tags = [
        ("Make", "s", "Simulated"),
        ("Model", "s", f"Simulated {profile.name}"),
        ("Orientation", "H", _ORIENTATION[flip]),
        (33421, "H", (2, 2)),  # CFARepeatPatternDim
        (33422, "B", tuple(_COLOURS[letter] for letter in bayer.check(profile.cfa))),  # CFAPattern
        (50706, "B", (1, 4, 0, 0)),  # DNGVersion
        (50707, "B", (1, 1, 0, 0)),  # DNGBackwardVersion
        (50708, "s", f"Simulated {profile.name}"),  # UniqueCameraModel
        (50710, "B", (0, 1, 2)),  # CFAPlaneColor
        (50711, "H", 1),  # CFALayout: rectangular
        (50713, "H", (2, 2)),  # BlackLevelRepeatDim
        (50714, "I", (profile.black,) * 4),  # BlackLevel
        (50717, "I", profile.white),  # WhiteLevel
        (50721, "2i", _rationals(profile.camera_from_xyz.ravel(), 10_000)),  # ColorMatrix1
        (50728, "2I", _rationals(neutral, 1_000_000)),  # AsShotNeutral
        (50730, "2i", (0, 1)),  # BaselineExposure
        (50778, "H", _D65),  # CalibrationIlluminant1
        (50829, "I", active_area or (0, 0, height, width)),  # ActiveArea
        (51041, "d", noise_profile),  # NoiseProfile
    ]
    if profile.device is not None:
        tags.append((50735, "s", f"{profile.device:06d}"))  # CameraSerialNumber
    if profile.iso is not None:
        tags.append((34855, "H", min(profile.iso, _MOST_ISO)))  # ISOSpeedRatings
    tifffile.imwrite(
        path,
        mosaic,
        photometric="cfa",
        compression=None,
        software="neural-imaging",
        metadata=None,
        extratags=[(tag, dtype, _count(dtype, value), value, True) for tag, dtype, value in tags],
    )


def _row_variance(profile):
    """Of the noise of rows, which a profile measured on single samples has as a part of read noise."""
    return 0.0 if profile.device is None else profile.spread.row**2


def _rationals(values, denominator):
    """Numerators and denominators of the nearest fractions, one behind the other."""
    fractions = [Fraction(float(value)).limit_denominator(denominator) for value in values]
    return tuple(part for fraction in fractions for part in fraction.as_integer_ratio())


def _count(dtype, value):
    if dtype == "s":
        return 0
    return np.size(value) // (2 if dtype.startswith("2") else 1)
