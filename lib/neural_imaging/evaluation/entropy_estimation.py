"""How far the differentiable entropy estimate is from the entropy of the quantised values, by kernel.

Entropies are in bits a symbol. Numbers come from a Laplace distribution, whose scale goes from all zeros to values that
mostly lie beyond the codebook, or from a codec's latent of photographs.

The released scripts add 1e-72 to every kernel weight. A Gaussian with γ = 5 is below that from 5.8 beyond the codebook
on, so such numbers count for all codes alike there, and cost up to 0.6 bits at the largest scales. Here weights are
computed as logarithms, and each number counts for its nearest codes, however far away it is.
"""

import keras
import numpy as np
import pandas as pd

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import opening
from neural_imaging.ops.entropy import entropy
from neural_imaging.tables import typeset

LAPLACE = "Laplace"
COLUMNS = ["source", "kernel", "v", "gamma", "scale", "entropy", "estimate", "error", "relative_error"]
# The kernels that the paper compares: degrees of freedom (0: Gaussian) and γ.
KERNELS = ((0, 5), (50, 25))
CODEBOOK = np.arange(-5, 6, dtype=np.float32)
_SUMMARY = ["Numbers", "Kernel", "Draws", "Mean error (bit)", "Largest error (bit)", "Mean error (%)"]


def kernel_name(v, gamma):
    """A kernel's name for readers: "Gaussian (γ = 5)", "t-Student (v = 50, γ = 25)"."""
    return f"t-Student (v = {v:g}, γ = {gamma:g})" if v > 0 else f"Gaussian (γ = {gamma:g})"


def true_entropy(values, codebook):
    """Entropy of the values in bits once each is replaced by the nearest value of the ascending codebook."""
    codebook = np.asarray(codebook, np.float64)
    nearest = np.searchsorted((codebook[1:] + codebook[:-1]) / 2, np.asarray(values, np.float64).ravel())
    shares = np.bincount(nearest, minlength=len(codebook)) / nearest.size
    shares = shares[shares > 0]
    # Written so that a single symbol has 0 bits, and not −0.
    return float((shares * np.log2(1 / shares)).sum())


def laplace(scales=500, count=1000, low=0.01, high=10.0, seed=0):
    """Yield (scale, numbers) of Laplace distributions around 0 with evenly spaced scales: float32, `count` of each."""
    random = np.random.default_rng(seed)
    for scale in np.linspace(low, high, scales):
        yield float(scale), random.laplace(scale=scale, size=count).astype(np.float32)


def latents(model, paths, size=128, per_picture=10, seed=0):
    """Yield (NaN, latent) of patches at random places of photographs: what a codec quantises."""
    if size % model.multiple:
        raise UserError(f"patches of {size} pixels: the codec takes sides that are multiples of {model.multiple}")
    random = np.random.default_rng(seed)
    for path in paths:
        picture = opening.read(path).picture
        if min(picture.shape[:2]) < size:
            raise UserError(f"{path}: {picture.shape[1]} × {picture.shape[0]} pixels have no patch of {size}")
        for _ in range(per_picture):
            top, left = (int(random.integers(side - size + 1)) for side in picture.shape[:2])
            patch = picture[np.newaxis, top : top + size, left : left + size].astype(np.float32) / 255
            yield np.nan, keras.ops.convert_to_numpy(model.encoder(patch, training=False))


def measure(draws, codebook=CODEBOOK, kernels=KERNELS, source=LAPLACE):
    """Estimate the entropy of each draw of `laplace` or `latents` with each kernel, and compare it with the true one.

    The table (`COLUMNS`) has a line a draw and kernel. The error is the estimate minus the entropy; the relative error
    is in percent of the entropy, and empty where that is 0.
    """
    codebook, lines = np.asarray(codebook, np.float32), []
    for scale, values in draws:
        true = true_entropy(values, codebook)
        for v, gamma in kernels:
            estimate = float(entropy(values, codebook, v=v, gamma=gamma)[0])
            error = estimate - true
            relative = 100 * error / true if true else np.nan
            lines.append([source, kernel_name(v, gamma), v, gamma, scale, true, estimate, error, relative])
    return pd.DataFrame(lines, columns=COLUMNS)


def cells(table):
    """Headings and lines of text of a summary for readers: a line a kind of numbers and kernel; errors without sign."""
    lines = []
    for (source, kernel), members in table.groupby(["source", "kernel"], sort=False):
        errors, relative = members["error"].abs(), members["relative_error"].abs()
        lines.append(
            [
                source,
                kernel,
                str(len(members)),
                typeset.number(errors.mean(), decimals=4),
                typeset.number(errors.max(), decimals=4),
                typeset.number(relative.mean(), decimals=2),
            ]
        )
    return _SUMMARY, lines
