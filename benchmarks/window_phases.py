"""Whether a run's accuracy hangs on where the forensic network's window lies in what was received.

Photographs are developed, manipulated and sent whole, with the training's codec, and windows are cut at random places.
They are told apart by the phase of their first row, and of their first column, in the channel's 8 × 8 grid and in the
run's signature, if it has one. Printed are the accuracy over all windows, that of each phase, and how far the worst
phase lies below the mean.

    python benchmarks/window_phases.py results/forensics/cvpr2019/camera~simulated/isp~INet/channel~jpeg50/\
lambda_isp~fan-only/lambda_codec~none/signature~1.5/run~0/model.keras --images results/data/simulated/images.csv
"""

import math
from pathlib import Path

import numpy as np
import timing

from neural_imaging.base import command_line, runtime

GRID = 8  # of JPEG's blocks, and of the learned codecs


def main(arguments=None):
    parser = timing.parser(__doc__, threads=None)
    parser.add_argument("model", type=Path, nargs="+", help="model.keras of a run, or of several")
    parser.add_argument("--images", type=Path, required=True, help="images.csv with the validation photographs")
    parser.add_argument("--windows", type=int, default=256, help="windows of a photograph (default: %(default)s)")
    options = parser.parse_args(arguments)
    runtime.configure(threads=options.threads, seed=0)
    for path in options.model:
        report(path, options.images, options.windows)


def report(path, table, windows):
    """Print the accuracies of one run."""
    from neural_imaging.datasets import images
    from neural_imaging.evaluation import forensics, scores, transmission, whole

    pipeline = forensics.load(path)
    channel, judged, side = pipeline.channel.fixed(), scores.network(pipeline.fan), whole.window(pipeline)
    tile = 1 if pipeline.signature is None else -(-pipeline.signature.period // channel.factor)
    grid, right, phases = math.lcm(GRID, tile), [], []
    for index, image in enumerate(images.read(table, "validation", pipeline.isp)):
        developed = whole.develop(pipeline, image)
        drawn = whole.places([length // channel.factor for length in developed.shape[:2]], side, windows, index)
        for true, version in enumerate(whole.versions(pipeline, developed, index)):
            received = transmission.differentiable(channel, version)
            right.append(judged(whole.cut(received, drawn, side)).argmax(axis=1) == true)
            phases.append(drawn % grid)
    right, phases = np.concatenate(right), np.concatenate(phases)
    print(f"{path}: {100 * right.mean():.1f} % of {len(right)} windows")
    for axis, name in enumerate(("rows", "columns")):
        each = [100 * right[phases[:, axis] == phase].mean() for phase in range(grid)]
        shown = " ".join(f"{value:.1f}" for value in each)
        print(f"  by phase of {name}: {shown}; the worst is {100 * right.mean() - min(each):.1f} points below the mean")


if __name__ == "__main__":
    command_line.run(main)
