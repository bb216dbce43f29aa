"""Entropy of quantised numbers, estimated so that gradients pass through."""

import math

from keras import ops

from neural_imaging.ops import quantization

# No code counts as rarer, as in the released toolbox, so that logarithms stay finite.
_RAREST = 1e-9


def entropy(x, codebook, v=50.0, gamma=25.0):
    """Estimate the entropy of numbers once they are quantised to a codebook, from their soft histogram.

    Args:
        x: float32, any shape, not quantised yet: between codes they pass gradients, upon them hardly any.
        codebook: (codes,), ascending.
        v: degrees of freedom of the t-Student kernel; 0 is the Gaussian one.
        gamma: how narrow the kernel is; above 0.

    Returns:
        (bits, histogram): bits a symbol, a scalar; share of each code, (codes,).
    """
    shares = ops.maximum(quantization.histogram(x, codebook, v, gamma), _RAREST)
    shares = shares / ops.sum(shares)
    return -ops.sum(shares * ops.log(shares)) / math.log(2.0), shares
