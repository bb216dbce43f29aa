"""Whether an installation is sane: each kind of training runs for a moment, and its numbers are near stored ones."""

import contextlib
import functools
import importlib.metadata
import io
import os
import platform
import time

import imageio.v3 as imageio
import keras
import numpy as np
import pandas as pd
import rawpy

from neural_imaging.base import files, records, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.coding import standards
from neural_imaging.datasets import dataset, picture_set, simulated_set
from neural_imaging.imaging import cameras
from neural_imaging.training import codec, forensics, isp

# By the last word of a number's name: how far from the stored one it may be, absolutely and relatively, and why.
# Steps of Adam have nearly the sign of the gradient; where a gradient is nearly 0, processors that add up in another
# order may disagree in the sign. Two threads moved the joint training by 3 %, so that numbers are those of one.
TOLERANCES = {
    "loss": (0.0, 0.05),
    # Near that of guessing, of which so few steps take little away.
    "joint-loss": (0.0, 0.02),
    "psnr": (0.3, 0.0),  # dB
    # Colours go through powers, of which the last bit differs; so a level in thousands is another.
    "level": (0.05, 0.0),
}
SIDE = 16
SCHEDULE = {"epochs": 3, "steps": 20, "batch": 4, "patch": SIDE, "learning_rate": 2e-3, "validation_every": 1}
CODEC = {"patch": 32, "validation_patch": 64, "settings": {"n_features": 4, "width": 16, "n_blocks": 0}, "flips": False}
SCENES = {"photographs": False, "dead_leaves": 4, "height": 128, "width": 192, "seed": 1}
PICTURES = {"side": 64, "train": 3, "validation": 1, "scenes": SCENES}
JOINT = {"manipulations": ["sharpen:1", "jpeg:80"], "fan": {"n_filters": 4, "n_convolutions": 2, "dense": [8]}}
JOINT |= {"channel": {"quality": 50, "rounding": "soft"}, "validation_patches": 2, "margin": 0}


def facts():
    """What the installation is made of: (name, text) pairs."""
    yield "Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    for package in (*records.PACKAGES, "pandas", "matplotlib", "numba", "snakemake"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            yield package, importlib.metadata.version(package)
    yield "backend", keras.backend.backend()
    yield "processor threads", str(os.cpu_count())
    yield "graphics card", runtime.accelerator() or "none"
    yield "LibRaw", ".".join(map(str, rawpy.libraw_version))
    for name in standards.available():
        yield standards.get(name).label, standards.get(name).version


def checks(folder, camera_file, threads=None):
    """Functions that do a check in a folder and give its numbers; each needs what those before it have made."""
    images, train = folder / "data/images.csv", functools.partial(_train, folder, threads)
    own = {"model": "INet", "validation_patch": 2 * SIDE, "margin": 0}
    return {
        "RAW files": lambda: _raw_files(folder, camera_file),
        "INet": lambda: train("INet", isp.train, images, SCHEDULE | own, 0),
        "TwitterDCN": lambda: train(
            "codec", codec.train, picture_set.prepare([], folder / "pictures", PICTURES), SCHEDULE | CODEC, 0
        ),
        "FAN with INet": lambda: train(
            "joint", forensics.train, images, folder / "INet/model.keras", 0.1, 0, SCHEDULE | JOINT
        ),
    }


def run(checks, expected=None):
    """Do every check, and hold its numbers against those of an earlier run, where some are expected.

    Yields:
        (name, numbers, what is wrong or None, seconds) of each check.
    """
    for name, check in checks.items():
        started, numbers, wrong = time.monotonic(), {}, None
        try:
            # Programs show their progress; here each check is one line.
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                numbers = check()
        except Exception as error:
            wrong = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        if wrong is None and expected is not None:
            wrong = fault(numbers, expected.get(name))
        yield name, numbers, wrong, time.monotonic() - started


def _raw_files(folder, camera_file):
    """DNG files of the simulated camera, read by LibRaw and developed."""
    simulated_set.make(cameras.load(camera_file, "D90"), folder / "raw", SCENES | {"noise": True})
    dataset.prepare(folder / "raw", folder / "data", train=3, validation=1, seed=1)
    stacks = [np.load(path) for path in sorted((folder / "data").glob("*.npy"))]
    pictures = [imageio.imread(path) for path in sorted((folder / "data").glob("*.png"))]
    return {"stack level": np.mean(stacks) / 257, "picture level": np.mean(pictures)}


def _train(folder, threads, name, train, *arguments):
    """Train into a folder of its own, and give numbers of the first and the last validation."""
    output = folder / name / "model.keras"
    train(*arguments, output, folder / "checkpoints", threads=threads)
    rows = pd.read_csv(output.with_name("training.csv"))
    loss = "joint-loss" if "validation_cross_entropy" in rows else "loss"
    return {
        f"first {loss}": rows["validation_loss"].iloc[0],
        f"last {loss}": rows["validation_loss"].iloc[-1],
        "psnr": rows["validation_psnr"].iloc[-1],
    }


def fault(numbers, expected):
    """What is wrong with a check's numbers, or None; a name's last word says how far off they may be."""
    if expected is None or set(expected) != set(numbers):
        return "no numbers are stored for it; --write stores them"
    for name, value in numbers.items():
        absolute, relative = TOLERANCES[name.split()[-1]]
        allowed = absolute + relative * abs(expected[name])
        if not abs(value - expected[name]) <= allowed:
            return f"{name} is {value:.6g}, and should be {expected[name]:.6g} ± {allowed:.2g}"
    return None


def read(path):
    """Stored numbers: (backend they are of, numbers by check and name)."""
    content = files.read_json(path)
    if not isinstance(content, dict) or not {"backend", "checks"} <= content.keys():
        raise UserError(f"{path}: not stored by self_check.py --write, since it names no backend and checks")
    return content["backend"], content["checks"]


def write(path, backend, checks):
    """Store the numbers of a run for later ones, six digits of each."""
    rounded = {
        check: {name: float(f"{value:.6g}") for name, value in numbers.items()} for check, numbers in checks.items()
    }
    files.write_json(path, {"backend": backend, "checks": rounded})
