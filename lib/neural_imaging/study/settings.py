"""Settings and the kinds of values that they take, each kind with its check. Each failure is one clear line. This loads
no network.

A setting is declared by its name as (default, kind) or (default, kind, description). Where the default is None, None
will do too; where it is `OPTIONAL`, the setting may be left out, and where it is `NEEDED`, it may not. `structures` has
the kinds that have settings in them.
"""

import difflib
import math
import numbers
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from neural_imaging.base.errors import UserError

CFA_PATTERNS = ("RGGB", "BGGR", "GRBG", "GBRG")
# Ways of the pipeline that does not learn to fill in the colours that each pixel lacks.
DEMOSAICING = ("menon", "bilinear")
# Of LibRaw, as it calls them.
LIBRAW_DEMOSAICING = ("linear", "vng", "ppg", "ahd", "dcb", "dht", "aahd")
# Layers of a network that a list makes.
MOST_NUMBERS = 64
# Of whole numbers; the products of two of them are whole numbers of 64 bits.
MOST = 2**31 - 1
# Matrices become float32.
_LARGEST = 3.4e38
OPTIONAL, NEEDED = object(), object()


def choose(declared, given, label=str):
    """The settings of a thing, checked; `label` gives what messages call a setting.

    Returns:
        (settings, others): all settings by name, in the order in which they are declared; and what else was given.
    """
    settings = {}
    for name, (default, kind, *_) in declared.items():
        value = given.get(name, default)
        settings[name] = value if value is None and default is None else kind.read(label(name), value, settings)
    return settings, {name: value for name, value in given.items() if name not in declared}


def guess(unknown, known):
    """What may have been meant, in brackets behind a blank; "" where nothing is near."""
    guesses = [near for key in unknown for near in difflib.get_close_matches(str(key), list(map(str, known)), 1)]
    return f" (did you mean {', '.join(map(repr, guesses))}?)" if guesses else ""


class Kind:
    """What a setting can be; `words` say it to readers."""

    words = ""

    def fits(self, value):
        """Whether a value is one of the kind."""
        return True

    def read(self, name, value, settings=None):
        """The value as things take it; a message begins with the name, and `settings` are those declared before."""
        if not self.fits(value):
            # An address may have a password in it.
            shown = re.sub(r"(?<=://)[^/\s']*@", "…@", repr(value))
            raise UserError(f"{name} must be {self.words}, not {shown}")
        return value

    def references(self, name, value):
        """The names of other parts of a configuration in a value of the kind: what messages call each, the name, and
        the section that has it."""
        return ()


@dataclass(frozen=True)
class Number(Kind):
    """A number from `low`, or `above` it, to `high`, which may follow from the settings declared before."""

    low: float
    high: float | Callable = math.inf
    above: bool = False

    noun = "a number"

    @property
    def words(self):
        start = f"{self.noun} {'above' if self.above else 'from'} {self.low}"
        if callable(self.high) or self.high == math.inf:
            return start if self.above else f"{start} up"
        return f"{start} {'and up ' if self.above else ''}to {self.high}"

    def fits(self, value):
        if isinstance(value, bool) or not self.is_number(value) or (self.above and value == self.low):
            return False
        return self.low <= value <= self.high and value < math.inf

    def read(self, name, value, settings=None):
        if callable(self.high):
            return replace(self, high=self.high(settings)).read(name, value)
        value = super().read(name, value)
        return int(value) if isinstance(value, numbers.Integral) else value

    def is_number(self, value):
        """Whether a value is such a number, wherever it lies."""
        return isinstance(value, numbers.Real)

    def between(self, low, high):
        """What a range can be, as a list; None where that is any number of it."""
        return None


@dataclass(frozen=True)
class Whole(Number):
    """A whole number from `low` to `high`."""

    high: float | Callable = MOST

    noun = "a whole number"
    # The multiples of `step` and another number.
    step, offset = 1, 0

    def is_number(self, value):
        return isinstance(value, numbers.Integral) and value % self.step == self.offset

    def between(self, low, high):
        return list(range(low, high + 1, self.step))


class Factor(Number):
    """A number; a range of them whose ends are whole numbers, such as [2, 4] and not [2.0, 4.0], has whole ones."""

    def between(self, low, high):
        whole = all(isinstance(end, numbers.Integral) for end in (low, high))
        return list(range(low, high + 1)) if whole else None


class Odd(Whole):
    """An odd whole number, as the sides of kernels are."""

    noun, step, offset = "an odd whole number", 2, 1


class Even(Whole):
    """An even whole number."""

    noun, step = "an even whole number", 2


class Eights(Whole):
    """A multiple of 8."""

    noun, step = "a multiple of 8", 8


SEED = Whole(0, 2**32 - 1)


@dataclass(frozen=True)
class Wholes(Kind):
    """A list of at most `MOST_NUMBERS` whole numbers from `low` to `high`; it may be empty."""

    low: int
    high: int

    @property
    def words(self):
        return f"a list of whole numbers from {self.low} to {self.high}"

    def read(self, name, value, settings=None):
        if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
            raise UserError(f"{name} must be a list of whole numbers, not {value!r}")
        values = list(value)
        if len(values) > MOST_NUMBERS:
            raise UserError(f"{name} must be a list of at most {MOST_NUMBERS} whole numbers, not of {len(values)}")
        return [Whole(self.low, self.high).read(name, each) for each in values]


class Boolean(Kind):
    """True or false; not a text such as "no", which Python takes for true."""

    words = "true or false"

    def fits(self, value):
        return isinstance(value, bool)


@dataclass(frozen=True)
class Choice(Kind):
    """One of the known values."""

    known: tuple

    @property
    def words(self):
        return f"one of {', '.join(map(str, self.known))}"

    def fits(self, value):
        return value in self.known

    def read(self, name, value, settings=None):
        if not self.fits(value):
            near = guess([value], self.known) if isinstance(value, str) else ""
            raise UserError(f"{name} must be {self.words}, not {value!r}{near}")
        return value


@dataclass(frozen=True)
class Text(Kind):
    """A text that has a regular expression in it."""

    words: str = "a non-empty text"
    pattern: str = "(?s)."

    def fits(self, value):
        return isinstance(value, str) and re.search(self.pattern, value) is not None


class Mapping(Kind):
    """A mapping of anything."""

    words = "a mapping"

    def fits(self, value):
        return isinstance(value, dict)


class Either(Kind):
    """A value of one of several kinds; a text stands for itself."""

    def __init__(self, *kinds, hint=""):
        self._kinds = [Choice((kind,)) if isinstance(kind, str) else kind for kind in kinds]
        self.words = " or ".join(kind if isinstance(kind, str) else kind.words for kind in kinds) + hint

    def fits(self, value):
        return any(kind.fits(value) for kind in self._kinds)


class Pattern(Kind):
    """One of the four Bayer patterns, in either case; things take it in upper case."""

    words = f"one of {', '.join(CFA_PATTERNS)}"

    def read(self, name, value, settings=None):
        if str(value).upper() not in CFA_PATTERNS:
            raise UserError(f"{name} {value!r} is not known; known are {', '.join(CFA_PATTERNS)}")
        return str(value).upper()


class Matrix(Kind):
    """A 3×3 matrix of numbers: nested lists or an array."""

    words = "a 3×3 matrix of numbers"

    def fits(self, value):
        try:
            entries = [abs(float(entry)) for row in value for entry in row]
            return [len(row) for row in value] == [3, 3, 3] and all(entry <= _LARGEST for entry in entries)
        except (TypeError, ValueError):
            return False

    def read(self, name, value, settings=None):
        return [[float(entry) for entry in row] for row in super().read(name, value)]


class Cameras(Kind):
    """Cameras by name, each with its Bayer pattern and its matrix."""

    words = 'a mapping of names to {"cfa": …, "srgb": …}'

    def fits(self, value):
        return isinstance(value, dict) and all(
            isinstance(entry, dict) and set(entry) == {"cfa", "srgb"} for entry in value.values()
        )

    def read(self, name, value, settings=None):
        return {
            str(camera): {
                "cfa": Pattern().read("cfa_pattern", entry["cfa"]),
                "srgb": entry["srgb"] if entry["srgb"] is None else Matrix().read("srgb", entry["srgb"]),
            }
            for camera, entry in super().read(name, value).items()
        }
