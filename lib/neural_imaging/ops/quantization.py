"""Quantisation to the values of a codebook, by a kernel that gradients pass through.

Each value c of a codebook stands for a number x with the weight of a kernel of their distance d = x − c, normalised
over the codebook: t-Student with v degrees of freedom, (1 + (γd)² / v)^(−(v + 1) / 2), or Gaussian, exp(−γd²), which is
v = 0 here. With the papers' v = 50 and γ = 25 more than one code has weight only close to the middle of two.

Weights are computed relative to that of the nearest value, from the logarithm of their ratio. So none overflows, the
largest never underflows, and gradients vanish where they should. Numbers lie along rows, codes along columns: sums over
the numbers are then matrix products.

Reference:
    P. Korus, N. Memon, "Quantifying the cost of reliable photo authentication via high-performance learned lossy
    representations", ICLR 2020.
"""

import numpy as np
from keras import ops

# Numbers beyond this count as this, so that squares stay finite. Weights no longer change there.
_FARTHEST = 1e18
# Least square distance to divide by, where a kernel is so narrow that its own width vanishes.
_LEAST = 1e-30


def codebook(bits):
    """The whole numbers that a feature of so many bits can have: −2^(bits−1) + 1 to 2^(bits−1), ascending, float32."""
    half = 2 ** (bits - 1)
    return np.arange(1 - half, half + 1, dtype=np.float32)


def nearest(x, codebook):
    """The nearest value of a codebook; half-way between two, the lower. It has no gradient.

    Args:
        x: float32, any shape.
        codebook: (codes,), ascending.

    Returns:
        Values of the codebook, same shape as x.
    """
    codebook = ops.convert_to_tensor(codebook, "float32")
    middles = 0.5 * (codebook[1:] + codebook[:-1])
    places = ops.searchsorted(middles, ops.reshape(x, (-1,)))
    return ops.reshape(ops.take(codebook, places, axis=0), ops.shape(x))


def soft_codebook(x, codebook, v=50.0, gamma=25.0):
    """The nearest value of a codebook, with the gradient of the codebook's mean under the kernel.

    The kernel is computed for the gradient alone.

    Args:
        x: float32, any shape.
        codebook: (codes,), ascending.
        v: degrees of freedom of the t-Student kernel; 0 is the Gaussian one.
        gamma: how narrow the kernel is; above 0.

    Returns:
        Values of the codebook, same shape as x.
    """

    @ops.custom_gradient
    def quantised(x, codes):
        def gradient(*arguments, upstream=None):
            (upstream,) = arguments if upstream is None else (upstream,)
            kernel, heights = Kernel(x, codes, v, gamma), ops.reshape(codes, (-1, 1))
            pull = ops.reshape(upstream, (1, -1))
            to_x, to_codes = kernel.gradients(heights, pull)
            moved = ops.matmul(kernel.weights, ops.transpose(pull))
            return ops.reshape(to_x, ops.shape(x)), to_codes + ops.reshape(moved, (-1,))

        return nearest(x, codes), gradient

    return quantised(ops.convert_to_tensor(x), ops.convert_to_tensor(codebook, "float32"))


def histogram(x, codebook, v=50.0, gamma=25.0):
    """Share of each value of a codebook among numbers, by the kernel; gradients pass through.

    Args:
        x, codebook, v, gamma: as for `soft_codebook`.

    Returns:
        float32, (codes,), of sum 1.
    """

    @ops.custom_gradient
    def counted(x, codes):
        kernel = Kernel(x, codes, v, gamma)

        def gradient(*arguments, upstream=None):
            (upstream,) = arguments if upstream is None else (upstream,)
            share = ops.ones_like(kernel.x) / ops.cast(ops.size(x), "float32")
            to_x, to_codes = kernel.gradients(ops.reshape(upstream, (-1, 1)), share)
            return ops.reshape(to_x, ops.shape(x)), to_codes

        return ops.mean(kernel.weights, axis=1), gradient

    return counted(ops.convert_to_tensor(x), ops.convert_to_tensor(codebook, "float32"))


class Kernel:
    """How much each value of a codebook stands for each number.

    Args:
        x: float32, any shape.
        codes: tensor of the codebook, (codes,), ascending.
        v, gamma: as for `soft_codebook`.

    Attributes:
        x: the numbers, (1, numbers).
        weights: (codes, numbers); those of a number have the sum 1.
    """

    def __init__(self, x, codes, v, gamma):
        self._v, self._gamma = float(v), float(gamma)
        self.x = ops.clip(ops.reshape(x, (1, -1)), -_FARTHEST, _FARTHEST)
        self._codes = ops.reshape(codes, (-1, 1))
        self._nearest = nearest(self.x, codes)
        # Square distance, less that of the nearest: from sums and products, so that little is lost to rounding.
        excess = (self._nearest - self._codes) * ((2 * self.x - self._nearest) - self._codes)
        excess = ops.maximum(excess, 0.0)
        if v > 0:
            ratios = excess / self._width(self.x - self._nearest)
            ratios = ops.exp(-0.5 * (self._v + 1) * ops.log1p(ratios))
        else:
            ratios = ops.exp(-self._gamma * excess)
        self.weights = ratios / ops.sum(ratios, axis=0, keepdims=True)

    def _width(self, distance):
        return ops.maximum(self._v / self._gamma**2 + ops.square(distance), _LEAST)

    def _slopes(self, distance):
        """Derivatives of the kernel's logarithm, by the distance."""
        if self._v > 0:
            return -(self._v + 1) * distance / self._width(distance)
        return -2 * self._gamma * distance

    def gradients(self, heights, pull):
        """Gradients of Σ pull · heights · weights, the sum over numbers and codes.

        Args:
            heights: (codes, 1).
            pull: (1, numbers).

        Returns:
            By x, (1, numbers), and by the codes, (codes,), as far as they change the weights.
        """
        rows = ops.transpose(heights)
        means = ops.matmul(rows, self.weights)
        steepest = self._slopes(self.x - self._nearest)
        # A slope common to all codes changes nothing. Without the nearest's, what is left is as small as the weights.
        steep = self.weights * (self._slopes(self.x - self._codes) - steepest)
        to_x = pull * (ops.matmul(rows, steep) - means * ops.sum(steep, axis=0, keepdims=True))
        return to_x, ops.reshape(
            -self._along(steep, heights, pull, means) - self._along(self.weights, heights, pull * steepest, means),
            (-1,),
        )

    @staticmethod
    def _along(terms, heights, pull, means):
        """Sums of terms · pull · (heights − means) over the numbers, (codes, 1)."""
        return heights * ops.matmul(terms, ops.transpose(pull)) - ops.matmul(terms, ops.transpose(pull * means))
