"""One record a run: what was done, with which settings, data, code and machine, and what came out."""

import importlib.metadata
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path

from neural_imaging import files, runtime
from neural_imaging.errors import UserError

PACKAGES = (
    "keras",
    "tensorflow",
    "tensorflow-cpu",
    "jax",
    "torch",
    "numpy",
    "rawpy",
    "colour-demosaicing",
    "imagecodecs",
)
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
        host = {**self._content["host"], "gpu": gpu}
        content = {
            **self._content,
            "host": host,
            "keras": used,
            "metrics": metrics,
            "duration_seconds": duration,
            **more,
        }
        files.write_json(path, content)


def read(path):
    """Read a record, as a mapping.

    Raises:
        UserError: the file is missing, or holds no record.
    """
    content = files.read_json(path)
    if not isinstance(content, dict):
        raise UserError(f"{path}: not the record of a run")
    return content


def epochs_done(folder):
    """Epochs of the newest checkpoint in a folder; None where there is none."""
    found = [re.fullmatch(rf"{CHECKPOINT}-\w+-(\d+)-\d+\.npz", path.name) for path in Path(folder).glob("*.npz")]
    return max((int(name[1]) for name in found if name), default=None)


def _versions():
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def _commit():
    """The checkout's commit, with "-changed" behind it where files differ from it; None outside git."""
    root = Path(__file__).resolve().parents[2]
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "describe", "--always", "--abbrev=40", "--dirty=-changed", "--exclude=*"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
