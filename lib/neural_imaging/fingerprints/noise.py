"""How noisy a camera is, from its RAW files: variance = shot · signal + read, of a signal in [0, 1].

Photographs are looked at in blocks of single colour planes. Differences of diagonal neighbours know nothing of slopes,
and their variance is that of the noise where there is no texture: so, of blocks as bright as each other, the least
varying ones count.

Reference:
    A. Foi, M. Trimeche, V. Katkovnik, K. Egiazarian, "Practical Poissonian-Gaussian noise modeling and fitting for
    single-image raw-data", IEEE TIP 17(10), 2008, which the idea is from; the fit here is simpler.
"""

import numpy as np
from scipy import optimize, stats

from neural_imaging.base.errors import UserError

# Side of a block, in samples of a plane, and differences in it.
_BLOCK = 16
_DIFFERENCES = _BLOCK**2 // 4
# Of scenes the blocks of a brightness that count, from the least varying one up; how many a brightness must have.
_LEAST_VARYING, _FEWEST = 0.02, 50
_BINS = 24
# Blocks are left out where the darkest samples may be cut off, or the brightest.
_DARKEST, _BRIGHTEST = 1e-4, 0.95
# In a flat field blocks vary hardly more than neighbours differ: most of them by less than this factor.
_FLAT, _MOST = 2.0, 0.95


def blocks(planes, former=None):
    """Brightness and variance of each block of a photograph that can be used.

    Args:
        planes: samples in [0, 1] before white balance, shape (height / 2, width / 2, 4).
        former: planes of the photograph before, of the same even light: then the variance is that of the difference,
            halved, in which a sensor's fingerprint is not.

    Returns:
        "signal" and "variance", arrays of shape (blocks,), and whether the photograph is a flat field.
    """
    noise = planes if former is None else (planes - former) / np.float32(np.sqrt(2))
    cells = _cells(planes)
    signal, lowest, highest = cells.mean(axis=(1, 2)), cells.min(axis=(1, 2)), cells.max(axis=(1, 2))
    within = cells.var(axis=(1, 2))
    noise = _cells(noise)
    differences = (noise[:, ::2, ::2] - noise[:, ::2, 1::2] - noise[:, 1::2, ::2] + noise[:, 1::2, 1::2]) / 2
    variance = np.square(differences).mean(axis=(1, 2))
    usable = (lowest > _DARKEST) & (highest < _BRIGHTEST) & (variance > 0)
    flat = usable.sum() >= _FEWEST and np.quantile((within / np.maximum(variance, 1e-12))[usable], _MOST) < _FLAT
    return {"signal": signal[usable], "variance": variance[usable]}, bool(flat)


def of_scenes(found):
    """Shot noise, read noise and fingerprint that explain the variances of the least varying blocks of scenes.

    A fingerprint of the standard deviation prnu adds (prnu · signal)² to shot · signal + read. Texture is everywhere to
    some degree, so that shot noise comes out up to twice as high as it is.

    Args:
        found: mapping of "signal" and "variance" of blocks, as `blocks` gives them.

    Returns:
        Mapping of "shot", "read" and "prnu", none of them below 0.

    Raises:
        UserError: too few blocks.
    """
    rows = []
    for signal, variance in _ranges(**found):
        # A variance that is estimated from n differences is the true one times χ² / n, of which the quantile is known.
        usual = stats.chi2.ppf(_LEAST_VARYING, _DIFFERENCES) / _DIFFERENCES
        rows.append((signal.mean(), 1.0, np.quantile(variance, _LEAST_VARYING) / usual, len(signal)))
    return _fitted(rows)


def of_flat_fields(single, differences):
    """The same of flat fields, from blocks of each and from those of its difference with the one before.

    In differences there is no fingerprint, so that the two are told apart. Read noise needs flat fields with little
    light, or of several exposures.
    """
    found = ((single, 1.0), (differences, 0.0))
    return _fitted(
        [
            (signal.mean(), fingerprint, variance.mean(), len(signal))
            for each, fingerprint in found
            for signal, variance in _ranges(**each)
        ]
    )


def _fitted(rows):
    """Fit of rows of brightness, share of the fingerprint, variance, and how many blocks these are of."""
    if len(rows) < 3:
        raise UserError(
            "too few areas that are even and neither cut off in the shadows nor in the lights: give more photographs, "
            "or flat fields (of an even wall, out of focus) at different exposures"
        )
    signal, fingerprint, variance, count = np.array(rows, float).T
    terms = np.stack([signal, np.ones_like(signal), fingerprint * signal**2], axis=1)
    scale, weight = terms.max(axis=0), np.sqrt(count) / variance
    found, _ = optimize.nnls(terms / scale * weight[:, None], variance * weight)
    shot, read, square = found / scale
    return {"shot": float(shot), "read": float(read), "prnu": float(np.sqrt(square))}


def _ranges(signal, variance):
    """Brightness and variance of the blocks of each range of brightness that has enough of them."""
    ranges = np.minimum((np.sqrt(signal) * _BINS).astype(int), _BINS - 1)
    for place in np.unique(ranges):
        here = ranges == place
        if here.sum() >= _FEWEST:
            yield signal[here], variance[here]


def _cells(planes):
    """Blocks of all planes: shape (blocks, side, side)."""
    rows, columns = (length // _BLOCK for length in planes.shape[:2])
    cut = planes[: rows * _BLOCK, : columns * _BLOCK]
    cells = cut.reshape(rows, _BLOCK, columns, _BLOCK, planes.shape[2])
    return cells.transpose(0, 2, 4, 1, 3).reshape(-1, _BLOCK, _BLOCK)
