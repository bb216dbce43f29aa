"""Which photographs become which pages. This loads no network."""

import collections
import itertools
from dataclasses import dataclass
from pathlib import Path

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.imaging import opening, raw_folder

# What a folder is searched for.
ENDINGS = (*opening.ENDINGS, *opening.HEIF, *opening.RAW)
INDEX = "index.html"


@dataclass(frozen=True)
class Task:
    """A photograph, and the page that it becomes; the JSON file lies beside that."""

    source: Path
    page: Path


def make(sources, output, force=False):
    """Find the photographs, and say which page each becomes; nothing is made.

    Args:
        sources: files, and folders of them, also in folders below.
        output: folder for pages, laid out as the sources are.
        force: pages may exist.

    Returns:
        (tasks, passed): list of `Task`, and of (path, reason) of what is passed over in folders.

    Raises:
        UserError: a page cannot be written, or exists already; or a folder has no photographs.
    """
    listed, passed = [], []
    for source in map(Path, sources):
        if not source.is_dir():
            listed.append((source, Path()))
            continue
        walked = raw_folder.walk(source, raw_folder.named(ENDINGS))
        here = [(source / path, path.parent) for path, reason in walked if not reason]
        passed += [(source / path, reason) for path, reason in walked if reason]
        if not here:
            raise UserError(f"{source}: holds no photographs by their names ({', '.join(ENDINGS)})")
        listed += here
    tasks = [Task(path, page) for (path, _), page in zip(listed, _pages(listed, Path(output)), strict=True)]
    _check(tasks, Path(output), force)
    return tasks, passed


def _pages(listed, output):
    """Paths of pages, no two alike: with the files' endings where they differ by these, and numbers where they must."""
    stems = [output / place / raw_folder.safe_name(path.stem) for path, place in listed]
    alike, taken = collections.Counter(map(_key, stems)), {_key(output / INDEX)}
    for (path, _), stem in zip(listed, stems, strict=True):
        name = stem.name if alike[_key(stem)] == 1 else f"{stem.name}-{path.suffix[1:].lower()}"
        names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
        pages = (stem.with_name(f"{each}.html") for each in names)
        page = next(page for page in pages if _key(page) not in taken)
        taken.add(_key(page))
        yield page


def _key(path):
    return raw_folder.key(str(path))


def _check(tasks, output, force):
    made = [path for task in tasks for path in (task.page, task.page.with_suffix(".json"))]
    if len(tasks) > 1:
        made.append(output / INDEX)
    for path in made:
        files.check_output(path)
    there = [path for path in made if path.exists()]
    if there and not force:
        more = f", and {len(there) - 1} more" if len(there) > 1 else ""
        raise UserError(
            f"{there[0]}: exists already{more}, and nothing is done; name another folder with -o, or --force overwrites"
        )
