"""Checks of the settings that networks are made from. Each failure is one clear line."""

import numbers

from neural_imaging.errors import UserError

PRECISIONS = ("float32", "mixed_bfloat16")
ACTIVATIONS = ("leaky_relu", "relu", "tanh", "sigmoid", "softsign")


def number(name, value, low, high):
    """A number from `low` to `high`.

    Raises:
        UserError: something else.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not low <= value <= high:
        raise UserError(f"{name} must be a number from {low} to {high}, not {value!r}")
    return value


def integer(name, value, low, high):
    """A whole number from `low` to `high`.

    Raises:
        UserError: something else.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or not low <= value <= high:
        raise UserError(f"{name} must be a whole number from {low} to {high}, not {value!r}")
    return int(value)


def boolean(name, value):
    """True or false.

    Raises:
        UserError: something else, such as the text "no", which Python takes for true.
    """
    if not isinstance(value, bool):
        raise UserError(f"{name} must be true or false, not {value!r}")
    return value


def choice(name, value, known):
    """One of the known values.

    Raises:
        UserError: something else.
    """
    if value not in known:
        raise UserError(f"{name} must be one of {', '.join(map(str, known))}, not {value!r}")
    return value


def precision(value):
    """The precision of the deep layers: "float32" or "mixed_bfloat16" (float32 weights, bfloat16 arithmetic)."""
    return choice("precision", value, PRECISIONS)


def activation(value):
    """Name of an activation; leaky_relu has slope 0.2, as in the released toolbox."""
    return choice("activation", value, ACTIVATIONS)
