"""Names that the workflow gives to targets and files of its own, read from its rules."""

import functools
import re
from pathlib import Path

from neural_imaging.base.errors import UserError

WORKFLOW = Path(__file__).resolve().parents[1]


def check(place, name):
    """Refuse an experiment or a study, at a place of the configuration, that cannot be called so."""
    names, endings = _own()
    ending = next((ending for ending in endings if name.endswith(ending)), None)
    if ending or name in names:
        whose = f"names that end with {ending} are" if ending else "it is"
        raise UserError(f"{place}: this name is taken, since {whose} the workflow's own; choose another")


@functools.cache
def _own():
    """Names of rules and of files that belong to no experiment; endings of the tables beside an experiment's own."""
    files = (WORKFLOW / "Snakefile", *(WORKFLOW / "rules").glob("*.smk"))
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    rule, file = r"^ *(?:use rule \w+ as|rule) (\w+)(?::| with:)", r"results/(?:tables|figures)/(\w+)[./]"
    names = re.findall(f"{rule}|{file}", text, re.MULTILINE)
    endings = re.findall(r"results/tables/\{(?:experiment|study)\}(_\w+)", text)
    return set().union(*names) - {""}, sorted(set(endings))
