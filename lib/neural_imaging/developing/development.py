"""Develop photographs in bulk: RAW files in, upright pictures of full size out, and a list of what became of each.

RAW files are read in processes of their own, so that one at which LibRaw crashes or hangs costs one photograph. The
pipelines that do not learn develop there too; a network develops in the process that calls.
"""

import collections
import csv
import hashlib
import io
import json
import sys
import time
from pathlib import Path

from tqdm import tqdm

from neural_imaging.base import errors, files, records
from neural_imaging.base.errors import UserError
from neural_imaging.developing import pipelines
from neural_imaging.imaging import cameras, pictures, raw_folder, reading
from neural_imaging.imaging.workers import Crash, Workers

COLUMNS = ("file", "picture", "status", "reason", "height", "width", "seconds", "size", "time", "sha256", "made_by")
STATUSES = ("developed", "kept", "failed", "unused")
LISTING, RECORD = "developed.csv", records.NAME
TIME_LIMIT = 600
# What cameras write beside RAW files. In a folder they are passed over; named by themselves they are tried.
_OTHERS = (".jpg", ".jpeg", ".png", ".heic", ".heif", ".mov", ".mp4", ".avi", ".thm", ".wav", ".pdf")


def develop(
    sources,
    output,
    pipeline,
    settings=None,
    *,
    kind="png",
    quality=95,
    overwrite=False,
    side=None,
    known=None,
    workers=1,
):
    """Develop photographs with one pipeline.

    Pictures that were made of the same file by the same pipeline are kept, so that a run that was stopped goes on where
    it was; those of a file or a model that was exchanged are made anew. A folder of pictures belongs to one pipeline:
    record.json says which. A photograph that cannot be developed never stops the others.

    Args:
        sources: RAW files, and folders of them, also in folders below.
        output: folder to write to: pictures, developed.csv (a line a file, with what its picture was made from) and
            record.json.
        pipeline, settings, side: see `pipelines.create`.
        kind: "png", "tiff" or "jpeg", the last with a `quality`.
        overwrite: develop photographs anew whose pictures exist.
        known: cameras known beforehand, see `cameras.load_all`; by default each file's own word is taken.
        workers: processes that read, and for pipelines that do not learn also develop.

    Returns:
        List of dicts with `COLUMNS`; `status` is one of `STATUSES`, "unused" for what is passed over in a folder. The
        `reason` of a picture says what was cut off its photograph, and what its file asks for and is not done.

    Raises:
        UserError: no such source, pipeline or setting, or pictures of another pipeline, or of unknown origin, in the
            folder.
    """
    output, settings = Path(output), dict(settings or {})
    if kind not in pictures.ENDINGS:
        raise UserError(f"{kind}: no such format; use one of {', '.join(pictures.ENDINGS)}")
    if output.exists() and not output.is_dir():
        raise UserError(f"{output}: is a file; name a folder for the pictures")
    files.check_output(output / RECORD)
    network = _network(pipeline, settings, side)
    photographs = _find(sources, output, pictures.ENDINGS[kind])
    if not (overwrite or (output / RECORD).is_file()):
        _check_free(output, [picture for _, picture, reason in photographs if not reason])
    record = _recorded(output, pipeline, {**settings, "format": kind, "quality": quality}, overwrite)
    made_by = hashlib.sha256(json.dumps(_identity(record.content), sort_keys=True).encode()).hexdigest()
    rows, others = _planned(photographs, output, made_by, overwrite)
    # Until all is done, the list has what pictures are known to be made from.
    files.write_table(output / LISTING, COLUMNS, [*others, *(row for row in rows if row["status"] == "kept")])
    task = (None if network else (str(pipeline), settings), known or {}, quality)
    waiting = [index for index, row in enumerate(rows) if not row["status"]]
    with (
        Workers(_work, workers if network is None else 1, TIME_LIMIT) as pool,
        tqdm(total=len(rows), initial=len(rows) - len(waiting), desc=str(output), unit="photo", disable=None) as bar,
    ):
        while waiting or pool.running:
            _start(pool, waiting, rows, output, task)
            for index, result in pool.finished():
                _start(pool, waiting, rows, output, task)  # It reads while the network develops.
                row = rows[index]
                row |= _outcome(result, network, output / row["picture"], quality)
                if row["status"] == "developed":
                    row["made_by"] = made_by
                    _add(output / LISTING, row)
                else:
                    bar.write(f"{row['file']}: {row['reason']}", file=sys.stderr)
                bar.update()
    files.write_table(output / LISTING, COLUMNS, rows + others)
    record.write(output / RECORD, counts(rows))
    return rows


def _planned(photographs, output, made_by, overwrite):
    """A row for each photograph, without a status where it is to be developed; and rows of other pictures."""
    rows, before = [], _listed(output / LISTING)
    for path, picture, reason in photographs:
        row = {"file": str(path), "picture": picture, "status": "unused" if reason else "", "reason": reason}
        earlier = before.pop(picture, None)
        if earlier and not overwrite and earlier["made_by"] == made_by and (output / picture).is_file():
            row |= _unchanged(earlier, path)
        rows.append(row)
    return rows, [row for row in before.values() if (output / row["picture"]).is_file()]


def counts(rows):
    """How many rows of `develop` have each of the `STATUSES`."""
    return {status: sum(row["status"] == status for row in rows) for status in STATUSES}


def _network(pipeline, settings, side):
    """The pipeline where it is a network; the others are only checked here."""
    created = pipelines.configured(pipeline, settings, side)
    if created.takes_rgb:
        raise UserError(f"{pipeline} passes developed pictures through; it cannot develop RAW files")
    return created if pipelines.learns(pipeline) else None


def _recorded(output, pipeline, settings, overwrite):
    """Note by what the folder's pictures are made, and refuse to mix them with those of another pipeline."""
    archive = [pipeline] if Path(pipeline).is_file() else []
    name = Path(pipeline).name if archive else str(pipeline)
    record = records.Record("develop", {"pipeline": name, **settings}, inputs=archive)
    path = output / RECORD
    if path.is_file() and not overwrite:
        before = records.read(path)
        if before.get("kind") != "develop":
            raise UserError(f"{output}: holds the results of something else ({path}); choose another folder")
        if _identity(before) != _identity(record.content) and not _exchanged(before, record.content):
            raise UserError(
                f"{output}: holds pictures of another pipeline ({json.dumps(before['settings'], sort_keys=True)}); "
                "choose another folder, or --overwrite them"
            )
    record.write(path, {})
    return record


def _identity(content):
    """What pictures depend on, from a record: settings, and the archive's hash, wherever it lies."""
    return content.get("settings"), sorted(content.get("inputs", {}).values())


def _check_free(output, names):
    """Refuse a folder with pictures of these names that were not made here."""
    there = [name for name in names if (output / name).exists()]
    if there:
        raise UserError(
            f"{output}: has a picture {there[0]} of which nothing says what it was made from; "
            "choose another folder, or --overwrite it"
        )


def _exchanged(before, content):
    """Whether only the content of an archive is another: in its place lies another model now."""
    earlier, now = before.get("inputs", {}), content["inputs"]
    return before.get("settings") == content["settings"] and bool(now) and earlier.keys() == now.keys()


def _listed(path):
    """What an earlier list says of pictures that were made, by their names; {} where there is none that can be read."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    # A line that a kill has cut does not count.
    table = csv.DictReader(io.StringIO(text[: text.rfind("\n") + 1]))
    rows = [row for row in table if set(row) == set(COLUMNS) and None not in row.values()]
    return {row["picture"]: row for row in rows if row["status"] in ("developed", "kept")}


def _unchanged(earlier, path):
    """The row's entries of a picture that was made of this very file; {} where the file is another now."""
    try:
        facts = _facts(path)
    except OSError:
        return {}
    at_once = earlier["file"] == str(path) and all(earlier[key] == str(facts[key]) for key in facts)
    if not at_once and (earlier["size"] != str(facts["size"]) or earlier["sha256"] != files.sha256(path)):
        return {}
    return {**earlier, **facts, "file": str(path), "status": "kept"}


def _facts(path):
    state = path.stat()
    return {"size": state.st_size, "time": state.st_mtime_ns}


def _find(sources, output, ending):
    """(path, name of its picture or "", "" or why it is passed over) of RAW files, no two pictures called alike."""

    def ignored(path):
        if path.resolve() == output.resolve():
            return "the folder of developed pictures"
        return f"not a RAW file by its name (*{path.suffix})" if path.suffix.lower() in _OTHERS else ""

    photographs = []
    for source in map(Path, sources):
        if source.is_dir():
            listed = raw_folder.listing(source, ignored=ignored)
            photographs += [(source / file.path, file.image, file.reason) for file in listed]
        elif source.is_file():
            photographs.append((source, raw_folder.safe_name(source.stem), ""))
        else:
            raise UserError(f"{source}: no such file or folder")
    called = collections.Counter(raw_folder.key(image) for _, image, reason in photographs if not reason)
    twice = sorted(image for image, count in called.items() if count > 1)
    if twice:
        raise UserError(f"more than one source has a photograph {twice[0]}; develop them into different folders")
    return [(path, "" if reason else image + ending, reason) for path, image, reason in photographs]


def _start(pool, waiting, rows, output, task):
    while waiting and pool.free:
        index = waiting.pop(0)
        pool.start(index, (Path(rows[index]["file"]), output / rows[index]["picture"], *task))


def _work(task):
    """In a worker: read a file; develop it where that needs no network. Gives facts of the file too."""
    path, picture, standard, known, quality = task
    started = time.monotonic()
    try:
        facts = {**_facts(path), "sha256": files.sha256(path)}
        photograph = cameras.apply(known, reading.read(path))
        if standard is None:
            return photograph, facts
        name, settings = standard
        return _write(pipelines.create(name, **settings), photograph, picture, quality, started), facts
    except (UserError, OSError) as error:
        return _failed(error), {}


def _outcome(result, network, picture, quality):
    """A row's entries, from what a worker gave; a network develops now."""
    if isinstance(result, Crash):
        return {"status": "failed", "reason": f"reading it {result}"}
    if isinstance(result, Exception):
        return _failed(result)
    developed, facts = result
    if isinstance(developed, dict):
        return developed | facts
    try:
        return _write(network, developed, picture, quality, time.monotonic()) | facts
    except Exception as error:
        return _failed(error)


def _write(pipeline, photograph, picture, quality, started):
    developed = pipeline.develop(photograph)
    pictures.write(picture, developed, quality)
    return {
        "status": "developed",
        "reason": "; ".join(filter(None, (pipeline.note(photograph), *photograph.notes))),
        "height": developed.shape[0],
        "width": developed.shape[1],
        "seconds": round(time.monotonic() - started, 2),
    }


def _failed(error):
    """A mistake that nobody foresaw stops one photograph only."""
    return {"status": "failed", "reason": errors.reason(error)}


def _add(path, row):
    with path.open("a", encoding="utf-8", errors="backslashreplace", newline="") as listing:
        csv.DictWriter(listing, COLUMNS, restval="", lineterminator="\n").writerow(row)
