"""Rounding with gradients that are of use, and clipping that lets gradients through."""

import math

from keras import ops

from neural_imaging.base.errors import UserError


def hard(x):
    """Round to whole numbers; the gradient is that of the identity (straight-through).

    The released toolbox's rounding has no gradient at all, so that nothing before it could be trained.
    """
    return _straight_through(ops.round, x)


def half_up(x, offset=0.0):
    """Add an offset and round to whole numbers, halves up; the gradient is that of the identity."""
    return _straight_through(lambda values: ops.floor(values + (offset + 0.5)), x)


def _straight_through(function, x):
    @ops.custom_gradient
    def applied(values):
        def gradient(*arguments, upstream=None):
            return arguments[0] if upstream is None else upstream

        return function(values), gradient

    return applied(ops.convert_to_tensor(x))


def sinusoidal(x):
    """x − sin(2πx) / 2π: a smooth staircase, flat at whole numbers, in both directions."""
    return staircase(2 * math.pi * x) * (0.5 / math.pi)


def staircase(phase):
    """t − sin(t): `sinusoidal` where one step is 2π wide and high, which costs less."""

    @ops.custom_gradient
    def climbed(values):
        def gradient(*arguments, upstream=None):
            (upstream,) = arguments if upstream is None else (upstream,)
            return upstream * (1.0 - ops.cos(values))

        return values - ops.sin(values), gradient

    return climbed(ops.convert_to_tensor(phase))


def soft(x):
    """Rounds in the forward pass; the gradient is that of `sinusoidal`."""

    @ops.custom_gradient
    def rounded(values):
        def gradient(*arguments, upstream=None):
            (upstream,) = arguments if upstream is None else (upstream,)
            return upstream * (1.0 - ops.cos(2 * math.pi * values))

        return ops.round(values), gradient

    return rounded(ops.convert_to_tensor(x))


def harmonic(x, terms=5):
    """Fourier series of rounding, x + Σ (−1)^k sin(2πkx) / kπ for k from 1 to terms − 1.

    The count follows the released toolbox, where five terms run to k = 4.
    """
    y = x
    for k in range(1, terms):
        y = y + (-1) ** k / (k * math.pi) * ops.sin(2 * math.pi * k * x)
    return y


def identity(x):
    """No rounding."""
    return x


ROUNDINGS = {"round": hard, "sin": sinusoidal, "soft": soft, "harmonic": harmonic, "identity": identity}


def get(name):
    """The rounding of that name: a function of a tensor.

    Raises:
        UserError: no such rounding.
    """
    if name not in ROUNDINGS:
        raise UserError(f"rounding {name!r} is not known; known are {', '.join(ROUNDINGS)}")
    return ROUNDINGS[name]


def clip(x, low=0.0, high=1.0):
    """Clip, with the gradient of the identity, so that saturated pixels can still be learned from."""
    return _straight_through(lambda values: ops.clip(values, low, high), x)


def limit(x, low=0.0, high=1.0):
    """Clip, with its own gradient: none where a value was out of range. Same as `ops.clip`, half the cost."""

    @ops.custom_gradient
    def limited(values):
        inside = ops.clip(values, low, high)

        def gradient(*arguments, upstream=None):
            (upstream,) = arguments if upstream is None else (upstream,)
            return upstream * ops.cast(ops.equal(values, inside), upstream.dtype)

        return inside, gradient

    return limited(ops.convert_to_tensor(x))


def to_8_bits(x):
    """Round values in [0, 1] to the 256 levels of an 8-bit image; gradient as in `soft`."""
    return soft(255.0 * x) / 255.0
