"""Reading a run's `localisation.json`, and what is wrong with one that is damaged."""

from neural_imaging.base.errors import UserError
from neural_imaging.study.settings import NEEDED, Boolean, Number, Text, Whole
from neural_imaging.study.structures import List, Section, fault, inside
from neural_imaging.tables import pixels, tables

# Measures of pixels in each photograph.
CONTROL = "control"
_SHARES = List(Number(0, 1), once=False)
_NAMES = List(Text(), once=False)
_KEYS = ("regions", "untouched", "optimised", "window", "stride", "refused", "left_out")
_PICTURES = {"image": (NEEDED, _NAMES), "source": (NEEDED, _NAMES), "score": (NEEDED, _SHARES)}
_UNTOUCHED = {name: (NEEDED, List(kind.kind, least=0, once=False)) for name, (_, kind) in _PICTURES.items()}
_REGION = Section(
    {
        **{name: (NEEDED, kind) for name, kind in (("name", Text()), ("splice", Boolean()))},
        **{name: (NEEDED, Text("a text", "")) for name in ("manipulation", "isp")},
        **_PICTURES,
        **dict.fromkeys(("share", *pixels.MEASURES), (NEEDED, _SHARES)),
        CONTROL: (NEEDED, List(Number(0, 1), least=0, once=False)),
    }
)


def read(path):
    """Read what `evaluation.localisation.judge` or `judge_folder` wrote of a run.

    Raises:
        UserError: the file is missing, or what tables take from it is damaged; the line begins with the file.
    """
    return tables.read_test(path, "localisation", check)


def check(content):
    """Refuse what is no whole test: a `UserError` that names the entry."""
    if not isinstance(content, dict) or not set(_KEYS) <= content.keys():
        raise UserError(f"it must be a mapping with {', '.join(_KEYS)}")
    List(Text(), least=0).read("optimised", content["optimised"])
    for name in ("window", "stride"):
        Whole(1).read(name, content[name])
    Section(_UNTOUCHED).read("untouched", content["untouched"])
    List(_REGION, once=False).read("regions", content["regions"])
    _check_sizes("untouched", content["untouched"])
    names = [each["name"] for each in content["regions"]]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UserError(f"regions: has {twice[0]} twice")
    for number, region in enumerate(content["regions"]):
        _check_sizes(inside("regions", number), region)


def _check_sizes(name, pictures):
    """Lists must be as long as there are pictures."""
    count = len(pictures["image"])
    for key in ("source", "score", "share", *pixels.MEASURES, CONTROL):
        # Public sets do not have what was there before.
        sizes = (0, count) if key == CONTROL else (count,)
        if key in pictures and len(pictures[key]) not in sizes:
            raise fault(inside(name, key), f"has not {count} entries, one for each picture")
