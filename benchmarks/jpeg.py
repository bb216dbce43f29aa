"""Hold the differentiable JPEG, rounding as libjpeg does, against libjpeg, and time it beside a matrix product.

Prints one line a quality: mean PSNR of both over the pictures, the largest difference of the two for any picture,
and the mean absolute difference of the pictures in grey levels, on average and for the worst picture. With --speed
it then times one forward and backward pass on 100 patches of 128×128, and gives it as a multiple of the time of a
2048×2048 matrix product on the same threads, so that numbers of different machines can be compared.
"""

import functools
from pathlib import Path

import timing

from neural_imaging.base import command_line, runtime


def parse_arguments(arguments=None):
    parser = timing.parser(__doc__, threads=2)
    parser.add_argument("--images", type=Path, nargs="*", default=[], help="pictures or folders of pictures")
    parser.add_argument("--rounding", default="round", help="rounding of the differentiable JPEG")
    parser.add_argument("--subsampling", default="4:4:4", help="4:4:4, 4:2:2 or 4:2:0 (default: 4:4:4)")
    parser.add_argument("--tables", type=Path, help="a JPEG file whose tables both use, scaled by the quality")
    parser.add_argument("--qualities", type=int, nargs="+", help="qualities (default: 10 to 95, step 5)")
    parser.add_argument("--speed", action="store_true", help="time it too")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    runtime.configure(options.threads)

    import pandas as pd

    from neural_imaging.evaluation import jpeg_comparison

    pictures = jpeg_comparison.find(options.images)
    settings = {"subsampling": options.subsampling, "tables": options.tables}
    qualities = options.qualities or jpeg_comparison.QUALITIES
    rows = pd.DataFrame(jpeg_comparison.compare(pictures, qualities, [options.rounding], **settings))
    psnr = rows.pivot(index=["quality", "image"], columns="codec", values="psnr")
    apart = (psnr[options.rounding] - psnr["libjpeg"]).abs().groupby("quality").max()
    differences = rows[rows["codec"] == options.rounding].groupby("quality")["difference"].agg(["mean", "max"])
    print(
        f"{len(pictures)} pictures, rounding {options.rounding}, {options.subsampling}, "
        f"tables {options.tables or 'standard'}"
    )
    print("quality  PSNR libjpeg  PSNR ours  largest difference  mean absolute difference  of the worst picture")
    for quality, means in psnr.groupby("quality").mean().iterrows():
        mean, worst = differences.loc[quality]
        print(
            f"{quality:7d}  {means['libjpeg']:12.3f}  {means[options.rounding]:9.3f}  {apart[quality]:18.4f}  "
            f"{mean:24.3f}  {worst:20.3f}"
        )
    if options.speed:
        compare_speed()


def compare_speed():
    """Print how long each kind of rounding takes, forward and backward."""
    import keras
    import tensorflow as tf

    from neural_imaging.models.jpeg import DifferentiableJPEG

    matrix = tf.random.normal((2048, 2048))
    patches = keras.random.uniform((100, 128, 128, 3), seed=1)

    def step(codec):
        with tf.GradientTape() as tape:
            tape.watch(patches)
            total = tf.reduce_sum(tf.square(codec(patches)))
        return tf.reduce_sum(tape.gradient(total, patches))

    calls = {"product": lambda: tf.reduce_sum(matrix @ matrix)}
    for rounding in ("round", "sin", "soft", "harmonic"):
        calls[rounding] = functools.partial(step, DifferentiableJPEG(50, rounding))
    graphs = {name: tf.function(call) for name, call in calls.items()}
    seconds = timing.least({name: lambda graph=graph: graph().numpy() for name, graph in graphs.items()}, repeats=10)
    product = seconds.pop("product")
    print(f"matrix product of 2048²: {1e3 * product:.1f} ms ({2 * 2048**3 / product / 1e9:.0f} GFLOP/s)")
    for rounding, spent in seconds.items():
        print(f"{rounding}: {1e3 * spent:.1f} ms forward and backward, {spent / product:.1f} matrix products")


if __name__ == "__main__":
    command_line.run(main)
