"""Manipulations and their strengths: what they usually are, what they can be and what they come to.

The functions themselves are in `forensics.manipulations`. This loads no network, since the workflow asks it too.
"""

import dataclasses
import math
import numbers
from dataclasses import dataclass

from neural_imaging.base.errors import UserError
from neural_imaging.study import plugins
from neural_imaging.study.settings import Kind, guess

NATIVE = "native"


def whole(strength):
    """JPEG's qualities; others than whole ones are refused."""
    return int(strength)


def percent(strength):
    """Whole per cent; a number up to 1 is a part of the size."""
    return int(100 * strength if strength <= 1 else strength)


def odd(strength):
    """The next odd whole number from the strength's whole part on."""
    return max(1, 2 * math.ceil((int(strength) - 1) / 2) + 1)


COUNTS = {"exact": float, "whole": whole, "percent": percent, "odd": odd}


@dataclass(frozen=True)
class Strengths:
    """Strengths of a manipulation, in its own unit.

    Attributes:
        strength: the one where none is given; that of the papers.
        low, high: range that augmentation draws from.
        least, most: range that it can take: all of them give finite pictures and gradients.
        counts: what of a strength counts, one of `COUNTS`.
        idle: range of what counts, both ends with it, that leaves 8-bit pictures as they are; empty where none does.
    """

    strength: float
    low: float
    high: float
    least: float = 0
    most: float = math.inf
    counts: str = "exact"
    idle: tuple = ()


# What the released toolbox does shifts colours at strength 0, too.
_SHARPENING = Strengths(1, 0.25, 1.5, most=1000)
_RESAMPLING = Strengths(50, 40, 90, least=0.01, most=100, counts="percent", idle=(100, 100))
_JPEG = Strengths(80, 50, 90, least=1, most=100, counts="whole")

MANIPULATIONS = {
    NATIVE: Strengths(0, 0, 0),
    "sharpen": dataclasses.replace(_SHARPENING, idle=(0, 0)),
    "sharpen-hsv-legacy": _SHARPENING,
    "sharpen-cvpr2019": Strengths(3.3333, 0.8, 5, most=1000),
    "resample": _RESAMPLING,
    "resample-tf1": _RESAMPLING,
    "gaussian": Strengths(0.83, 0.5, 7, least=0.01, most=1000, idle=(0, 0.2)),
    "jpeg": _JPEG,
    "jpeg-sin": _JPEG,
    "awgn": Strengths(5.1, 1, 5, most=1000, idle=(0, 0)),
    "gamma": Strengths(3, 1, 5, least=0.01, most=100),
    "median": Strengths(3, 3, 9, least=2, most=15, counts="odd"),
}


def known():
    """The strengths of all manipulations by name, those of plugins behind the library's own."""
    outside = plugins.registered("manipulation")
    if twice := MANIPULATIONS.keys() & outside.keys():
        raise UserError(f"a plugin cannot register {', '.join(sorted(twice))}, which the library has")
    own = [field.name for field in dataclasses.fields(Strengths)]
    return MANIPULATIONS | {
        name: Strengths(**{key: numbers[key] for key in own if key in numbers})
        for name, (_, numbers) in outside.items()
    }


def get(name):
    """The strengths of a manipulation; a `UserError` where none is called so."""
    there = known()
    if name not in there:
        raise UserError(f"manipulation {name!r} is not known{guess([name], there)}; known are {', '.join(there)}")
    return there[name]


def checked(name, strength, fraction=False):
    """A strength of a manipulation, or a `UserError` where it cannot take it.

    With `fraction` strengths between whole numbers do too, as they are drawn.
    """
    declared = get(name)
    usual = f"it is usually {declared.strength}"
    if isinstance(strength, bool) or not isinstance(strength, numbers.Real):
        raise UserError(f"the strength of {name} is one number, not {strength!r}; {usual}")
    if not declared.least <= strength <= declared.most or math.isinf(strength):
        endless = math.isinf(declared.most)
        limits = f"from {declared.least} on" if endless else f"from {declared.least} to {declared.most}"
        raise UserError(f"{name} takes a strength {limits}, not {strength}; {usual}")
    if declared.counts == "whole" and not fraction and strength != int(strength):
        raise UserError(f"{name} takes whole numbers, not {strength}; {usual}")
    return strength


def parse(text):
    """Read "name" or "name:strength", as (name, strength); the usual strength where none is given.

    Raises:
        UserError: an unknown name, or a strength that is no number or that the manipulation cannot take.
    """
    name, separator, strength = str(text).partition(":")
    usual = get(name).strength
    if not separator:
        return name, usual
    try:
        value = float(strength)
    except ValueError:
        raise UserError(f"manipulation {text!r}: the strength must be a number, as in {name}:{usual}") from None
    return name, checked(name, int(value) if value.is_integer() else value)


def classes(texts):
    """Read manipulations that a network shall tell apart, beside class 0, the native pictures, each as `parse` does.

    Raises:
        UserError: as for `parse`; or two are the same, or one is native or leaves pictures as they are.
    """
    texts, first = list(map(str, texts)), {}
    operations = [parse(text) for text in texts]
    for text, (name, strength) in zip(texts, operations, strict=True):
        declared = get(name)
        if name == NATIVE:
            raise UserError(f"manipulation {text!r} is class 0, which is always there; leave it out")
        pictures = name, COUNTS[declared.counts](strength)
        if declared.idle and declared.idle[0] <= pictures[1] <= declared.idle[1]:
            raise UserError(
                f"manipulation {text!r} leaves pictures as they are, which is class 0; {name} is usually "
                f"{declared.strength}"
            )
        if pictures in first:
            raise UserError(
                f"manipulations {first[pictures]!r} and {text!r} are the same; a network cannot tell them apart"
            )
        first[pictures] = text
    return operations


class Manipulations(Kind):
    """A list of manipulations that a network shall tell apart, as `classes` takes it."""

    words = "a list, not empty, each a manipulation as name or name:strength"

    def fits(self, value):
        return isinstance(value, list | tuple) and len(value) > 0 and all(isinstance(each, str) for each in value)

    def read(self, name, value, settings=None):
        super().read(name, value)
        try:
            classes(value)
        except UserError as error:
            raise UserError(f"{name.removesuffix(':')}: {error}") from None
        return value
