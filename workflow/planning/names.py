"""Names that the workflow gives to targets and files of its own, read from its rules."""

import functools
import re
from pathlib import Path

WORKFLOW = Path(__file__).resolve().parents[1]


def taken(name):
    """Why an experiment or a study cannot be called so: "it is", or which names are; None where it can."""
    names, endings = _own()
    ending = next((one for one in endings if name.endswith(one)), None)
    return f"names that end with {ending} are" if ending else "it is" if name in names else None


@functools.cache
def _own():
    """Names of rules and of files that belong to no experiment; endings of the tables beside an experiment's own."""
    files = (WORKFLOW / "Snakefile", *(WORKFLOW / "rules").glob("*.smk"))
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    rule, file = r"^ *(?:use rule \w+ as|rule) (\w+)(?::| with:)", r"results/(?:tables|figures)/(\w+)[./]"
    names = re.findall(f"{rule}|{file}", text, re.MULTILINE)
    endings = re.findall(r"results/tables/\{(?:experiment|study)\}(_\w+)", text)
    return set().union(*names) - {""}, sorted(set(endings))
