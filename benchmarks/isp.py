"""What pre-training of camera pipelines costs in bfloat16, and how good they get over time.

* without --images: a training step of DNet and UNet (20 RAW patches of 64 × 64, default sizes) in float32 and in
  bfloat16: medians of the repeats, which take turns, their ratio, and whether it is low enough for bfloat16 to pay. On
  processors without bfloat16 arithmetic it is not.
* with --images: trains each pipeline for so many minutes (as `scripts/train_isp.py` does) and prints the PSNR on the
  held-out photographs over time. The number of epochs comes from the pace of the first ones; learning rates fall to a
  thirtieth. With several precisions, each takes as many steps as the first.
"""

import itertools
import sys
import tempfile
from pathlib import Path

import numpy as np
import timing

from neural_imaging.base import command_line, runtime

PRECISIONS = ("float32", "mixed_bfloat16")
COMMON = {"patch": 32, "batch": 10, "steps": 100, "discard": "flat", "validation_every": 1, "tolerance": 0.0}
COMMON |= {"flips": True, "deterministic": False}
TRAININGS = {
    "INet": {"learning_rate": 2e-3},
    "UNet": {"learning_rate": 1e-3},
    # Its layers work at full size, and each step costs twice a UNet's: smaller batches give it as many steps.
    "DNet": {"learning_rate": 1e-3, "batch": 5},
    "ClassicISP": {"learning_rate": 2e-3, "settings": {"c_filters": [32, 32, 32], "kernel": 3}},
}
# Learning rates fall in so many steps, each by this factor: together to a thirtieth. Falling to a hundredth in twenty
# steps ended the learning too early (DNet 32.0 dB after 3,100 steps of ten patches).
DROPS, FACTOR = 8, 0.65
MARKS = 10
# bfloat16 is worth being the default where a step costs at most so much of one in float32.
WORTHWHILE = 0.65


def parse_arguments(arguments=None):
    parser = timing.parser(__doc__, repeats=9, threads=2)
    parser.add_argument("--images", type=Path, help="images.csv of a training set")
    parser.add_argument("--minutes", type=float, default=10, help="training of each pipeline (default: %(default)s)")
    parser.add_argument(
        "--models", nargs="+", choices=TRAININGS, default=["INet", "DNet", "UNet"], help="default: INet DNet UNet"
    )
    parser.add_argument(
        "--settings", default="{}", help='of the networks, e.g. {"n_features": 32}: JSON text, or a JSON or YAML file'
    )
    parser.add_argument("--precisions", nargs="+", choices=PRECISIONS, default=["float32"], help="default: float32")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    runtime.configure(threads=options.threads, seed=0)
    if options.images is None:
        compare_steps(options.repeats)
        return
    curves, network = {}, command_line.settings(options.settings)
    for model in options.models:
        epochs = None
        for precision in options.precisions:
            history, epochs = train(
                options.images, model, precision, options.minutes, options.threads, epochs, network=network
            )
            curves[f"{model} {precision}"] = history
            print(f"{model} {precision}: {epochs * COMMON['steps']} steps", file=sys.stderr)
    show(curves)


def compare_steps(repeats):
    """Time a training step of each network in each precision, in turns."""
    import keras

    from neural_imaging import models
    from neural_imaging.training.isp import Imitation

    rng = np.random.default_rng(0)
    raw, rgb = rng.random((20, 64, 64, 4), np.float32), rng.random((20, 128, 128, 3), np.float32)
    steps, names = {}, ("DNet", "UNet")
    for name, precision in itertools.product(names, PRECISIONS):
        model = Imitation(models.create(name, precision=precision), "L2")
        model.compile(keras.optimizers.Adam(1e-4), jit_compile=False)
        steps[name, precision] = lambda model=model: model.train_on_batch(raw, rgb)
    seconds = timing.medians(steps, repeats)
    for name in names:
        exact, mixed = (seconds[name, precision] for precision in PRECISIONS)
        verdict = "bfloat16 pays" if mixed <= WORTHWHILE * exact else f"above {WORTHWHILE}: the default stays float32"
        print(f"{name}: float32 {exact:.3f} s, bfloat16 {mixed:.3f} s, ratio {mixed / exact:.3f}, {verdict}")
    print(f"bfloat16 arithmetic of this processor: {', '.join(bfloat16_instructions()) or 'none'}")


def bfloat16_instructions():
    """The processor's bfloat16 instruction sets, by the names that Linux gives them; none elsewhere."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    except OSError:
        return []
    return sorted({flag for flag in flags if "bf16" in flag})


def train(table, model, precision, minutes, threads, epochs=None, output=None, network=None):
    """Train a pipeline; gives its history and its number of epochs, which are as many as the time allows by default.

    The model and its record are kept if `output` names a place for model.keras. `network` has settings of the network
    beside the defaults.
    """
    import pandas as pd

    from neural_imaging.datasets import images
    from neural_imaging.training import isp

    side = min(min(image.cells) for image in images.read(table, "validation"))
    settings = {"model": model, "precision": precision, "validation_patch": min(256, side // 16 * 16)}
    settings |= {**COMMON, **TRAININGS[model]}
    if network:
        settings["settings"] = {**settings.get("settings", {}), **network}

    def run(epochs, output=None):
        drops = {"epochs": epochs, "decay": FACTOR, "decay_every": max(1, epochs // DROPS)}
        with tempfile.TemporaryDirectory() as folder:
            output = output or Path(folder, "model.keras")
            isp.train(table, settings | drops, 0, output, Path(folder, "checkpoints"), threads=threads)
            return pd.read_csv(output.with_name("training.csv"))

    if epochs is None:
        # The first epoch contains the start.
        seconds = np.diff(run(3)["seconds"]).mean()
        epochs = max(1, int(60 * minutes / seconds))
    return run(epochs, output), epochs


def show(curves):
    """Print PSNR over time, one column a training."""
    end = max(history["seconds"].iloc[-1] for history in curves.values())
    print("minutes  " + "  ".join(f"{name:>22}" for name in curves))
    for mark in range(1, MARKS + 1):
        moment = end * mark / MARKS
        cells = []
        for history in curves.values():
            passed = history[history["seconds"] <= moment * 1.0001]
            cells.append(f"{passed['validation_psnr'].iloc[-1]:.2f} dB" if len(passed) else "")
        print(f"{moment / 60:7.2f}  " + "  ".join(f"{cell:>22}" for cell in cells))


if __name__ == "__main__":
    command_line.run(main)
