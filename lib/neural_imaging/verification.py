"""Whether a results folder is what its records say: files, the hashes of what they were made from, and settings."""

import functools
import re
import zipfile
from pathlib import Path

from neural_imaging import files, records
from neural_imaging.errors import UserError

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
RECORDS = ("**/record.json", "forensics/**/evaluation.json", "transfer/**/test.json", "profiles/**/*.json")
# Temporary folders of other programs.
_PASSED_OVER = {"checkpoints", "tensorboard", "logs", "benchmarks"}


def faults(results, config=None):
    """Hold a results folder against its records.

    Args:
        results: the folder. Relative paths in records start in the folder around it.
        config: content of a configuration; the settings in the records are then held against it too.

    Returns:
        (number of records, lines), a line for each thing that does not fit.

    Raises:
        UserError: no such folder.
    """
    results = Path(results)
    if not results.is_dir():
        raise UserError(f"{results}: no such folder; name the folder of results")
    hashed = functools.cache(files.sha256)
    paths = sorted({path for pattern in RECORDS for path in results.glob(pattern) if _counts(path, results)})
    lines = []
    for path in paths:
        lines += [f"{path}: {fault}" for fault in _record_faults(path, results, config, hashed)]
    for model in sorted(results.glob("**/model.keras")):
        if _counts(model, results) and not model.with_name("record.json").is_file():
            lines.append(f"{model}: has no record.json beside it")
    return len(paths), lines


def differences(path, results, config):
    """What the settings of one result are other than a configuration asks, a line each.

    Args:
        path: the result's record, or its evaluation.
        results: folder of results that it lies in.
        config: content of the configuration.

    Raises:
        UserError: no such record, or a damaged one.
    """
    record = records.read(path)
    if "settings" not in record:
        raise UserError(f"{path}: the record does not name settings")
    return _setting_faults(record, _asked(Path(path).relative_to(results).as_posix(), config))


def _counts(path, results):
    parts = path.relative_to(results).parts
    return parts[0] not in _PASSED_OVER and not path.name.startswith(".")


def _record_faults(path, results, config, hashed):
    try:
        record = files.read_json(path)
    except UserError as error:
        return [str(error).removeprefix(f"{path}: ")]
    missing = [key for key in KEYS if key not in record] if isinstance(record, dict) else list(KEYS)
    if missing:
        return [f"the record does not name {', '.join(missing)}"]
    found = list(_file_faults(path.parent, BESIDE.get(record["kind"], ()) if path.name == "record.json" else ()))
    for name, recorded in sorted(record["inputs"].items()):
        source = results.absolute().parent / name
        if not source.is_file():
            found.append(f"{name}, which it was made from, is not there")
        elif hashed(source) != recorded:
            found.append(f"{name} is not the file that it was made from: another hash")
    if config is not None:
        found += _setting_faults(record, _asked(path.relative_to(results).as_posix(), config))
    return found


def _file_faults(folder, names):
    for name in names:
        file = folder / name
        if not file.is_file():
            yield f"{name} is missing beside it"
        elif file.suffix == ".keras" and not _whole_archive(file):
            yield f"{name} beside it is damaged"


def _whole_archive(path):
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False


def _asked(place, config):
    """Settings, seed and labels that a configuration asks of a result, by the result's path; None where it has none.

    The names are those of the workflow's paths: `isp/<camera>/<isp>/record.json` and so on.
    """
    parts = place.split("/")
    kind, labels = parts[0], dict(re.findall(r"/(\w+)~([^/]+)", place))
    if kind == "isp" and len(parts) == 4:
        return _training(config, "isps", parts[2])
    if kind == "shared_isp" and len(parts) == 3:
        return _training(config, "isps", parts[1])
    if kind == "codecs" and len(parts) == 3:
        return _training(config, "codecs", parts[1])
    if kind == "forensics" and {"channel", "lambda_isp", "run"} <= labels.keys():
        protocol = config.get("protocols", {}).get(parts[1])
        channel = config.get("channels", {}).get(labels["channel"])
        if protocol is None or channel is None:
            return None
        if parts[-1] == "evaluation.json":
            shared = {key: protocol[key] for key in ("patch", "discard") if key in protocol}
            return {"settings": {**protocol.get("evaluation", {}), **shared}}
        weight = labels["lambda_isp"] if labels["lambda_isp"] == "fan-only" else float(labels["lambda_isp"])
        settings = {key: value for key, value in protocol.items() if key != "evaluation"}
        # Which learned codec it is, the hash of the codec's file says.
        channel = {key: value for key, value in channel.items() if key != "name"}
        return {"settings": {**settings, "channel": channel, "lambda_isp": weight}, "seed": int(labels["run"])}
    return {"settings": {}}


def _training(config, section, name):
    one = config.get(section, {}).get(name)
    if one is None:
        return None
    return {"settings": {"model": one["model"], "settings": one["settings"], **one["training"]}, "seed": one["seed"]}


def _setting_faults(record, asked):
    if asked is None:
        return ["the configuration has no such result"]
    found = []
    for key, value in asked["settings"].items():
        made = record["settings"].get(key)
        # A training may complete settings of its own parts.
        given = {name: made.get(name) for name in value} if isinstance(value, dict) and isinstance(made, dict) else made
        if given != value:
            found.append(f"was made with {key} {given!r}; the configuration asks for {value!r}")
    if "seed" in asked and record.get("seed") != asked["seed"]:
        found.append(f"was made with seed {record.get('seed')}; the configuration asks for {asked['seed']}")
    return found
