"""Kinds of settings, each with its check. Each failure is one clear line. This loads no network.

A setting is declared as a pair of its default and its kind. Where the default is None, None will do too.
"""

import numbers
from collections.abc import Callable
from dataclasses import dataclass

from neural_imaging.base.errors import UserError

CFA_PATTERNS = ("RGGB", "BGGR", "GRBG", "GBRG")
# Layers of a network that a list makes.
MOST_NUMBERS = 64
# Matrices become float32.
_LARGEST = 3.4e38


def choose(declared, given, label=str):
    """The settings of a thing, checked.

    Args:
        declared: mapping of each setting to its default and its kind.
        given: values by name.
        label: function of a setting's name that gives what messages call it.

    Returns:
        (settings, others): all settings by name, in the order in which they are declared; and what else was given.

    Raises:
        UserError: a value is none of its kind.
    """
    settings = {}
    for name, (default, kind) in declared.items():
        value = given.get(name, default)
        settings[name] = value if value is None and default is None else kind.read(label(name), value, settings)
    return settings, {name: value for name, value in given.items() if name not in declared}


@dataclass(frozen=True)
class Number:
    """A number from `low` to `high`, both included; `high` may follow from the settings declared before."""

    low: float
    high: float | Callable

    words = "a number"

    def read(self, name, value, settings=None):
        """The value as things take it.

        Args:
            name: what a message begins with.
            value: what was given.
            settings: values of the settings declared before.

        Raises:
            UserError: it is none of the kind.
        """
        high = self.high(settings) if callable(self.high) else self.high
        if isinstance(value, bool) or not self.fits(value) or not self.low <= value <= high:
            raise UserError(f"{name} must be {self.words} from {self.low} to {high}, not {value!r}")
        return int(value) if isinstance(value, numbers.Integral) else value

    @staticmethod
    def fits(value):
        """Whether a value is one, wherever it lies."""
        return isinstance(value, numbers.Real)


@dataclass(frozen=True)
class Whole(Number):
    """A whole number from `low` to `high`."""

    words = "a whole number"
    # What is left when it is halved, where that matters.
    parity = None

    @classmethod
    def fits(cls, value):
        """As of `Number`."""
        return isinstance(value, numbers.Integral) and cls.parity in (None, value % 2)


@dataclass(frozen=True)
class Odd(Whole):
    """An odd whole number, as the sides of kernels are."""

    words, parity = "an odd whole number", 1


@dataclass(frozen=True)
class Even(Whole):
    """An even whole number."""

    words, parity = "an even whole number", 0


@dataclass(frozen=True)
class Wholes:
    """A list of at most `MOST_NUMBERS` whole numbers from `low` to `high`; it may be empty."""

    low: int
    high: int

    def read(self, name, value, settings=None):
        """As `Number.read`."""
        if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
            raise UserError(f"{name} must be a list of whole numbers, not {value!r}")
        values = list(value)
        if len(values) > MOST_NUMBERS:
            raise UserError(f"{name} must be a list of at most {MOST_NUMBERS} whole numbers, not of {len(values)}")
        return [Whole(self.low, self.high).read(name, each) for each in values]


class Boolean:
    """True or false; not a text such as "no", which Python takes for true."""

    def read(self, name, value, settings=None):
        """As `Number.read`."""
        if not isinstance(value, bool):
            raise UserError(f"{name} must be true or false, not {value!r}")
        return value


@dataclass(frozen=True)
class Choice:
    """One of the known values."""

    known: tuple

    def read(self, name, value, settings=None):
        """As `Number.read`."""
        if value not in self.known:
            raise UserError(f"{name} must be one of {', '.join(map(str, self.known))}, not {value!r}")
        return value


class Pattern:
    """One of the four Bayer patterns, in either case; things take it in upper case."""

    def read(self, name, value, settings=None):
        """As `Number.read`."""
        if str(value).upper() not in CFA_PATTERNS:
            raise UserError(f"{name} {value!r} is not known; known are {', '.join(CFA_PATTERNS)}")
        return str(value).upper()


class Matrix:
    """A 3×3 matrix of numbers: nested lists or an array."""

    def read(self, name, value, settings=None):
        """As `Number.read`."""
        try:
            rows = [[float(entry) for entry in row] for row in value]
            fits = [len(row) for row in rows] == [3, 3, 3] and all(
                abs(entry) <= _LARGEST for row in rows for entry in row
            )
        except (TypeError, ValueError):
            fits = False
        if not fits:
            raise UserError(f"{name} must be a 3×3 matrix of numbers, not {value!r}")
        return rows


class Cameras:
    """Cameras by name, each with its Bayer pattern and its matrix."""

    def read(self, name, value, settings=None):
        """As `Number.read`."""
        if not isinstance(value, dict) or not all(
            isinstance(entry, dict) and set(entry) == {"cfa", "srgb"} for entry in value.values()
        ):
            raise UserError(f'{name} must be a mapping of names to {{"cfa": …, "srgb": …}}, not {value!r}')
        return {
            str(camera): {
                "cfa": Pattern().read("cfa_pattern", entry["cfa"]),
                "srgb": entry["srgb"] if entry["srgb"] is None else Matrix().read("srgb", entry["srgb"]),
            }
            for camera, entry in value.items()
        }
