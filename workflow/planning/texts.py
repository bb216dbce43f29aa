"""What no schema can judge: names that YAML reads as something else, line breaks, nan, and keys that stand twice."""

import math
import unicodedata
from pathlib import Path

import yaml

# Control characters, halves of characters, and breaks of lines and paragraphs.
REFUSED = ("Cc", "Cs", "Zl", "Zp")


def where(path):
    """A place in the configuration as users write it: isps.UNet.training.epochs."""
    return ".".join(map(str, path)) or "top level"


def fault(value, place=()):
    """The first name or text in a configuration that cannot be used, as one line; None where all can."""
    if isinstance(value, str):
        return f"{where(place)}: {_unprintable(value)}" if _unprintable(value) else None
    if isinstance(value, float) and not math.isfinite(value):
        return f"{where(place)}: must be a finite number, not {value}"
    mapping = isinstance(value, dict)
    for key, inner in value.items() if mapping else enumerate(value) if isinstance(value, list) else ():
        if mapping and not isinstance(key, str):
            written = yaml.safe_dump(key).split("\n")[0]
            return f"{where(place)}: YAML reads the name {written} as no text; put it in quotes"
        if mapping and _unprintable(key):
            return f"{where(place)}: {_unprintable(key)}"
        if found := fault(inner, (*place, key)):
            return found
    return None


def _unprintable(text):
    """What is wrong with a text that does not fit on a line."""
    if any(unicodedata.category(character) in REFUSED for character in text):
        return f"{text!r} has a line break or a control character"
    return None


def repeated_key(path):
    """The first key that a file of the configuration has twice in one place, of which YAML would keep the last."""
    try:
        root = yaml.compose(Path(path).read_text(encoding="utf-8"), yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None  # Who reads the file says what is wrong with it.
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop(0)
        if id(node) in seen or not isinstance(node, yaml.CollectionNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            for number, (key, _) in enumerate(node.value):
                if key.value in keys[:number] and isinstance(key, yaml.ScalarNode) and key.value != "<<":
                    return f"{path}, line {key.start_mark.line + 1}: the key {key.value!r} stands twice in one place"
        waiting += [one for item in node.value for one in (item if isinstance(item, tuple) else [item])]
    return None
