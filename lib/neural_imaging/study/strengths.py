"""What strengths of manipulations come to. The workflow asks this too, which loads no network."""

import math

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


def fits(strength, counts):
    """Whether a strength is one that counts in that way."""
    return counts != "whole" or strength == int(strength)


def twice(texts, usual, counts):
    """Say what is wrong with manipulations as classes, where one is there twice or is class 0; None where nothing is.

    Args:
        texts: as in "jpeg:80" or "jpeg"; names and strengths are good.
        usual: mapping of names to strengths where none is given.
        counts: mapping of names to one of `COUNTS`.
    """
    first = {}
    for text in texts:
        name, separator, strength = text.partition(":")
        if name == NATIVE:
            return f"{text!r} is class 0, which is always there; leave it out"
        pictures = name, COUNTS[counts[name]](float(strength) if separator else usual[name])
        if pictures in first:
            return f"{first[pictures]!r} and {text!r} are the same; a network cannot tell them apart"
        first[pictures] = text
    return None
