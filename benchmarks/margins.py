"""What a joint training step with a margin costs, beside its share of more cells.

In one run and on the same threads, of one protocol A step (5 classes, 2:1 pooling, JPEG 50, a FAN of 16 filters), in
float32 and bfloat16:
* the step without a margin;
* the FAN's own step on as many windows, whose size a margin does not change;
* the step with the margin that is needed ("reach"), and the cells that its patches have for each of the first's;
* where the pipeline learns, its own step on those larger patches;
* the machine's matrix-product rate: 2048 × 2048 × 2048, best of the repeats.
The share of more cells is what the first step costs beside the FAN's, times that ratio, and the FAN's step. A pipeline
that learns is developed with all of the margin; one that stays as it is has developed the photographs before.
What the joint step reaches of its networks' own work is stated twice: the time of their own steps for each second of
it, and their operations (study.operations) at the matrix rate for each second of it.
Steps are medians of the repeats, and the parts take turns.
"""

import itertools
import statistics

import numpy as np
import timing
from training import MANIPULATIONS

from neural_imaging.base import command_line, runtime
from neural_imaging.study import operations

PRECISIONS, SIDE = ("float32", "mixed_bfloat16"), 2048
FAN = {"n_classes": 5, "n_filters": 16}
PIPELINES = {"INet": {}, "UNet": {"n_steps": 3, "n_filters": 16}, "DNet": {"n_layers": 8, "n_features": 32}}


def steps(isp, patch, batch, learns, precision):
    """Training steps to time, by name, as calls without arguments, and the sides of patches without and with margin."""
    import keras
    from keras import ops

    from neural_imaging import models
    from neural_imaging.training import forensics, options
    from neural_imaging.training.isp import Imitation

    rng, calls, sides = np.random.default_rng(0), {}, {}
    for name, margin in (("bare", 0), ("margin", "reach")):
        own = {"patch": patch, "batch": batch, "margin": margin, "fan": {"n_filters": 16}, "precision": precision}
        own |= {"channel": {"downsampling": "pool", "factor": 2, "codec": "jpeg", "quality": 50, "rounding": "soft"}}
        settings = options.complete({**own, "manipulations": MANIPULATIONS}, forensics.DEFAULTS, "benchmark")
        model = forensics.build(models.create(isp, **PIPELINES[isp]), 0.1 if learns else "fan-only", settings)
        model = model if learns else forensics.behind_developed(model)
        model.compile(keras.optimizers.Adam(1e-4), jit_compile=False)
        side = patch + 2 * model.margin.cells
        rgb = rng.random((batch, 2 * side, 2 * side, 3), np.float32)
        raw = rng.random((batch, side, side, 4), np.float32) if learns else rgb
        calls[name] = lambda model=model, raw=raw, rgb=rgb: model.train_on_batch(raw, rgb)
        sides[name] = side
    windows = rng.random((5 * batch, patch, patch, 3), np.float32)
    alone = models.create("FAN", **FAN, patch_size=patch, precision=precision)
    alone.compile(keras.optimizers.Adam(1e-4), "sparse_categorical_crossentropy", jit_compile=False)
    calls["FAN"] = lambda: alone.train_on_batch(windows, np.repeat(np.arange(5), batch))
    if learns:
        own = Imitation(models.create(isp, **PIPELINES[isp], precision=precision), "L2")
        own.compile(keras.optimizers.Adam(1e-4), jit_compile=False)
        # Those of the last one, which has the margin.
        calls["ISP"] = lambda: own.train_on_batch(raw, rgb)
    dtype = precision.removeprefix("mixed_")
    first, second = (ops.cast(keras.random.normal((SIDE, SIDE)), dtype) for _ in range(2))
    # What a product gives is waited for where it is read.
    calls["product"] = lambda: float(ops.matmul(first, second)[0, 0])
    return calls, sides


def counted(isp, patch, side, batch, learns):
    """Operations of the networks in a step."""
    fan = 5 * batch * operations.forward("FAN", FAN, patch)
    return operations.LEARNING * (fan + (batch * operations.forward(isp, PIPELINES[isp], side) if learns else 0))


def main(arguments=None):
    parser = timing.parser(__doc__, repeats=7, threads=None)
    parser.add_argument("--patch", type=int, default=64, help="cells of the FAN's window (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=4, help="patches a step (default: %(default)s)")
    options = parser.parse_args(arguments)
    runtime.configure(threads=options.threads, seed=0)
    for precision, isp, learns in itertools.product(PRECISIONS, PIPELINES, (False, True)):
        calls, sides = steps(isp, options.patch, options.batch, learns, precision)
        taken = timing.in_turns(calls, options.repeats)
        seconds = {name: statistics.median(values) for name, values in taken.items()}
        ratio = (sides["margin"] / sides["bare"]) ** 2
        share = (seconds["bare"] - seconds["FAN"]) * ratio + seconds["FAN"]
        rate = 2 * SIDE**3 / min(taken["product"])
        work = counted(isp, options.patch, sides["margin"], options.batch, learns)
        own = seconds["FAN"] + seconds.get("ISP", 0)
        print(
            f"{precision}, {isp}, {'learning' if learns else 'as it is'}: {ratio:.2f} × the cells; "
            f"FAN {seconds['FAN']:.3f} s, step {seconds['bare']:.3f} s, with the margin {seconds['margin']:.3f} s = "
            f"{seconds['margin'] / share:.2f} × the share of more cells; of its networks' own steps "
            f"{own / seconds['margin']:.0%}, of their {work / 1e9:.1f} GFLOP at the matrix rate of {rate / 1e9:.0f} "
            f"GFLOP/s {work / rate / seconds['margin']:.0%}"
        )


if __name__ == "__main__":
    command_line.run(main)
