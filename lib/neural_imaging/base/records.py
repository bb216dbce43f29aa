"""One record a run: what was done, with which settings, data, code and machine, and what came out."""

import contextlib
import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from neural_imaging.base import files, runtime
from neural_imaging.base.errors import DAMAGED_ARCHIVE, UserError

PACKAGES = (
    "keras", "tensorflow", "tensorflow-cpu", "jax", "torch", "numpy", "rawpy", "colour-demosaicing", "imagecodecs",
)  # fmt: skip
# Name of the record of a model, beside it.
NAME = "record.json"
# Beginning of the names of checkpoints: of its training, epochs done, and batches of the next one follow, so that the
# last one comes last.
CHECKPOINT = "neural-imaging"


class Record:
    """Collects a run's facts and writes them as JSON.

    Args:
        kind: what the run is, e.g. "train_isp".
        settings: the settings it ran with (JSON types).
        seed: the run's seed, or None.
        inputs: files that the result was made from; their hashes are recorded.
    """

    def __init__(self, kind, settings, seed=None, inputs=()):
        self._started = time.monotonic()
        self._content = {
            "kind": kind,
            "settings": settings,
            "seed": seed,
            "inputs": {str(path): files.sha256(path) for path in inputs},
            "versions": _versions(),
            "commit": _commit(),
            "host": {"machine": platform.machine(), "system": platform.system(), "processors": os.cpu_count()},
        }

    @property
    def content(self):
        """What is known before the run: its kind, settings, inputs, versions and machine."""
        return dict(self._content)

    def write(self, path, metrics, **more):
        """Write the record with its metrics; `more` adds entries such as `resumed`."""
        duration = round(time.monotonic() - self._started, 3)
        # Only a run with a network has computed with Keras, and on a graphics card.
        gpu, used = (runtime.accelerator(), runtime.settings()) if "keras" in sys.modules else (None, None)
        facts = {"host": {**self._content["host"], "gpu": gpu}, "keras": used}
        files.write_json(path, {**self._content, **facts, "metrics": metrics, "duration_seconds": duration, **more})


def read(path):
    """Read a record, as a mapping, and refuse a file that is missing or holds none."""
    content = files.read_json(path)
    if not isinstance(content, dict):
        raise UserError(f"{path}: not the record of a run")
    return content


def finished(output, kind, settings, seed=None, inputs=(), force=False):
    """Whether the model that a program is asked for is there already, and say so; another one is left as it is.

    Needs no backend. A model without a record is not one that its program left, since the record comes first. What the
    record says is held against the arguments, which are as for `Record`: other settings that it has are not looked at,
    and of inputs their contents, not their places. With `force` the model shall be made in any case.

    Raises:
        UserError: a model is there that something else was asked for, or nobody knows what, or a damaged one; or the
            record there is that of another model of the folder.
    """
    output, path = Path(output), Path(output).with_name(NAME)
    if force or output.is_dir() or output.suffix != ".keras":
        return False
    instead = "--force makes it anew and replaces it when that has ended; or name another --output"
    if not output.exists():
        others = sorted(file.name for file in output.parent.glob("*.keras") if not file.name.startswith("."))
        if others and path.is_file():
            raise UserError(f"{output}: the record in its folder is that of {others[0]}; name another folder")
        return False
    if not path.is_file():
        raise UserError(f"{output}: is there, and no record says what it was made from; {instead}")
    record = read(path)
    differences = _differences(record, kind, json.loads(json.dumps(settings)), seed, inputs)
    if differences:
        raise UserError(f"{output}: is finished, and another one: {differences}; {instead}")
    if not whole_archive(output):
        raise UserError(f"{output}: is damaged; {instead}")
    print(f"{output}: is finished, with the same settings, seed and inputs; nothing is to be done")
    return True


def _differences(record, kind, settings, seed, inputs):
    """What a record says otherwise, in words; "" where it says the same."""
    former, before = record.get("settings"), record.get("inputs")
    if not isinstance(former, dict) or not isinstance(before, dict):
        return "its record names no settings and inputs"
    pairs = [("kind", record.get("kind"), kind), ("seed", record.get("seed"), seed)]
    pairs += [(name, former.get(name), value) for name, value in settings.items()]
    parts = [f"{name} {was!r}, not {asked!r}" for name, was, asked in pairs if was != asked]
    now = {str(path): files.sha256(path) for path in inputs}
    parts += [f"not made from {path} as it is now" for path, hashed in now.items() if hashed not in before.values()]
    if not parts:
        parts = [f"made from {path} too" for path, hashed in before.items() if hashed not in now.values()]
    return ", ".join(parts)


def whole_archive(path):
    """Whether a `.keras` archive can be read to its end."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except DAMAGED_ARCHIVE:
        return False


def epochs_done(folder):
    """Epochs of the newest checkpoint in a folder; None where there is none."""
    names = [re.fullmatch(rf"{CHECKPOINT}-\w+-(\d+)-\d+\.npz", path.name) for path in Path(folder).glob("*.npz")]
    return max((int(name[1]) for name in names if name), default=None)


def _versions():
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[package] = importlib.metadata.version(package)
    return versions


def _commit():
    """The checkout's commit, with "-changed" behind it where files differ from it; None outside git."""
    root = str(Path(__file__).resolve().parents[2])
    command = ["git", "-C", root, "describe", "--always", "--abbrev=40", "--dirty=-changed", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
