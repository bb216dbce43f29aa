"""What developing a large photograph by tiles costs: peak memory (resident, of the whole process) and time.

A mosaic of 12 megapixels goes through UNet of 5 steps, by tiles and in one piece, each in a process of its own. The
network is untrained and the samples are random, which changes neither. That tiles do not show is held by tests.
"""

import argparse
import time

import numpy as np
import timing

from neural_imaging.base import command_line, runtime


def parse_arguments(arguments=None):
    parser = timing.parser(__doc__, threads=None)
    number = {"type": command_line.count}
    parser.add_argument("--height", **number, default=3000, help="of the mosaic, in pixels (default: %(default)s)")
    parser.add_argument("--width", **number, default=4000, help="of the mosaic, in pixels (default: %(default)s)")
    parser.add_argument("--tile", **number, help="longest side of a tile, in Bayer cells (default: the library's)")
    parser.add_argument("--side", type=int, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def develop(options):
    """Develop in this process, in pieces of so many cells a side."""
    runtime.configure(threads=options.threads)
    from neural_imaging import models
    from neural_imaging.imaging import tiles

    stack = np.random.default_rng(1).random((options.height // 2, options.width // 2, 4), np.float32)
    isp = models.create("UNet")
    call = runtime.graph(lambda batch: isp(batch, training=False))
    side = options.side or options.tile or tiles.SIDE
    started = time.monotonic()
    grid = {"multiple": isp.multiple, "reach": isp.reach, "side": side}
    tiles.process(stack, lambda tile: np.asarray(call(tile[np.newaxis]))[0], after=2, **grid)
    seconds = time.monotonic() - started
    timing.tell(seconds, tiles=[len(tiles.spans(length, isp.multiple, isp.reach, side)) for length in stack.shape[:2]])


def main(arguments=None):
    options = parse_arguments(arguments)
    if options.side is not None:
        develop(options)
        return
    for side in (0, max(options.height, options.width)):
        facts = timing.in_a_process("--side", side)
        rows, columns = facts["tiles"]
        print(f"{rows} × {columns} tiles: {facts['cost']}", flush=True)


if __name__ == "__main__":
    command_line.run(main)
