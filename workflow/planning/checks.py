"""Checks that several parts of the configuration need, and what their messages are made of."""

import difflib
import os
from pathlib import Path

from neural_imaging.base.errors import UserError
from neural_imaging.study import networks, settings
from planning.errors import ConfigurationError


def known(place, name, there, source=None):
    """Refuse a name that is not among others.

    Args:
        place: where it stands in the configuration.
        name: the name.
        there: the others.
        source: what they are names in, for the message; the configuration by default.

    Raises:
        ConfigurationError: with a guess at what was meant.
    """
    if name not in there:
        of = f" in {source}" if source else " configured"
        names = ", ".join(map(str, there)) or "none"
        raise ConfigurationError(f"{place}: {name!r} is not{of}{guess([name], there)}; known are {names}")


def network(place, given, name):
    """Refuse settings that a network does not have, or cannot take. It would do so itself, after hours of other jobs.

    Args:
        place: where they stand in the configuration.
        given: the settings by name.
        name: of the network.

    Raises:
        ConfigurationError: at the first.
    """
    declared = networks.known()[name].settings
    if declared is None:
        return
    unknown = [key for key in given if key not in declared]
    if unknown:
        raise ConfigurationError(f"{place}: {unknown_keys(unknown, declared)}")
    try:
        settings.choose(declared, given, lambda key: f"{place}.{key}:")
    except UserError as error:
        raise ConfigurationError(str(error)) from None


def complete(given, name):
    """A network's settings, those that are not given by their defaults; of a plugin's those given."""
    declared = networks.known()[name].settings
    return given if declared is None else {key: given.get(key, default) for key, (default, _) in declared.items()}


def folder(place, name):
    """Refuse a folder that is not there, seen from the folder in which Snakemake works.

    Raises:
        ConfigurationError: it is not.
    """
    # Unlike Path.is_dir, os.path.isdir is false where a folder above may not be read.
    if not os.path.isdir(os.path.expanduser(name)):
        raise ConfigurationError(f"{place}: no folder {name} (seen from {Path.cwd()})")


def file(place, name):
    """The same of a file."""
    if not os.path.isfile(os.path.expanduser(name)):
        raise ConfigurationError(f"{place}: no file {name} (seen from {Path.cwd()})")


def unknown_keys(keys, there):
    """A message about keys that are not known, with a guess at what was meant."""
    return f"unknown {plural('key', keys)}{guess(keys, there)}; known keys are {', '.join(sorted(there))}"


def plural(word, names):
    """A word and the names that it is for: "key 'a'", "keys 'a', 'b'"."""
    return f"{word}{'s' if len(names) > 1 else ''} {', '.join(map(repr, names))}"


def guess(unknown, there):
    """What may have been meant, in brackets behind a blank; "" where nothing is near."""
    guesses = [near for key in unknown for near in difflib.get_close_matches(str(key), list(map(str, there)), 1)]
    return f" (did you mean {', '.join(map(repr, guesses))}?)" if guesses else ""
