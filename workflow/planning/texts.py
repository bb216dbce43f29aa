"""Texts of the configuration that no schema can judge: names that YAML reads as something else, and line breaks."""

import unicodedata

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
