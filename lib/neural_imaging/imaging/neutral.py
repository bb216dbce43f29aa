"""What a camera answers to white, where a DNG file gives the colour of white and not the answer itself.

By Adobe, "Digital Negative Specification", version 1.7, "Translating White Balance xy Coordinates to Camera Neutral
Coordinates".
"""

import contextlib

import numpy as np

_WHITE, _ANALOG = 50729, 50727
# Matrix from XYZ to the camera's colours, its calibration, and the light that they are for; of each a second one.
_MATRICES, _CALIBRATIONS, _LIGHTS = (50721, 50722), (50723, 50724), (50778, 50779)
TAGS = (_WHITE, _ANALOG, *_MATRICES, *_CALIBRATIONS, *_LIGHTS)
# Colour temperature in kelvin of EXIF's light sources.
_KELVIN = {1: 5500, 2: 4200, 3: 2850, 4: 5500, 9: 5500, 10: 6500, 11: 7500, 12: 6400, 13: 5000, 14: 4200, 15: 3450,
           17: 2850, 18: 5500, 19: 6500, 20: 5500, 21: 6500, 22: 7500, 23: 5000, 24: 3200}  # fmt: skip


def gains(head):
    """Gains of R, G and B that make the white of a DNG file's first directory grey, the smallest 1; None without one.

    The white is the one that the camera set, as a chromaticity. Of two matrices, each for a light, the mean is taken
    that belongs to its colour temperature.
    """
    x, y = head.get(_WHITE, (0, 0))[:2]
    if not (x > 0 and y > 0 and x + y < 1):
        return None
    camera_from_xyz = _camera_from_xyz(head, _temperature(x, y))
    if camera_from_xyz is None:
        return None
    answer = camera_from_xyz @ (x / y, 1, (1 - x - y) / y)
    return tuple(map(float, answer.max() / answer)) if np.isfinite(answer).all() and answer.min() > 0 else None


def _temperature(x, y):
    """Colour temperature in kelvin, by McCamy's formula (Color Research & Application 17(2), 1992)."""
    slope = (x - 0.3320) / (0.1858 - y)
    return 449 * slope**3 + 3525 * slope**2 + 6823.3 * slope + 5520.33


def _camera_from_xyz(head, kelvin):
    analog = np.array(head.get(_ANALOG, (1, 1, 1)), float)
    known = []
    for matrix, calibration, light in zip(_MATRICES, _CALIBRATIONS, _LIGHTS, strict=True):
        # Cameras of four colours have other shapes.
        with contextlib.suppress(ValueError):
            parts = [np.array(values, float).reshape(3, 3)
                     for values in (head.get(calibration, np.eye(3)), head.get(matrix, ()))]  # fmt: skip
            known.append((_KELVIN.get(head.get(light, (0,))[0]), analog.reshape(3, 1) * (parts[0] @ parts[1])))
    if len(known) < 2 or None in (known[0][0], known[1][0]) or known[0][0] == known[1][0]:
        return known[0][1] if known else None
    (first, one), (second, other) = known
    share = np.clip((1 / kelvin - 1 / second) / (1 / first - 1 / second), 0, 1)
    return share * one + (1 - share) * other
