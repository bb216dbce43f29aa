"""What users write as JSON or YAML: keys that stand twice, names that YAML reads as something else, nan, and breaks."""

import json
import math
import unicodedata
from pathlib import Path

import yaml

from neural_imaging.base.errors import UserError

# Control characters, halves of characters, and breaks of lines and paragraphs.
REFUSED = ("Cc", "Cs", "Zl", "Zp")


def mapping(text, where, is_json=False):
    """Read a mapping of names to values from YAML, or from JSON; messages begin with `where`.

    Raises:
        UserError: no mapping; a key that stands twice in one place, or one that is no text; a number that is not
            finite; a text with a line break.
    """
    try:
        parsed = json.loads(text, object_pairs_hook=_once) if is_json else yaml.load(text, _Once)
        wrong = fault(parsed)
    except UserError as error:
        raise UserError(f"{where}{error}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise UserError(f"{where}: cannot be read as settings ({' '.join(str(error).split())[:300]})") from None
    except RecursionError:
        raise UserError(f"{where}: cannot be read as settings (too many brackets in each other)") from None
    if not isinstance(parsed, dict):
        raise UserError(f"{where}: settings must be a mapping of names to values")
    if wrong:
        raise UserError(f"{where}: {wrong}")
    return parsed


def of_file(path):
    """Read a mapping of names to values, as `mapping`, from a text file: JSON by the ending .json, else YAML."""
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: no such settings file; give a JSON or YAML file, or JSON text in braces")
    try:
        content = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{path}: not a text file; give settings as JSON or YAML") from None
    return mapping(content, path, is_json=path.suffix == ".json")


def where(path):
    """A place in the configuration as users write it: isps.UNet.training.epochs."""
    return ".".join(map(str, path)) or "top level"


def fault(value, place=()):
    """The first name or text in a configuration that cannot be used, as one line; None where all can."""
    checked = set()

    def first(value, place, around):
        if isinstance(value, str):
            return f"{where(place)}: {_unprintable(value)}" if _unprintable(value) else None
        if isinstance(value, float) and not math.isfinite(value):
            return f"{where(place)}: must be a finite number, not {value}"
        if not isinstance(value, dict | list):
            return None
        # YAML can put a mapping into itself, and the same one into many places.
        if id(value) in around:
            return f"{where(place)}: holds itself"
        if id(value) in checked:
            return None
        checked.add(id(value))
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(value, dict) and not isinstance(key, str):
                written = yaml.safe_dump(key).split("\n")[0]
                return f"{where(place)}: YAML reads the name {written} as no text; put it in quotes"
            if isinstance(value, dict) and _unprintable(key):
                return f"{where(place)}: {_unprintable(key)}"
            if message := first(inner, (*place, key), {*around, id(value)}):
                return message
        return None

    return first(value, place, set())


def _once(pairs):
    """A JSON object whose keys stand there once."""
    keys = [key for key, _ in pairs]
    twice = next((key for number, key in enumerate(keys) if key in keys[:number]), None)
    if twice is not None:
        raise ValueError(f"the key {twice!r} stands twice in one place")
    return dict(pairs)


def _unprintable(text):
    """What is wrong with a text that does not fit on a line."""
    if any(unicodedata.category(character) in REFUSED for character in text):
        return f"{text!r} has a line break or a control character"
    return None


def on_a_line(text):
    """A text, such as the name of a file, with what does not fit on a line as Python writes it."""
    return "".join(
        ascii(character)[1:-1] if unicodedata.category(character) in REFUSED else character for character in text
    )


def repeated_key_of(path):
    """The first key that a YAML file has twice in one place, as a line; None without one, or if it cannot be read."""
    try:
        yaml.compose(Path(path).read_text(encoding="utf-8"), _Once)
    except UserError as error:
        return f"{path}{error}"
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        pass  # Who reads the file says what is wrong with it.
    return None


class _Once(yaml.SafeLoader):
    """Refuses a key that stands twice in one place, of which YAML would keep the last."""

    def compose_mapping_node(self, anchor):
        node, keys = super().compose_mapping_node(anchor), set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in keys:
                    raise UserError(
                        f", line {key.start_mark.line + 1}: the key {key.value!r} stands twice in one place"
                    )
                keys.add(key.value)
        return node
