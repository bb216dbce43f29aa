"""Hold the differentiable JPEG, rounding as libjpeg does, against libjpeg, and time it beside a matrix product.

Prints one line a quality: mean PSNR of both over the pictures, the largest difference of the two for any picture,
and the mean absolute difference of the pictures in grey levels, on average and for the worst picture. With --speed
it then times one forward and backward pass on 100 patches of 128×128, and gives it as a multiple of the time of a
2048×2048 matrix product on the same threads, so that numbers of different machines can be compared.
"""

import argparse
import collections
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))

from neural_imaging.base import command_line, runtime


def parse_arguments(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, nargs="*", default=[], help="pictures or folders of pictures")
    parser.add_argument("--rounding", default="round", help="rounding of the differentiable JPEG")
    parser.add_argument("--speed", action="store_true", help="time it too")
    parser.add_argument("--threads", type=int, default=2, help="processor threads")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    runtime.configure(options.threads)

    from neural_imaging.evaluation import jpeg_comparison

    pictures = jpeg_comparison.find(options.images)
    rows = collections.defaultdict(list)
    for row in jpeg_comparison.compare(pictures, roundings=[options.rounding]):
        rows[row["quality"], row["codec"] == "libjpeg"].append(row)
    print(f"{len(pictures)} pictures, rounding {options.rounding}")
    print("quality  PSNR libjpeg  PSNR ours  largest difference  mean absolute difference  of the worst picture")
    for quality in jpeg_comparison.QUALITIES:
        real, ours = rows[quality, True], rows[quality, False]
        apart = max(abs(a["psnr"] - b["psnr"]) for a, b in zip(real, ours, strict=True))
        differences = [row["difference"] for row in ours]
        print(
            f"{quality:7d}  {_mean(real):12.3f}  {_mean(ours):9.3f}  {apart:18.4f}  "
            f"{sum(differences) / len(differences):24.3f}  {max(differences):20.3f}"
        )
    if options.speed:
        _time()


def _mean(rows):
    return sum(row["psnr"] for row in rows) / len(rows)


def _time():
    import keras
    import tensorflow as tf

    from neural_imaging.models.jpeg import DifferentiableJPEG

    matrix = tf.random.normal((2048, 2048))
    product = _shortest(tf.function(lambda: tf.reduce_sum(matrix @ matrix)))
    print(f"matrix product of 2048²: {1e3 * product:.1f} ms ({2 * 2048**3 / product / 1e9:.0f} GFLOP/s)")
    patches = keras.random.uniform((100, 128, 128, 3), seed=1)
    for rounding in ("round", "sin", "soft", "harmonic"):
        codec = DifferentiableJPEG(50, rounding)

        def step(codec=codec):
            with tf.GradientTape() as tape:
                tape.watch(patches)
                total = tf.reduce_sum(tf.square(codec(patches)))
            return tf.reduce_sum(tape.gradient(total, patches))

        seconds = _shortest(tf.function(step))
        print(f"{rounding}: {1e3 * seconds:.1f} ms forward and backward, {seconds / product:.1f} matrix products")


def _shortest(function, repetitions=10):
    function()
    times = []
    for _ in range(repetitions):
        started = time.perf_counter()
        function().numpy()
        times.append(time.perf_counter() - started)
    return min(times)


if __name__ == "__main__":
    command_line.run(main)
