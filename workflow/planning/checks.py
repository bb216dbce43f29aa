"""Checks that several parts of the configuration need."""

import os
from pathlib import Path

from neural_imaging.base.errors import UserError
from neural_imaging.study.settings import guess


def known(place, name, there, source=None):
    """Refuse a name, at a place of the configuration, that is not among others; `source` is what those are names in."""
    if name not in there:
        of = f" in {source}" if source else " configured"
        names = ", ".join(map(str, there)) or "none"
        raise UserError(f"{place}: {name!r} is not{of}{guess([name], there)}; known are {names}")


def folder(place, name):
    """Refuse a folder that is not there, seen from the folder in which Snakemake works."""
    # Unlike Path.is_dir, os.path.isdir is false where a folder above may not be read.
    if not os.path.isdir(os.path.expanduser(name)):
        raise UserError(f"{place}: no folder {name} (seen from {Path.cwd()})")


def file(place, name):
    """The same of a file."""
    if not os.path.isfile(os.path.expanduser(name)):
        raise UserError(f"{place}: no file {name} (seen from {Path.cwd()})")
