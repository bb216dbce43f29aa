"""What every program shares: settings as JSON, and one clear line for a mistake of the user's."""

import argparse
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
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise UserError(f"{text}: not a text file; give settings as JSON or YAML") from None
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


def count(text):
    """Argument type: a whole number of at least 1."""
    return _whole(text, 1)


def seed(text):
    """Argument type: a whole number from 0 up that random generators take."""
    return _whole(text, 0)


def _whole(text, least):
    if not text.isdecimal() or not least <= int(text) < 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least {least}")
    return int(text)


def add_training_arguments(parser):
    """Give a parser what every training program takes."""
    parser.add_argument("--settings", default="{}", help="settings of the training: JSON text, or a JSON or YAML file")
    parser.add_argument("--output", type=Path, required=True, help="model.keras to write")
    parser.add_argument("--checkpoints", type=Path, help="folder for checkpoints (default: beside the output)")
    parser.add_argument("--tensorboard", type=Path, help="folder for TensorBoard logs (default: none are written)")
    parser.add_argument("--threads", type=count, help="processor threads (default: all)")


def run(main):
    """Run a program's `main()`; a mistake of the user's ends it with one line on standard error and exit code 2."""
    try:
        main()
    except UserError as error:
        _refuse(_original(error))
    except OSError as error:
        # Files that cannot be opened; other errors of the system have no file's name, and are ours to mend.
        if error.filename is None:
            raise
        _refuse(f"{error.filename}: {error.strerror}")
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _refuse(message):
    print(f"{Path(sys.argv[0]).name}: {' '.join(str(message).split())}", file=sys.stderr)
    raise SystemExit(2) from None


def _original(error):
    """The error as it was raised: Keras wraps what comes out of a layer's call into a long text with the arguments."""
    while str(error).startswith("Exception encountered when calling") and isinstance(error.__context__, UserError):
        error = error.__context__
    return error
