"""Quantisation tables of JPEG, as libjpeg makes them from a quality factor; how coefficients may be rounded."""

import numbers

import numpy as np

from neural_imaging.base.errors import UserError

# How the differentiable JPEG rounds; see `models.jpeg`.
ROUNDINGS = ("round", "sin", "soft", "harmonic")
# ITU-T T.81, Annex K, tables K.1 and K.2.
LUMA = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
)
CHROMA = np.full((8, 8), 99)
CHROMA[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]


def quality_factor(quality):
    """The quality as a whole number from 1 to 100; a `UserError` refuses all else."""
    if isinstance(quality, bool) or not isinstance(quality, numbers.Real) or quality != quality // 1:
        raise UserError(f"JPEG quality must be a whole number from 1 to 100, not {quality!r}")
    if not 1 <= quality <= 100:
        raise UserError(f"JPEG quality must be from 1 to 100, not {quality!r}")
    return int(quality)


def table(quality, chroma=False):
    """Quantisation table of libjpeg: whole numbers from 1 to 255, shape (8, 8), rows are vertical frequencies.

    It is that of the brightness, or that of the colour differences (chroma).
    """
    quality = quality_factor(quality)
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return np.clip(((CHROMA if chroma else LUMA) * scale + 50) // 100, 1, 255)


def estimate_quality(luma_table, chroma=False):
    """The quality factor whose table is nearest in mean absolute difference; the lower one of two as near.

    Args:
        luma_table: a quantisation table, shape (8, 8), natural order.
        chroma: compare with the tables of the colour differences.
    """
    values = np.asarray(luma_table, np.float64)
    if values.shape != (8, 8):
        raise UserError(f"a quantisation table has 8×8 numbers, not shape {values.shape}")
    differences = [np.abs(values - table(quality, chroma)).mean() for quality in range(1, 101)]
    return 1 + int(np.argmin(differences))
