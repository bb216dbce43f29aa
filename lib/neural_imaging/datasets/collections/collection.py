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
from neural_imaging.datasets.collections import mit5k, raise_list, record
from neural_imaging.datasets.collections.fetching import Fetching
from neural_imaging.datasets.collections.photographs import check_address, public
from neural_imaging.datasets.collections.selection import ORIENTATIONS, Selection
from neural_imaging.datasets.collections.transfer import Failed, Transfers

SOURCES = ("raise", "mit5k")
_LARGEST_LIST = 1 << 24
# What each setting is; None is allowed for all that have None as default.
_COMMON = {"model": "", "orientation": "any", "count": None, "address": None, "checksums": None, "connections": 4}
DEFAULTS = {"raise": {"list": "", **_COMMON}, "mit5k": {"photos": None, **_COMMON}}
COLUMNS = ("file", "url", "size", "sha256", "camera", "orientation")


@dataclass(frozen=True)
class Summary:
    """What a download came to.

    Attributes:
        photographs: how many are in the folder.
        size: of all of them, in bytes.
        left_out: how many were left out, by reason.
    """

    photographs: int
    size: int
    left_out: dict


def download(source, settings, output_folder, downloads_folder, patience=None):
    """Fetch the photographs that the settings ask for, and make a folder of them.

    They are taken in the order of the collection: the first `count` by the camera and in the orientation that is asked
    for. Of a photograph that turns out not to be wanted only the first kilobytes are fetched. Files stay in the
    downloads folder, whose downloads.csv has their hashes; the same call after a cut goes on where it was. The output
    folder gets links to them (copies where the file system has none) and photographs.csv, which is written last.

    Args:
        source: one of `SOURCES`.
        settings: `model` (camera), `orientation` ("landscape", "portrait", "any"), `count` (all by default), `address`
            (of the collection), `checksums` (a table of hashes), `connections` (how many at once); of RAISE `list` (the
            CSV of its owners), of MIT-5k `photos` (numbers and ranges).
        output_folder: RAW files and photographs.csv.
        downloads_folder: files as they came, whole or not, and downloads.csv.
        patience: `transfer.Patience`.

    Returns:
        `Summary`.

    Raises:
        UserError: wrong settings or lists, or photographs that could not be had; missing.csv in the downloads folder
            then lists them.
    """
    settings = _checked(source, settings)
    output, downloads = Path(output_folder), Path(downloads_folder)
    if output.resolve() == downloads.resolve():
        raise UserError(f"{output}: the folder of downloads must be another than that of the result")
    try:
        downloads.mkdir(parents=True, exist_ok=True)
        with _alone(downloads):
            transfers = Transfers(patience)
            photographs = _listed(source, settings, downloads, transfers)
            known = record.Record(downloads / "downloads.csv", settings["checksums"])
            selection = Selection(settings["model"], settings["orientation"])
            fetching = Fetching(downloads, known, selection, transfers, settings["connections"])
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
    here = [known[one.photograph.file] for one in taken if one.status == "here"]
    left_out = collections.Counter(one.reason for one in taken if one.status != "here")
    return Summary(len(here), sum(int(row["size"]) for row in here), dict(left_out))


def _checked(source, settings):
    if source not in SOURCES:
        raise UserError(f"{source}: no such collection; there are: {', '.join(SOURCES)}")
    defaults = DEFAULTS[source]
    unknown = sorted(set(settings) - set(defaults))
    if unknown:
        raise UserError(f"{source}: unknown setting {', '.join(unknown)}; there are: {', '.join(defaults)}")
    settings = defaults | settings
    for key in ("model", "list"):
        if key in settings and (not isinstance(settings[key], str) or not settings[key].strip()):
            raise UserError(f"{source}: needs the setting {key}, as text")
    if settings["orientation"] not in ORIENTATIONS:
        raise UserError(f"{source}: orientation must be one of {', '.join(ORIENTATIONS)}")
    for key in ("count", "connections"):
        value = settings[key]
        if (value is not None or key == "connections") and (type(value) is not int or value < 1):
            raise UserError(f"{source}: {key} must be a whole number of at least 1, not {value!r}")
    if settings["address"] is not None:
        check_address(str(settings["address"]), f"{source}: address")
    return settings


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


def _listed(source, settings, downloads, transfers):
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
                transfers.fetch(url, path, most=_LARGEST_LIST)
            except Failed as error:
                raise UserError(f"{public(url)}: the collection's list cannot be had: {error}") from None
    return mit5k.photographs(lists, wanted, address)


def _report(taken, settings, output, downloads):
    """Write missing.csv, and refuse to go on where photographs that were asked for are not here."""
    missing = [one for one in taken if one.status in ("missing", "broken")]
    table = downloads / "missing.csv"
    if missing:
        rows = (
            {"file": one.photograph.file, "url": public(one.photograph.url), "reason": one.reason} for one in missing
        )
        record.write_table(table, ("file", "url", "reason"), rows)
    else:
        table.unlink(missing_ok=True)
    here, count = sum(one.status == "here" for one in taken), settings["count"]
    if here and (here == count or (count is None and not missing)):
        return
    reasons = collections.Counter(one.reason for one in taken if one.status != "here")
    parts = [f"{number} × {reason}" for reason, number in reasons.most_common(6)]
    if not any(one.status == "broken" for one in taken):
        parts.append("the list has no more")
    advice = f"; {table} lists what is missing, and the same command goes on from here" if missing else ""
    raise UserError(
        f"{output}: {count or 'all'} photographs by {settings['model']} were asked for, {here} are here; "
        f"{', '.join(parts)}{advice}"
    )


def _lay_out(taken, output, downloads, known):
    """Make the output folder hold the photographs that are here, and nothing else that was laid out before."""
    table = output / "photographs.csv"
    names = [one.photograph.file for one in taken if one.status == "here"]
    output.mkdir(parents=True, exist_ok=True)
    before = record.read_table(table, ("file",)) if table.is_file() else ()
    table.unlink(missing_ok=True)
    no_more = {row["file"] for row in before} - set(names)
    for path in output.iterdir():
        if path.name in no_more:
            path.unlink()
    for name in names:
        _link(downloads / name, output / name)
    record.write_table(table, COLUMNS, (known[name] for name in names))


def _link(origin, path):
    if path.exists() and path.samefile(origin):
        return
    path.unlink(missing_ok=True)
    try:
        os.link(origin, path)
    except OSError:
        with files.atomic(path) as temporary:
            shutil.copyfile(origin, temporary)
