"""What a joint training step with a margin costs, beside its share of more cells.

In one run and on the same threads, of one protocol A step (5 classes, 2:1 pooling, JPEG 50, a FAN of 16 filters):
* the step without a margin;
* the FAN's own step on as many windows, whose size a margin does not change;
* the step with the margin that is needed ("reach"), and the cells that its patches have for each of the first's.
The share of more cells is what the first step costs beside the FAN's, times that ratio, and the FAN's step. A pipeline
that learns is developed with all of the margin; one that stays as it is has developed the photographs before.
Steps are medians of the repeats, and the parts take turns.
"""

import itertools

import numpy as np
import timing
from training import MANIPULATIONS

from neural_imaging.base import command_line, runtime

PIPELINES = {"INet": {}, "UNet": {"n_steps": 3, "n_filters": 16}, "DNet": {"n_layers": 8, "n_features": 32}}


def steps(isp, patch, batch, learns):
    """Training steps to time, by name, as calls without arguments, and the cells of each patch with its margin."""
    import keras

    from neural_imaging import models
    from neural_imaging.training import forensics, options

    rng, calls, cells = np.random.default_rng(0), {}, {}
    for name, margin in (("bare", 0), ("margin", "reach")):
        own = {"patch": patch, "batch": batch, "margin": margin, "fan": {"n_filters": 16}}
        own |= {"channel": {"downsampling": "pool", "factor": 2, "codec": "jpeg", "quality": 50, "rounding": "soft"}}
        settings = options.complete({**own, "manipulations": MANIPULATIONS}, forensics.DEFAULTS, "benchmark")
        model = forensics.build(models.create(isp, **PIPELINES[isp]), 0.1 if learns else "fan-only", settings)
        model = model if learns else forensics.behind_developed(model)
        model.compile(keras.optimizers.Adam(1e-4), jit_compile=False)
        side = patch + 2 * model.margin.cells
        rgb = rng.random((batch, 2 * side, 2 * side, 3), np.float32)
        raw = rng.random((batch, side, side, 4), np.float32) if learns else rgb
        calls[name] = lambda model=model, raw=raw, rgb=rgb: model.train_on_batch(raw, rgb)
        cells[name] = side**2
    windows = rng.random((5 * batch, patch, patch, 3), np.float32)
    alone = models.create("FAN", n_classes=5, n_filters=16, patch_size=patch)
    alone.compile(keras.optimizers.Adam(1e-4), "sparse_categorical_crossentropy", jit_compile=False)
    calls["FAN"] = lambda: alone.train_on_batch(windows, np.repeat(np.arange(5), batch))
    return calls, cells["margin"] / cells["bare"]


def main(arguments=None):
    parser = timing.parser(__doc__, repeats=7, threads=None)
    parser.add_argument("--patch", type=int, default=64, help="cells of the FAN's window (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=4, help="patches a step (default: %(default)s)")
    options = parser.parse_args(arguments)
    runtime.configure(threads=options.threads, seed=0)
    for isp, learns in itertools.product(PIPELINES, (False, True)):
        calls, ratio = steps(isp, options.patch, options.batch, learns)
        seconds = timing.medians(calls, options.repeats)
        share = (seconds["bare"] - seconds["FAN"]) * ratio + seconds["FAN"]
        print(
            f"{isp}, {'learning' if learns else 'as it is'}: {ratio:.2f} × the cells; FAN {seconds['FAN']:.3f} s, "
            f"step {seconds['bare']:.3f} s, with the margin {seconds['margin']:.3f} s = "
            f"{seconds['margin'] / share:.2f} × the share of more cells"
        )


if __name__ == "__main__":
    command_line.run(main)
