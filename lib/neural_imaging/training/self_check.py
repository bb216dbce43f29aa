"""Whether an installation is sane: each kind of work done for a moment, and its numbers held against stored ones.

Photographs are taken with the simulated camera, read by LibRaw, and each kind of model learns from them for a few
steps, with fixed seeds. Nothing is good after so few steps; but numbers that are near those of a sane installation
mean that what computes them is sane too.
"""

import contextlib
import importlib.metadata
import io
import os
import platform
import time
from pathlib import Path

import numpy as np

from neural_imaging.base import files, records, runtime
from neural_imaging.base.errors import UserError

# By the last word of a number's name: how far from the stored one it may be, absolutely and relatively, and why.
# Steps of Adam have nearly the sign of the gradient; where a gradient is nearly 0, processors that add up in another
# order may disagree in the sign. Two threads moved the joint training by 3 %, so that numbers are those of one.
TOLERANCES = {
    "loss": (0.0, 0.05),
    # Near that of guessing, of which so few steps take little away.
    "joint-loss": (0.0, 0.02),
    "psnr": (0.3, 0.0),  # dB
    # A quantised latent falls to another code here and there; JPEG does not learn, but libraries differ in rounding.
    "bytes": (8, 0.05),
    # Colours go through powers, of which the last bit differs; so a level in thousands is another.
    "level": (0.05, 0.0),
}
SIDE = 16
SCHEDULE = {"epochs": 3, "steps": 20, "batch": 4, "patch": SIDE, "learning_rate": 2e-3, "validation_every": 1}
SCHEDULE |= {"deterministic": True}
PIPELINES = {
    "INet": {},
    "UNet": {"n_steps": 2, "n_filters": 8},
    "DNet": {"n_layers": 3, "n_features": 8},
    "ClassicISP": {"c_filters": [8]},
}
CODEC = {"n_features": 4, "width": 16, "n_blocks": 0}
SCENES = {"photographs": False, "dead_leaves": 4, "height": 128, "width": 192, "seed": 1, "noise": True}
JOINT = {"manipulations": ["sharpen:1", "jpeg:80"], "fan": {"n_filters": 4, "n_convolutions": 2, "dense": [8]}}
JOINT |= {"channel": {"quality": 50, "rounding": "soft"}, "validation_patches": 2, "margin": 0}


def facts():
    """What the installation is made of: (name, text) pairs."""
    from neural_imaging.coding import standards

    yield "Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    for package in (*records.PACKAGES, "pandas", "matplotlib", "numba", "snakemake"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            yield package, importlib.metadata.version(package)
    import keras
    import rawpy

    yield "backend", keras.backend.backend()
    yield "processor threads", str(os.cpu_count())
    yield "graphics card", runtime.accelerator() or "none"
    yield "LibRaw", ".".join(map(str, rawpy.libraw_version))
    for name in standards.available():
        yield standards.get(name).label, standards.get(name).version


class SelfCheck:
    """The checks, in the order in which each needs what those before it have made.

    Args:
        folder: where to work; what is left in it can be thrown away.
        camera_file: the project's file of cameras.
        threads: processor threads; None for all.
    """

    def __init__(self, folder, camera_file, threads=None):
        self._folder, self._camera_file, self._threads = Path(folder), camera_file, threads

    @property
    def checks(self):
        """Mapping of each check's name to a function that does it and gives its numbers."""
        return {
            "RAW files": self._raw_files,
            "codec libraries": self._standards,
            **{name: self._training_of(name, settings) for name, settings in PIPELINES.items()},
            "TwitterDCN": self._codec,
            "l3ic stream": self._stream,
            "FAN": lambda: self._joint("fan-only"),
            "FAN with INet": lambda: self._joint(0.1),
        }

    def run(self, expected=None):
        """Do every check.

        Args:
            expected: numbers by check and name, as `numbers` of an earlier run; None holds them against nothing.

        Yields:
            (name, numbers, what is wrong or None, seconds) of each check.
        """
        for name, check in self.checks.items():
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

    def _raw_files(self):
        """DNG files of the simulated camera, read by LibRaw and developed."""
        import imageio.v3 as imageio

        from neural_imaging.datasets import dataset, simulated_set
        from neural_imaging.imaging import cameras

        simulated_set.make(cameras.load(self._camera_file, "D90"), self._folder / "raw", SCENES)
        dataset.prepare(self._folder / "raw", self._folder / "data", train=3, validation=1, seed=1)
        stacks = [np.load(path) for path in sorted((self._folder / "data").glob("*.npy"))]
        pictures = [imageio.imread(path) for path in sorted((self._folder / "data").glob("*.png"))]
        return {"stack level": np.mean(stacks) / 257, "picture level": np.mean(pictures)}

    def _standards(self):
        """Each codec stores a picture and shows it again."""
        from neural_imaging.coding import standards
        from neural_imaging.imaging import measures

        picture, numbers = self._picture(), {}
        for name in standards.available():
            standard = standards.get(name)
            data = standard.encode(picture, standard.qualities[len(standard.qualities) // 2])
            decoded = standard.decode(data)
            if decoded.shape != picture.shape or measures.psnr(picture, decoded) < 20:
                raise ValueError(f"{standard.label} gives another picture back")
            # What the others make of a picture changes with each edition of their libraries.
            if name == "jpeg":
                numbers = {"JPEG bytes": len(data), "JPEG psnr": measures.psnr(picture, decoded)}
        return numbers

    def _training_of(self, name, network):
        def check():
            from neural_imaging.training import isp

            settings = {**SCHEDULE, "model": name, "settings": network, "validation_patch": 2 * SIDE, "margin": 0}
            return self._train(isp.train, name, [self._images], settings, 0)

        return check

    def _codec(self):
        """A learned codec, trained on pictures of scenes."""
        from neural_imaging.datasets import picture_set
        from neural_imaging.training import codec

        scenes = {key: value for key, value in SCENES.items() if key != "noise"}
        pictures = {"side": 64, "train": 3, "validation": 1, "scenes": scenes}
        table = picture_set.prepare([], self._folder / "pictures", pictures)
        settings = {**SCHEDULE, "patch": 32, "validation_patch": 64, "settings": CODEC, "flips": False}
        return self._train(codec.train, "codec", [table], settings, 0)

    def _stream(self):
        """The codec's files hold what the codec makes of a picture, of whatever size."""
        from neural_imaging import models
        from neural_imaging.codec import codec

        model, picture = models.load(self._folder / "codec" / "model.keras"), self._picture()
        data = codec.compress(picture[:-3, :-5], model)
        shown, streams = codec.transmit(picture[None, :-3, :-5], model)
        if streams[0] != data or not np.array_equal(shown[0], codec.decompress(data, model)):
            raise ValueError("a stream does not hold the picture that was compressed")
        return {"stream bytes": len(data)}

    def _joint(self, weight):
        """A forensic network alone, or with the pipeline before the channel."""
        from neural_imaging.training import forensics

        isp = self._folder / "INet" / "model.keras"
        return self._train(forensics.train, f"joint-{weight}", self._images, isp, weight, 0, SCHEDULE | JOINT)

    def _train(self, train, name, *arguments):
        """Train into a folder of its own, and give numbers of the first and the last validation."""
        import pandas as pd

        output = self._folder / name / "model.keras"
        train(*arguments, output, self._folder / "checkpoints", threads=self._threads)
        rows = pd.read_csv(output.with_name("training.csv"))
        loss = "joint-loss" if "validation_cross_entropy" in rows else "loss"
        return {
            f"first {loss}": rows["validation_loss"].iloc[0],
            f"last {loss}": rows["validation_loss"].iloc[-1],
            "psnr": rows["validation_psnr"].iloc[-1],
        }

    @property
    def _images(self):
        return self._folder / "data" / "images.csv"

    def _picture(self):
        import imageio.v3 as imageio

        return imageio.imread(min((self._folder / "data").glob("*.png")))


def fault(numbers, expected):
    """What is wrong with a check's numbers, or None.

    Args:
        numbers: by name; the name's last word says how far off they may be (`TOLERANCES`).
        expected: the same of a sane installation.
    """
    if expected is None or set(expected) != set(numbers):
        return "no numbers are stored for it; --write stores them"
    for name, value in numbers.items():
        absolute, relative = TOLERANCES[name.split()[-1]]
        allowed = absolute + relative * abs(expected[name])
        if not abs(value - expected[name]) <= allowed:
            return f"{name} is {value:.6g}, and should be {expected[name]:.6g} ± {allowed:.2g}"
    return None


def read(path):
    """Stored numbers: (backend they are of, numbers by check and name).

    Raises:
        UserError: no such file, or another content.
    """
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
