"""Checks of the settings that networks are made from. Each failure is one clear line."""

import numbers

from neural_imaging.base.errors import UserError

PRECISIONS = ("float32", "mixed_bfloat16")
# Layers of a network that a list makes.
MOST_NUMBERS = 64
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


def odd(name, value, low, high):
    """An odd whole number from `low` to `high`, as the sides of kernels are.

    Raises:
        UserError: something else.
    """
    if integer(name, value, low, high) % 2 == 0:
        raise UserError(f"{name} must be odd, not {value}")
    return int(value)


def even(name, value, low, high):
    """An even whole number from `low` to `high`.

    Raises:
        UserError: something else.
    """
    if integer(name, value, low, high) % 2:
        raise UserError(f"{name} must be even, not {value}")
    return int(value)


def integers(name, values, low, high):
    """A list of at most `MOST_NUMBERS` whole numbers from `low` to `high`; it may be empty.

    Raises:
        UserError: something else.
    """
    if isinstance(values, str | bytes) or not hasattr(values, "__iter__"):
        raise UserError(f"{name} must be a list of whole numbers, not {values!r}")
    values = list(values)
    if len(values) > MOST_NUMBERS:
        raise UserError(f"{name} must be a list of at most {MOST_NUMBERS} whole numbers, not of {len(values)}")
    return [integer(name, value, low, high) for value in values]


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


def phase(value):
    """The period of a pipeline's learned tile: an even number of pixels up to 1024, or 0.

    Raises:
        UserError: something else.
    """
    return even("phase", value, 0, 1024)
