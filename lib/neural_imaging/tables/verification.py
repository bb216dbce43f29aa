"""Whether a results folder is what its records say: files, the hashes of what they were made from, and settings."""

import csv
from pathlib import Path

from neural_imaging.base import files, records
from neural_imaging.base.errors import UserError, reason
from neural_imaging.tables import kept

# What every record names.
KEYS = ("kind", "settings", "seed", "inputs", "versions", "commit", "host", "metrics", "duration_seconds")
# Files that lie beside a record of each kind.
BESIDE = {
    "train_isp": ("model.keras", "training.csv"),
    "train_dcn": ("model.keras", "training.csv"),
    "train_forensics": ("model.keras", "training.csv"),
    "set_camera": ("model.keras",),
}
# Folders whose JSON files are records, by the pattern of their names.
RECORDS = (
    f"**/{records.NAME}", "forensics/**/evaluation.json", "transfer/**/test.json", "robustness/**/robustness.json",
    "localisation/**/localisation.json", "fingerprints/**/fingerprints.json", "attacks/**/attacks.json",
    "profiles/**/*.json",
)  # fmt: skip


def faults(results, asked=None):
    """Hold a results folder against its records, whose relative paths start in the folder around it.

    Where `asked` is given, records are held against it too: a function that gives what is asked of a result by its path
    in the folder, a mapping with "settings", and perhaps "seed", or None where no such result is asked for.

    Returns:
        (number of records, lines), a line for each thing that does not fit.
    """
    results = Path(results)
    hashes, paths = kept.Hashes(results), records_of(results)
    lines = list(hashes.faults())
    for table in sorted(results.glob("data/*/images.csv")):
        lines += _missing_pictures(table, hashes)
    for path in paths:
        lines += [f"{path}: {fault}" for fault in _record_faults(path, results, asked, hashes)]
    for model in sorted(results.glob("**/model.keras")):
        if kept.counts(model, results) and not model.with_name(records.NAME).is_file():
            lines.append(f"{model}: has no record.json beside it")
    return len(paths), lines


def records_of(results):
    """Paths of the records in a results folder, sorted; a `UserError` where it has none."""
    results = Path(results)
    if not results.is_dir():
        raise UserError(f"{results}: no such folder; name the folder of results")
    paths = sorted({path for pattern in RECORDS for path in results.glob(pattern) if kept.counts(path, results)})
    if not paths:
        raise UserError(f"{results}: has no records; name the folder of results that the workflow makes")
    return paths


def _missing_pictures(table, hashes):
    """A line for each file of a training set that its listing names and that is not there, or not in its folder."""
    try:
        with table.open(newline="", encoding="utf-8") as file:
            used = [row.get("image") for row in csv.DictReader(file) if row.get("status") == "used"]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        yield f"{table}: cannot be read ({reason(error)})"
        return
    for name in (f"{image}{suffix}" for image in used for suffix in (".npy", ".png")):
        try:
            if not files.beside(table, name).is_file() and not hashes.lists(table.with_name(name)):
                yield f"{table}: {name}, which it lists as used, is not there"
        except UserError as error:
            yield str(error)


def _record_faults(path, results, asked, hashes):
    try:
        record = files.read_json(path)
    except UserError as error:
        yield str(error).removeprefix(f"{path}: ")
        return
    missing = [key for key in KEYS if key not in record] if isinstance(record, dict) else KEYS
    if missing:
        yield f"the record does not name {', '.join(missing)}"
        return
    for name in BESIDE.get(record["kind"], ()) if path.name == records.NAME else ():
        file = path.with_name(name)
        if not file.is_file():
            if not hashes.lists(file):
                yield f"{name} is missing beside it"
        elif file.suffix == ".keras" and not records.whole_archive(file):
            yield f"{name} beside it is damaged"
    for name, recorded in sorted(record["inputs"].items()):
        found = hashes.of(name)
        if found is None:
            yield f"{name}, which it was made from, is not there"
        elif found != recorded:
            yield f"{name} is not the file that it was made from: another hash"
    if asked is not None:
        yield from _setting_faults(record, asked(path.relative_to(results).as_posix()))


def _setting_faults(record, asked):
    if asked is None:
        return ["the configuration has no such result"]
    faults = []
    for key, value in asked["settings"].items():
        kept = record["settings"].get(key)
        # A training may complete settings of its own parts.
        given = {name: kept.get(name) for name in value} if isinstance(value, dict) and isinstance(kept, dict) else kept
        if given != value:
            faults.append(f"was made with {key} {given!r}; the configuration asks for {value!r}")
    if "seed" in asked and record.get("seed") != asked["seed"]:
        faults.append(f"was made with seed {record.get('seed')}; the configuration asks for {asked['seed']}")
    return faults
