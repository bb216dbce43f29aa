"""Conditions under which forensic networks are tested again: what can be other than in the training of a run."""

from neural_imaging.base import texts
from neural_imaging.base.errors import UserError
from neural_imaging.study import strengths
from neural_imaging.study.settings import DEMOSAICING, OPTIONAL, Boolean, Choice, Text
from neural_imaging.study.strengths import Manipulations
from neural_imaging.study.structures import Section

# The condition that is always there: the run's own channel, manipulations and pipeline.
OWN = "own"
# What tables say over all others.
WORST, MEAN = "worst", "mean"
# Pipelines that do not learn, beside those of a configuration.
STANDARD = "Python"
_OF_STANDARD = Section({"demosaicing": ("menon", Choice(DEMOSAICING))})

CONDITION = {
    "manipulations": (
        OPTIONAL,
        Manipulations(),
        "in place of the run's: other strengths of them, in their order, or others that it has not learned",
    ),
    "round": (False, Boolean(), "developed photographs are rounded to 8 bits before they are manipulated"),
    "isp": (
        OPTIONAL,
        Text(),
        "another pipeline, one of `isps`, or `Python` with or without settings, as in "
        '`Python:{"demosaicing": "bilinear"}`',
    ),
}


def check_name(place, name):
    """Refuse a condition that is called as what is always there; `place` is what messages begin with."""
    if name in (OWN, WORST, MEAN):
        raise UserError(f"{place}: the tables have a line {name} of their own; call the condition otherwise")


def is_standard(place, text):
    """Whether the text of a pipeline names the one that does not learn; its settings, if any, must be such, in JSON."""
    name, brace, settings = text.partition(":{")
    if name == STANDARD and brace:
        _OF_STANDARD.read(f"{place}: {name}", texts.mapping(f"{{{settings}", f"{place}: {name}", is_json=True))
    return name == STANDARD


def known(place, learned, chosen):
    """Whether manipulations are those that a network has learned, in other strengths; if not, it knows none of them.

    Args:
        place: what messages begin with.
        learned, chosen: lists of "name" or "name:strength".

    Raises:
        UserError: some of them are, or all in another order, so that they are neither its classes nor unknown to it.
    """
    classes, names = ([strengths.parse(text)[0] for text in texts] for texts in (learned, chosen))
    if names == classes:
        return True
    if shared := [name for name in names if name in classes]:
        raise UserError(
            f"{place}: {', '.join(names)} has {shared[0]}, which the network knows, and should have all that it tells "
            f"apart, in this order: {', '.join(classes)}; or none of them"
        )
    return False
