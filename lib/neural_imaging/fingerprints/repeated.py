"""A pattern that a camera adds to all of its photographs, repeated: estimated from some of them, and looked for.

Patterns are in grey levels of 255, float, shape (period, period, 3), each colour with a mean of 0, and begin with a
photograph's first pixel. Photographs are samples from 0 to 255, shape (height, width, 3).
"""

import numpy as np
import scipy.fft

from neural_imaging.base.errors import UserError
from neural_imaging.fingerprints import residuals


def folded(picture, period):
    """Mean of a picture over all whole periods, less that of each colour: float32, shape (period, period, 3).

    Raises:
        UserError: the picture is smaller than one period.
    """
    rows, columns = (length // period for length in picture.shape[:2])
    if not rows or not columns:
        raise UserError(f"{picture.shape[1]} × {picture.shape[0]} pixels are fewer than one period of {period}")
    whole = picture[: rows * period, : columns * period]
    return centred(whole.reshape(rows, period, columns, period, 3).mean(axis=(0, 2), dtype=np.float64))


def centred(pattern):
    """A pattern without the mean of each colour, which is a cast, and says nothing of place; float32."""
    return (pattern - pattern.mean(axis=(0, 1))).astype(np.float32)


def unfolded(pattern, shape):
    """A picture of a pattern, repeated from the first pixel on; `shape` begins with its height and width."""
    rows, columns = (np.arange(length) % side for length, side in zip(shape[:2], pattern.shape[:2], strict=True))
    return pattern[np.ix_(rows, columns)]


def seen(photograph, period, sigma=residuals.SIGMA):
    """What a photograph tells of a repeated pattern: its noise residual, `folded`.

    The mean of this over photographs is an estimate. It has what each of them tells, and chance falls with the square
    root of the number of periods in all photographs. Wiener's filter takes strong details of a scene out, and a part of
    the pattern with them; waves longer than some 32 pixels are lost. `strength` corrects the former.
    """
    return folded(residuals.residual(photograph, sigma), period)


def correlation(first, second):
    """Normalised correlation of two patterns, in [−1, 1]; 0 where one of them is even."""
    sizes = np.linalg.norm(first) * np.linalg.norm(second)
    return float(np.vdot(first, second) / sizes) if sizes else 0.0


def correlations(first, second):
    """The same for the second pattern moved to each place of the period: float64, shape (period, period)."""
    sizes = np.linalg.norm(first) * np.linalg.norm(second)
    spectra = [scipy.fft.fft2(np.asarray(pattern, np.float64), axes=(0, 1)) for pattern in (first, second)]
    return scipy.fft.ifft2((spectra[0] * spectra[1].conj()).sum(axis=2)).real / (sizes or 1.0)


def strength(photograph, pattern, sigma=residuals.SIGMA, own=None):
    """How strong a pattern is in a photograph, by least squares: in parts of the pattern as it is given.

    Subtracted so many times, it leaves nothing of itself in what is `seen`. The product of the pattern and of what is
    seen falls by the same with each time that the pattern is subtracted, as long as the filter works as before; so it
    is subtracted once to find by how much. That considers what the filter takes away, and an estimate that was made of
    noisier or coarser pictures.

    Args:
        photograph, pattern, sigma: see above.
        own: what is `seen` of the photograph, where that is there already.

    Returns:
        A number; 0 where the filter lets nothing of the pattern pass.
    """
    own = seen(photograph, len(pattern), sigma) if own is None else own
    rest = seen(photograph - unfolded(pattern, photograph.shape), len(pattern), sigma)
    there, less = (float(np.vdot(each, pattern)) for each in (own, rest))
    # Waves that are too long for the filter come out as rounding.
    return there / (there - less) if there - less > 1e-3 * float(np.vdot(pattern, pattern)) else 0.0


def random_like(pattern, seed):
    """Another pattern with the same strength and the same waves, shifted at random, and no correlation with it."""
    pattern = np.asarray(pattern, np.float64)
    noise = scipy.fft.fft2(np.random.default_rng(seed).normal(size=(*pattern.shape[:2], 1)), axes=(0, 1))
    # The same shift in all colours, so that grey stays grey.
    waves = scipy.fft.fft2(pattern, axes=(0, 1)) * (noise / np.abs(noise))
    other = scipy.fft.ifft2(waves, axes=(0, 1)).real
    other -= pattern * (np.vdot(other, pattern) / np.vdot(pattern, pattern))
    return (other * (np.linalg.norm(pattern) / np.linalg.norm(other))).astype(np.float32)
