"""What developing a large photograph by tiles costs, and whether it shows.

A mosaic of 12 megapixels (a simulated Nikon D90's dead leaves, repeated) goes through UNet of 5 steps, by tiles and in
one piece, each in a process of its own. Printed are the peak memory of both (resident, of the whole process), their
time, and the largest difference between the two results before they are rounded to 8 bits.

Without --model the network is untrained, with weights scaled so that layers neither fade nor saturate, and that few
samples are clipped: what a clipped sample differs in, nobody sees.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import timing

from neural_imaging.base import command_line, runtime


def parse_arguments(arguments=None):
    parser = timing.parser(__doc__, threads=None)
    number = {"type": command_line.count}
    parser.add_argument("--model", help="model.keras of a trained pipeline (default: an untrained UNet of 5 steps)")
    parser.add_argument("--height", **number, default=3000, help="of the mosaic, in pixels (default: %(default)s)")
    parser.add_argument("--width", **number, default=4000, help="of the mosaic, in pixels (default: %(default)s)")
    parser.add_argument("--tile", **number, help="longest side of a tile, in Bayer cells (default: the library's)")
    parser.add_argument("--whole", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def stack_of(height, width):
    """A Bayer stack as `raw.read` gives it."""
    from neural_imaging.imaging import bayer, cameras, scenes, simulation

    profile = cameras.load(timing.CAMERAS, "D90")
    scene = simulation.representable(scenes.make("synthetic-0000", 500, 500, seed=1), profile)
    mosaic = simulation.expose(scene, profile, np.random.default_rng(1)).astype(np.float32)
    levels = np.clip((mosaic - profile.black) / (profile.white - profile.black), 0, 1)
    stack = bayer.to_stack(levels, profile.cfa) * np.array([2.1709, 1, 1, 1.1631], np.float32)
    rows, columns = np.arange(height // 2) % 250, np.arange(width // 2) % 250
    return np.clip(stack, 0, 1)[rows][:, columns]


def network(model):
    """The pipeline's network."""
    import keras

    from neural_imaging import models
    from neural_imaging.developing import pipelines

    if model:
        return pipelines.create(model).network
    unet, rng = models.create("UNet"), np.random.default_rng(1)
    for weight in unet.trainable_weights:
        shape = weight.shape
        # Half of the features are nearly blocked by the activation, so that variances are kept with a factor of 2.
        weight.assign(rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[:-1])) if len(shape) > 1 else 0 * weight)
    kernel, bias = unet.layers[-3].weights
    linear = np.asarray(keras.Model(unet.input, unet.layers[-3].output)(stack_of(512, 512)[np.newaxis]))
    kernel.assign(kernel * (0.15 / linear.std()))
    bias.assign(bias + 0.5 - linear.mean() * 0.15 / linear.std())
    return unet


def develop(options):
    """Develop in this process; write the result and the process's peak memory."""
    runtime.configure(threads=options.threads)
    from neural_imaging.imaging import tiles

    command_line.within("--height", options.height, 2)
    command_line.within("--width", options.width, 2)
    stack = stack_of(options.height, options.width)
    isp = network(options.model)
    call = runtime.graph(lambda batch: isp(batch, training=False))
    side = max(options.height, options.width) if options.whole else options.tile or tiles.SIDE
    started = time.monotonic()
    grid = {"multiple": isp.multiple, "reach": isp.reach, "side": side}
    picture = tiles.process(stack, lambda tile: np.asarray(call(tile[np.newaxis]))[0], after=2, **grid)
    seconds = time.monotonic() - started
    np.save(options.result, picture)
    parts = [len(tiles.spans(length, isp.multiple, isp.reach, side)) for length in stack.shape[:2]]
    timing.tell(seconds, tiles=parts)


def compare(options):
    """Develop in two processes and print what they took, and how far the results are apart."""
    with tempfile.TemporaryDirectory() as folder:
        results = []
        for pieces in ("tiles", "whole"):
            result = Path(folder, f"{pieces}.npy")
            facts = timing.in_a_process("--result", result, *(["--whole"] if pieces == "whole" else []))
            rows, columns = facts["tiles"]
            print(f"{rows} × {columns} tiles: {facts['cost']}", flush=True)
            results.append(np.load(result, mmap_mode="r"))
        tiled, whole = results
        largest = max(float(np.abs(a - b).max()) for a, b in zip(tiled, whole, strict=True))
        other = sum(int((np.rint(255 * a) != np.rint(255 * b)).sum()) for a, b in zip(tiled, whole, strict=True))
        inside = np.mean([((row > 0) & (row < 1)).mean() for row in whole[::16]])
    print(f"largest difference {255 * largest:.3g} grey levels; {other} of {whole.size} samples round to another level")
    print(f"{inside:.1%} of the samples are not clipped")


def main(arguments=None):
    options = parse_arguments(arguments)
    compare(options) if options.result is None else develop(options)


if __name__ == "__main__":
    command_line.run(main)
