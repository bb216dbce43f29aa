"""Tables of settings in the documentation, made from their declarations.

A page has them between `<!-- settings: NAME -->` and `<!-- end -->`; `make docs-tables` renews all. A name is a
section's place in the configuration, such as `isps.training`, or a network; `ready-made` are channels.
"""

import json
import re
import sys
from pathlib import Path

from neural_imaging.study import ready_channels
from neural_imaging.study.configuration import CONFIGURATION
from neural_imaging.study.networks import NETWORKS
from neural_imaging.study.settings import NEEDED, OPTIONAL
from neural_imaging.study.structures import List, Named, Section, Variants

_BLOCK = re.compile(r"(<!-- settings: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def sections(kind=CONFIGURATION, place=""):
    """Pairs of a name and a `Section`: the configuration's parts, and those of a part itself."""
    if isinstance(kind, Section):
        yield place, kind
        for key, (_, each, *_) in kind.declared.items():
            yield from sections(each, f"{place}.{key}".removeprefix("."))
    elif isinstance(kind, Variants):
        for value, each in kind.sections.items():
            yield from sections(each, f"{place}.{value}")
    elif isinstance(kind, Named | List):
        yield from sections(kind.kind, place)


def table(section):
    """A Markdown table of a section's settings."""
    rows = ["| key | what it can be | default | what it is for |", "|---|---|---|---|"]
    for name, (default, kind, *words) in section.declared.items():
        value = "needed" if name in section.needed else "" if default in (NEEDED, OPTIONAL) else _text(default)
        rows.append(f"| `{name}` | {kind.words} | {value} | {words[0] if words else ''} |")
    return "\n".join(rows) + "\n"


def renewed(page):
    """The text of a page with each of its tables as it should be."""
    known = dict(sections()) | {name: Section(network.settings) for name, network in NETWORKS.items()}
    tables = {name: table(section) for name, section in known.items()} | {"ready-made": ready_channels.table()}
    return _BLOCK.sub(lambda block: block[1] + tables[block[2]] + block[3], page)


def _text(default):
    return f"`{default if isinstance(default, str) else json.dumps(default)}`"


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
