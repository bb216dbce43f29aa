"""What every program shares: settings as JSON, and one clear line for a mistake of the user's."""

import json
import sys
from pathlib import Path

import yaml

from neural_imaging.errors import UserError


def settings(text):
    """Read settings from JSON text (starting with a brace) or from a JSON or YAML file.

    Raises:
        UserError: neither JSON text nor a readable file with a mapping in it.
    """
    content, where = text, "--settings"
    if not text.lstrip().startswith("{"):
        path, where = Path(text), text
        if not path.is_file():
            raise UserError(f"{text}: no such settings file; give a JSON or YAML file, or JSON text in braces")
        content = path.read_text(encoding="utf-8")
    try:
        parsed = json.loads(content) if where == "--settings" or where.endswith(".json") else yaml.safe_load(content)
    except (json.JSONDecodeError, yaml.YAMLError) as error:
        raise UserError(f"{where}: cannot be read as settings ({' '.join(str(error).split())})") from None
    if not isinstance(parsed, dict):
        raise UserError(f"{where}: settings must be a mapping of names to values")
    return parsed


def within(option, value, low, high=None):
    """Refuse a number out of range, by the option's name; None, for what was not given, passes."""
    if value is None or (value >= low and (high is None or value <= high)):
        return
    raise UserError(f"{option} {value}: must be at least {low}" + ("" if high is None else f" and at most {high}"))


def ending(option, path, suffix):
    """Refuse a file name with another ending, by the option's name, before any work; None passes."""
    if path is not None and path.suffix != suffix:
        raise UserError(f"{option} {path}: the name must end with {suffix}")


def run(main):
    """Run a program's `main()`; a `UserError` ends it with one line on standard error and exit code 2."""
    try:
        main()
    except UserError as error:
        print(f"{Path(sys.argv[0]).name}: {' '.join(str(error).split())}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
