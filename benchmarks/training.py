"""What a joint training step costs beside its parts, and how near the FAN's step comes to the machine's limit.

In one run and on the same threads, for float32 and bfloat16:
* the machine's matrix-product rate: 4096 × 4096 × 4096, best of the repeats;
* the FAN's own training step on 100 patches of 128 × 128 (405 GFLOP), and its share of that rate;
* the ISP's own training step: UNet of 5 steps, 20 RAW patches of 64 × 64;
* the joint step of both: 20 patches, 5 classes, JPEG 50, no down-sampling; its ratio to the sum of the two.
Steps are medians of the repeats, and the parts take turns.
"""

import statistics

import numpy as np
import timing

from neural_imaging.base import command_line, runtime

MANIPULATIONS = ["sharpen:1", "gaussian:0.83", "jpeg:80", "resample:50"]
FAN_GFLOP, SIDE = 405.0, 4096


def steps(precision):
    """What is timed, by name, as calls without arguments."""
    import keras
    from keras import ops

    from neural_imaging import models
    from neural_imaging.forensics.channel import Channel
    from neural_imaging.forensics.joint import ForensicPipeline
    from neural_imaging.training.isp import Imitation

    rng = np.random.default_rng(0)
    raw, rgb = rng.random((20, 64, 64, 4), np.float32), rng.random((20, 128, 128, 3), np.float32)
    patches, labels = rng.random((100, 128, 128, 3), np.float32), np.repeat(np.arange(5), 20)
    dtype = precision.removeprefix("mixed_")
    first, second = (ops.cast(keras.random.normal((SIDE, SIDE)), dtype) for _ in range(2))

    def unet():
        return models.create("UNet", n_steps=5, precision=precision)

    def fan():
        return models.create("FAN", n_classes=5, precision=precision)

    alone = fan()
    alone.compile(keras.optimizers.Adam(1e-4), "sparse_categorical_crossentropy", jit_compile=False)
    isp = Imitation(unet(), "L2")
    channel = Channel(downsampling="none", codec="jpeg", quality=50)
    joint = ForensicPipeline(unet(), channel, fan(), MANIPULATIONS)
    for model in (isp, joint):
        model.compile(keras.optimizers.Adam(1e-4), jit_compile=False)
    return {
        "product": lambda: ops.matmul(first, second),
        "FAN": lambda: alone.train_on_batch(patches, labels),
        "ISP": lambda: isp.train_on_batch(raw, rgb),
        "joint": lambda: joint.train_on_batch(raw, rgb),
    }


def main(arguments=None):
    options = timing.parser(__doc__, repeats=9, threads=None).parse_args(arguments)
    runtime.configure(threads=options.threads, seed=0)
    for precision in ("float32", "mixed_bfloat16"):
        seconds = timing.in_turns(steps(precision), options.repeats)
        rate = 2e-9 * SIDE**3 / min(seconds["product"])
        fan, isp, joint = (statistics.median(seconds[name]) for name in ("FAN", "ISP", "joint"))
        print(f"{precision}: matrix products {rate:.0f} GFLOP/s")
        achieved = FAN_GFLOP / fan
        print(f"  FAN step {fan:.3f} s = {achieved:.0f} GFLOP/s, {achieved / rate:.0%} of the matrix rate")
        print(f"  ISP step {isp:.3f} s, joint step {joint:.3f} s: {joint / (fan + isp):.3f} × their sum")


if __name__ == "__main__":
    command_line.run(main)
