"""What a joint training step costs beside its parts, and how near the FAN's step comes to the machine's limit.

In one run and on the same threads, for float32 and bfloat16:
* the machine's matrix-product rate: 4096 × 4096 × 4096, best of the repeats;
* the FAN's own training step on 100 patches of 128 × 128 (405 GFLOP), and its share of that rate;
* the ISP's own training step: UNet of 5 steps, 20 RAW patches of 64 × 64;
* the joint step of both: 20 patches, 5 classes, JPEG 50, no down-sampling; its ratio to the sum of the two.
Steps are medians of the repeats, and the parts take turns, so that a change of the machine's pace meets all.
"""

import argparse
import time

import numpy as np

MANIPULATIONS = ["sharpen:1", "gaussian:0.83", "jpeg:80", "resample:50"]
FAN_GFLOP = 405.0


def elapsed(call):
    """Duration of a call, in seconds."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def matrix_rate(dtype, size=4096, repeats=8):
    """Matrix products a second, in GFLOP/s."""
    import keras
    from keras import ops

    first, second = (ops.cast(keras.random.normal((size, size)), dtype) for _ in range(2))
    ops.matmul(first, second)
    return 2e-9 * size**3 / min(elapsed(lambda: ops.matmul(first, second)) for _ in range(repeats))


def steps(precision):
    """Training steps to time, by name, as calls without arguments."""
    import keras

    from neural_imaging import models
    from neural_imaging.forensics.channel import Channel
    from neural_imaging.forensics.joint import ForensicPipeline
    from neural_imaging.training.isp import Imitation

    rng = np.random.default_rng(0)
    raw, rgb = rng.random((20, 64, 64, 4), np.float32), rng.random((20, 128, 128, 3), np.float32)
    patches, labels = rng.random((100, 128, 128, 3), np.float32), np.repeat(np.arange(5), 20)

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
        "FAN": lambda: alone.train_on_batch(patches, labels),
        "ISP": lambda: isp.train_on_batch(raw, rgb),
        "joint": lambda: joint.train_on_batch(raw, rgb),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=9, help="timed steps of each kind (default 9)")
    parser.add_argument("--threads", type=int, help="processor threads (default: all)")
    options = parser.parse_args()
    from neural_imaging.base import runtime

    runtime.configure(threads=options.threads, seed=0)
    for precision in ("float32", "mixed_bfloat16"):
        calls = steps(precision)
        for call in calls.values():
            call()
        dtype = precision.removeprefix("mixed_")
        rates, times = [], {name: [] for name in calls}
        for repeat in range(options.repeats):
            if repeat % 3 == 0:
                rates.append(matrix_rate(dtype))
            for name, call in calls.items():
                times[name].append(elapsed(call))
        rate, median = max(rates), {name: float(np.median(values)) for name, values in times.items()}
        achieved = FAN_GFLOP / median["FAN"]
        print(f"{precision}: matrix products {rate:.0f} GFLOP/s")
        print(f"  FAN step {median['FAN']:.3f} s = {achieved:.0f} GFLOP/s, {achieved / rate:.0%} of the matrix rate")
        ratio = median["joint"] / (median["FAN"] + median["ISP"])
        print(f"  ISP step {median['ISP']:.3f} s, joint step {median['joint']:.3f} s: {ratio:.3f} × their sum")


if __name__ == "__main__":
    main()
