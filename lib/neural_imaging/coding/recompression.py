"""Whether a JPEG file was a JPEG before, on the same grid of blocks: what two quantisations leave in its coefficients.

A coefficient that was rounded to multiples of one step and then to those of a finer one cannot have all values as often
as one that was rounded once: some are never reached (Lukáš and Fridrich). So each step of a first compression says how
often each value is expected. What the coefficients were before any rounding is estimated from the same picture without
its first rows and columns, whose blocks do not lie where the file's blocks lie.

`benchmarks/recompression.py` measures how often it is right.

References:
    J. Lukáš, J. Fridrich, "Estimation of primary quantization matrix in double compressed JPEG images", DFRWS 2003.
    A. Popescu, H. Farid, "Statistical tools for digital forensics", IH 2004.
"""

from typing import NamedTuple

import numpy as np
from scipy import fft

from neural_imaging.coding import jpeg_tables

# Files that were compressed once have less; so have those of encoders that round towards zero, by a fifth of a step.
LEAST = 0.02
# Coefficients that are looked at: as many places along the diagonals, without the mean.
_PLACES = 9
# Fewer blocks than this say nothing; more than the other are not needed.
_FEWEST, _MOST = 400, 10_000
# Values from minus to plus this one have bins of their own; those beyond are left out.
_LARGEST = 40
# Steps of a first compression that are tried, and rows and columns that are left out for the estimate.
_STEPS, _SHIFT = np.arange(1, 81), 4
# A quality is named where its tables explain so much of the evidence.
_EXPLAINED = 0.8


class Trace(NamedTuple):
    """What is found of an earlier compression."""

    evidence: float
    """Mean logarithm of how many times likelier a coefficient is after two compressions than after one."""
    quality: int | None
    """Of the first one, if it had libjpeg's tables; None where other tables explain it better."""

    @property
    def found(self):
        """Whether there was one."""
        return self.evidence >= LEAST


def measure(luma, table):
    """How much the coefficients of a JPEG file look like those of a JPEG file of a JPEG file.

    Args:
        luma: brightness as the file has it, uint8, shape (height, width).
        table: the file's quantisation table of brightness, shape (8, 8).

    Returns:
        `Trace`; None where there are too few blocks without clipped pixels.
    """
    coefficients, before = _coefficients(luma), _coefficients(luma[_SHIFT:, _SHIFT:])
    if min(len(coefficients), len(before)) < _FEWEST:
        return None
    places = [divmod(int(place), 8) for place in jpeg_tables.ZIGZAG[1 : 1 + _PLACES]]
    # Pixels are rounded between the two.
    noise = np.random.default_rng(0).normal(scale=12**-0.5, size=len(before))
    likelier, count = np.zeros((_PLACES, len(_STEPS))), 0
    for number, (row, column) in enumerate(places):
        step, samples = float(table[row, column]), before[:, row, column]
        seen, once = _counts(coefficients[:, row, column] / step), _shares(samples / step)
        for place, first in enumerate(_STEPS):
            twice = _shares((first * np.rint(samples / first) + noise) / step)
            likelier[number, place] = seen @ np.log(twice / once)
        count += seen.sum()
    evidence = np.maximum(likelier.max(axis=1), 0).sum()
    quality, explained = _standard(likelier, places)
    return Trace(float(evidence / max(count, 1)), quality if explained >= _EXPLAINED * evidence else None)


def _standard(likelier, places):
    """The quality whose tables explain most, and how much that is."""
    explained = {}
    for quality in range(1, 101):
        table = jpeg_tables.table(quality)
        steps = [int(table[place]) for place in places]
        if max(steps) <= len(_STEPS):
            explained[quality] = sum(likelier[number, step - 1] for number, step in enumerate(steps))
    best = max(explained, key=explained.get)
    return best, explained[best]


def _coefficients(luma):
    """DCT coefficients of blocks without clipped pixels, some of them where there are many: (n, 8, 8)."""
    height, width = (side // 8 * 8 for side in luma.shape)
    blocks = luma[:height, :width].reshape(height // 8, 8, width // 8, 8).swapaxes(1, 2).reshape(-1, 8, 8)
    blocks = blocks[:: max(1, len(blocks) // _MOST)]
    blocks = blocks[(blocks.min(axis=(1, 2)) > 0) & (blocks.max(axis=(1, 2)) < 255)]
    return fft.dctn(blocks.astype(np.float32) - 128, axes=(1, 2), norm="ortho")


def _counts(values):
    """How often each value is there."""
    whole = np.rint(values).astype(int)
    return np.bincount(whole[np.abs(whole) <= _LARGEST] + _LARGEST, minlength=2 * _LARGEST + 1).astype(float)


def _shares(values):
    """How often each value is expected; one that was never seen has a little."""
    counts = _counts(values) + 0.5
    return counts / counts.sum()
