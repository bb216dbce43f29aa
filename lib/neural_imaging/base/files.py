"""Files that are whole or absent: everything is written beside its place and renamed."""

import contextlib
import csv
import errno
import hashlib
import io
import json
import os
import re
import resource
import shutil
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

from neural_imaging.base.errors import CUT_OFF, NO_SPACE, DiskFullError, UserError

# A disk with less is full: libraries report a full one in many ways, and some only as fewer bytes written.
FULL = 2**16
# Endings of a table's files: as it is, for two kinds of texts, and as a page.
TABLE = (".csv", ".md", ".tex", ".html")
# In JSON: a list that has no lists or mappings in it, its values on a line each; and the break between two of them.
_VALUES, _BREAK = re.compile(r"\[\n\s*([^][{}]*?)\n\s*\]"), re.compile(r",\n\s*")


@contextlib.contextmanager
def atomic(path):
    """Give a temporary path in the folder of `path`, which is made, and rename it to `path` if the block ends well.

    The temporary name keeps the ending of `path`, since libraries choose the file format by it. After an error the
    temporary file is removed and `path` is as it was.

    Raises:
        UserError: nothing can be written there.
        DiskFullError: there is no space for it.
    """
    path = Path(path)
    check_output(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        if is_full(error, path):
            raise no_space(path) from None
        raise UserError(f"{path}: cannot be written ({error.strerror})") from None
    os.close(handle)
    temporary = Path(temporary)
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        # mkstemp makes files private to the user; results are shared like any other file.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except Exception as error:
        if is_full(error, path):
            raise no_space(path) from error
        if _is_cut_off(error, temporary):
            raise DiskFullError(f"{path}: {CUT_OFF}") from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def together(first, *others):
    """Give temporary paths of files that belong together, and rename all of them if the block ends well.

    Where the first one is, the others are too, and are its own, also after a kill at any moment: it is taken away
    before the others come, and comes last.
    """
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(atomic(path)) for path in (first, *others)]
        Path(first).unlink(missing_ok=True)


def beside(table, name):
    """The path of a file that a table names, which must be in the table's own folder."""
    table = Path(table)
    if not name or name in (".", "..") or Path(name).name != name or "\0" in name:
        raise UserError(f"{table}: names {name!r}, which is no file of its folder; make the set again")
    return table.parent / name


def check_archive(path):
    """Refuse a zip archive (`.npz`, `.keras`) that is small and unpacks to a lot: numbers of networks do not.

    One that cannot be read ends with zipfile.BadZipFile or OSError.
    """
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    here = Path(path).stat().st_size
    if unpacked > 10 * here + 10**8:
        raise UserError(
            f"{path}: would unpack to {unpacked / 1e9:,.1f} GB from {here / 1e6:,.1f} MB; no such archive is ours"
        )


def caches(folder):
    """Where to keep what is made of a folder's files: in it, or, where it may only be read, among the user's caches."""
    within = Path(folder) / ".unpacked"
    if os.access(within if within.is_dir() else folder, os.W_OK | os.X_OK):
        return within
    place = hashlib.sha256(os.fsencode(Path(folder).resolve())).hexdigest()[:16]
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "neural-imaging", place)


def is_full(error, path):
    """Whether an error came of a disk, or of a user's share of it, that is full."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    folder = next(parent for parent in path.absolute().parents if parent.is_dir())
    usage = shutil.disk_usage(folder)
    # Folders of the kernel, such as /proc, have no space at all, so that none can be missing.
    return not isinstance(error, UserError) and usage.total > 0 and usage.free < FULL


def _is_cut_off(error, written):
    """Whether an error came of a limit on the size of files, which libraries report in many ways too."""
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return True
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    there = written.exists() and not isinstance(error, UserError)
    return there and limit != resource.RLIM_INFINITY and written.stat().st_size >= limit - FULL


def no_space(path):
    """The error that says so, for a file that could not be written."""
    return DiskFullError(f"{path}: {NO_SPACE}")


def check_output(path):
    """Refuse a file that cannot be written, before long work is done for it. Makes nothing."""
    path = Path(path)
    if path.is_dir():
        raise UserError(f"{path}: is a folder; name a file to write")
    folder = next(parent for parent in path.absolute().parents if os.path.lexists(parent))
    if not folder.is_dir():
        raise UserError(f"{path}: cannot be written, since {folder} is not a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(f"{path}: cannot be written, no permission in {folder}")


def distinct_names(paths, endings=True):
    """Short names of files: without folders, or with as many of them as it takes to tell all apart.

    Without `endings` these are left out where that leaves all names different. A file that is named twice is refused.
    """
    places = [Path(os.path.abspath(path)) for path in paths]
    twice = next((path for path, count in Counter(places).items() if count > 1), None)
    if twice is not None:
        raise UserError(f"{paths[places.index(twice)]}: named twice")
    parts = [(place if endings else place.with_suffix("")).parts for place in places]
    if len(set(parts)) < len(parts):
        return distinct_names(paths)
    deepest = max(map(len, parts), default=1)
    choices = (["/".join(place[-depth:]) for place in parts] for depth in range(1, deepest + 1))
    return next((names for names in choices if len(set(names)) == len(names)), [])


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_text(path, text):
    """Write `text` (UTF-8) to `path`, whole or not at all; of names of files what is no text is written as \\udce9."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")


def write_json(path, content):
    """Write `content` as indented JSON with a fixed order of keys, whole or not at all."""
    write_text(path, as_json(content))


def as_json(content):
    """Content as the text of a JSON file, indented and with a fixed order of keys; a list of values is a line."""
    text = json.dumps(content, indent=2, sort_keys=True, allow_nan=False)
    # No text has a line break in it, so that brackets before or after one are those of lists.
    return _VALUES.sub(lambda found: f"[{_BREAK.sub(', ', found[1])}]", text) + "\n"


def read_json(path):
    """Read a JSON file, and refuse one that is missing or is none."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        # Numbers of thousands of digits and thousands of brackets are errors of their own.
        raise UserError(f"{path}: not a JSON file ({error})") from None


def write_table(path, columns, rows):
    """Write mappings as the rows of a CSV file, whole or not at all; entries without a column are left out."""
    text = io.StringIO()
    table = csv.DictWriter(text, columns, restval="", lineterminator="\n", extrasaction="ignore")
    table.writeheader()
    table.writerows(rows)
    write_text(path, text.getvalue())


def read_rows(path, columns):
    """Rows of a CSV file as mappings; none where it has none, lacks one of these columns, or is no such file."""
    try:
        with Path(path).open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (UnicodeDecodeError, csv.Error):
        return []
    return rows if rows and rows[0].keys() >= set(columns) else []


def named(text):
    """Split `[NAME=]PATH` into name (or None) and path; a path that there is is one, even if it is called lr=0.1."""
    name, equals, path = text.partition("=")
    return (None, text) if not equals or Path(text).exists() else (name, path)


def sha256(path):
    """Hash of a file's bytes, as hexadecimal text; a file that is missing is refused."""
    try:
        with Path(path).open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise UserError(f"{path}: is a folder, not a file") from None
