"""Fetch a camera's photographs from a public collection, and lay out the folder of RAW files that is made of them."""

import collections
import contextlib
import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import checks
from neural_imaging.datasets.collections import mit5k, raise_list, record
from neural_imaging.datasets.collections.download import Downloads, Failed
from neural_imaging.datasets.collections.fetching import Fetching, Selection
from neural_imaging.datasets.collections.photographs import check_address, public
from neural_imaging.study.settings import Choice, Kind, Text

_LARGEST_LIST = 1 << 24
_TEXT = Text("a text that says something", r"\S")
_COMMON = {
    "model": ("", _TEXT),
    "orientation": ("any", Choice(checks.ORIENTATIONS)),
    "count": (None, checks.AtLeast(1)),
    "address": (None, Kind()),
    "checksums": (None, Kind()),
    "connections": (4, checks.AtLeast(1)),
}
SETTINGS = {
    "raise": {"list": ("", _TEXT), **_COMMON},
    "mit5k": {"photos": (None, Kind()), **_COMMON},
}


@dataclass(frozen=True)
class Summary:
    """How many photographs are in the folder, their bytes, and how many were left out, by reason."""

    photographs: int
    size: int
    left_out: dict


def download(source, settings, output_folder, downloads_folder, patience=None):
    """Fetch the photographs that the settings ask for, and make a folder of them; gives `Summary`.

    They are taken in the order of the collection: the first `count` by the camera and in the orientation that is asked
    for. Of a photograph that turns out not to be wanted only the first kilobytes are fetched. Files stay in the
    downloads folder, whose downloads.csv has their hashes; the same call after a cut goes on where it was. The output
    folder gets links to them (copies where the file system has none) and photographs.csv, which is written last.
    `settings` are some of `SETTINGS[source]`, see docs/data.md.

    Raises:
        UserError: wrong settings or lists, or photographs that could not be had; missing.csv in the downloads folder
            then lists them.
    """
    if source not in SETTINGS:
        raise UserError(f"{source}: no such collection; there are: {', '.join(SETTINGS)}")
    settings = checks.complete(SETTINGS[source], settings, source)
    if settings["address"] is not None:
        check_address(str(settings["address"]), f"{source}: address")
    output, downloads = Path(output_folder), Path(downloads_folder)
    if output.resolve() == downloads.resolve():
        raise UserError(f"{output}: the folder of downloads must be another than that of the result")
    try:
        downloads.mkdir(parents=True, exist_ok=True)
        with _alone(downloads):
            web = Downloads(patience)
            photographs = _listed(source, settings, downloads, web)
            known = record.Record(downloads / "downloads.csv", settings["checksums"])
            selection = Selection(settings["model"], settings["orientation"])
            fetching = Fetching(downloads, known, selection, web, settings["connections"])
            try:
                taken = fetching.fetch(photographs, settings["count"], output.name)
            finally:
                known.tidy()
            _report(taken, settings, output, downloads)
            _lay_out(taken, output, downloads, known)
    except OSError as error:
        if files.is_full(error, downloads):
            raise files.no_space(error.filename or downloads) from None
        raise UserError(f"{error.filename or downloads}: cannot be written ({error.strerror or error})") from None
    here = [known[result.photograph.file] for result in taken if result.status == "here"]
    return Summary(len(here), sum(int(row["size"]) for row in here), dict(_reasons(taken)))


@contextlib.contextmanager
def _alone(folder):
    """Hold a folder, so that two programs do not write the same files."""
    with (folder / ".lock").open("w") as lock:
        # Some file systems know no locks.
        with contextlib.suppress(OSError):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UserError(f"{folder}: another program is downloading into this folder") from None
        yield


def _listed(source, settings, downloads, web):
    """Photographs that the collection's list holds, of those that the settings name."""
    model, address = settings["model"], settings["address"]
    if source == "raise":
        return raise_list.photographs(settings["list"], model, address)
    mit5k.check_model(model)
    wanted = mit5k.numbers(settings["photos"])
    lists = [downloads / Path(name).name for name in mit5k.LISTS]
    for name, path in zip(mit5k.LISTS, lists, strict=True):
        if not path.is_file():
            url = f"{(address or mit5k.ADDRESS).rstrip('/')}/{name}"
            try:
                web.fetch(url, path, most=_LARGEST_LIST)
            except Failed as error:
                raise UserError(f"{public(url)}: the collection's list cannot be had: {error}") from None
    return mit5k.photographs(lists, wanted, address)


def _reasons(taken):
    return collections.Counter(result.reason for result in taken if result.status != "here")


def _report(taken, settings, output, downloads):
    """Write missing.csv, and refuse to go on where photographs that were asked for are not here."""
    missing = [
        {"file": result.photograph.file, "url": public(result.photograph.url), "reason": result.reason}
        for result in taken
        if result.status in ("missing", "broken")
    ]
    table = downloads / "missing.csv"
    if missing:
        files.write_table(table, ("file", "url", "reason"), missing)
    else:
        table.unlink(missing_ok=True)
    statuses, count = collections.Counter(result.status for result in taken), settings["count"]
    here = statuses["here"]
    if here and (here == count or (count is None and not missing)):
        return
    parts = [f"{number} × {reason}" for reason, number in _reasons(taken).most_common(6)]
    if not statuses["broken"]:
        parts.append("the list has no more")
    advice = f"; {table} lists what is missing, and the same command goes on from here" if missing else ""
    raise UserError(
        f"{output}: {count or 'all'} photographs by {settings['model']} were asked for, {here} are here; "
        f"{', '.join(parts)}{advice}"
    )


def _lay_out(taken, output, downloads, known):
    """Make the output folder hold the photographs that are here, and nothing else that was laid out before."""
    table = output / "photographs.csv"
    names = [result.photograph.file for result in taken if result.status == "here"]
    output.mkdir(parents=True, exist_ok=True)
    before = record.read_table(table, ("file",)) if table.is_file() else ()
    table.unlink(missing_ok=True)
    no_more = {row["file"] for row in before} - set(names)
    for path in output.iterdir():
        if path.name in no_more:
            path.unlink()
    for name in names:
        _link(downloads / name, output / name)
    files.write_table(table, record.COLUMNS, (known[name] for name in names))


def _link(origin, path):
    if path.exists() and path.samefile(origin):
        return
    path.unlink(missing_ok=True)
    try:
        os.link(origin, path)
    except OSError:
        with files.atomic(path) as temporary:
            shutil.copyfile(origin, temporary)
