"""Reading a run's `robustness.json`, and what is wrong with one that is damaged."""

from neural_imaging.base.errors import UserError
from neural_imaging.study.conditions import OWN
from neural_imaging.study.settings import NEEDED, OPTIONAL, Boolean, Number, Text, Whole
from neural_imaging.study.structures import List, Section, fault, inside
from neural_imaging.tables import tables

_NAMES = List(Text(), once=False)
# What NumPy sums without an overflow.
_NUMBER = Number(-1e12, 1e12)
_NUMBERS = List(_NUMBER, once=False)


def _declared(**kinds):
    return {name: (NEEDED, kind) for name, kind in kinds.items()}


_PHOTOGRAPHS = Section(_declared(image=_NAMES, source=_NAMES))
_CONFIDENCE = Section(
    {"all": (NEEDED, _NUMBER), **dict.fromkeys(("right", "wrong"), (None, _NUMBER))},
)
_TABLE = List(List(_NUMBER, once=False), once=False)
_OF_KNOWN = ("hits", "confusion", "accuracy")
_CONDITION = Section(
    {
        **_declared(name=Text(), manipulations=_NAMES, known=Boolean(), trials=Whole(1), flagged=_TABLE, auc=_NUMBERS),
        **_declared(psnr=_NUMBERS, confidence=_CONFIDENCE),
        **dict(zip(_OF_KNOWN, ((OPTIONAL, kind) for kind in (_TABLE, _TABLE, _NUMBER)), strict=True)),
    }
)


def read(path):
    """Read what `evaluation.robustness.judge` wrote of a run.

    Raises:
        UserError: the file is missing, or what tables take from it is damaged; the line begins with the file.
    """
    return tables.read_test(path, "robustness", check)


def check(content):
    """Refuse what is no whole test: a `UserError` that names the entry."""
    if not isinstance(content, dict) or not {"photographs", "conditions", "optimised"} <= content.keys():
        raise UserError("it must be a mapping with photographs, conditions and optimised")
    List(Text(), least=0).read("optimised", content["optimised"])
    _PHOTOGRAPHS.read("photographs", content["photographs"])
    List(_CONDITION, once=False).read("conditions", content["conditions"])
    images, names = content["photographs"]["image"], [each["name"] for each in content["conditions"]]
    if len(content["photographs"]["source"]) != len(images):
        raise UserError(f"photographs.source: has not {len(images)} entries, one for each photograph")
    if OWN not in names:
        raise UserError(f"has no condition {OWN}")
    if twice := [name for name in names if names.count(name) > 1]:
        raise UserError(f"conditions: has {twice[0]} twice")
    for number, condition in enumerate(content["conditions"]):
        _check_sizes(inside("conditions", number), condition, len(images))


def _check_sizes(name, condition, photographs):
    """Lists must be as long as there are photographs and versions of these, and counts no larger than the trials."""
    versions = 1 + len(condition["manipulations"])
    sizes = {"flagged": (photographs, versions), "auc": (photographs,), "psnr": (photographs,)}
    if condition["known"]:
        if missing := [key for key in _OF_KNOWN if key not in condition]:
            raise fault(name, f"has no {', '.join(missing)}")
        sizes |= {"hits": (photographs, versions), "confusion": (versions, versions)}
    for key, expected in sizes.items():
        entries = condition[key]
        fits = len(entries) == expected[0]
        if not fits or (len(expected) > 1 and any(len(row) != expected[1] for row in entries)):
            raise fault(inside(name, key), f"has not {' × '.join(map(str, expected))} entries")
    for key in ("flagged", "hits") if condition["known"] else ("flagged",):
        if not all(0 <= count <= condition["trials"] for row in condition[key] for count in row):
            raise fault(inside(name, key), f"has counts that are not from 0 to {condition['trials']}")
    if condition["known"]:
        counts = [count for row in condition["confusion"] for count in row]
        if min(counts) < 0 or not sum(counts):
            raise fault(inside(name, "confusion"), "has no counts")
