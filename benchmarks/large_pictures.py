"""What coding a large photograph in strips costs, and whether it shows.

A picture, repeated to the size asked for, is compressed and decompressed in strips and in one piece, each in a process
of its own. Printed are the peak memory (resident, of the whole process) and the time of each, and whether the latents
and the pictures are the same.

Without --model the network is untrained, with its latent scaled to the spread of a trained one's.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import timing

from neural_imaging.base import command_line, runtime
from neural_imaging.imaging import opening

# Spread of a latent, in steps of the codebook: about that of a trained codec.
SPREAD = 2.0


def parse_arguments(arguments=None):
    parser = timing.parser(__doc__, threads=None)
    parser.add_argument("--image", type=Path, required=True, help="picture to repeat")
    parser.add_argument("--height", type=command_line.count, default=2160, help="in pixels (default: %(default)s)")
    parser.add_argument("--width", type=command_line.count, default=3840, help="in pixels (default: %(default)s)")
    parser.add_argument("--model", help="name or model.keras of a codec (default: an untrained one of 32 features)")
    parser.add_argument("--cells", type=command_line.count, help="latent cells of a strip (default: the library's)")
    parser.add_argument("--pieces", choices=("strips", "whole"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def network(model):
    """The codec."""
    from neural_imaging import models
    from neural_imaging.codec import codec

    if model:
        return codec.find(model)
    untrained = models.create("TwitterDCN", n_features=32)
    noise = np.random.default_rng(1).random((1, 256, 256, 3), np.float32)
    untrained.encoder.get_layer("latent_scaling").factor.assign(SPREAD / np.std(untrained.encoder(noise)))
    return untrained


def run(options):
    """One step in this process: compress a picture to a file, or decompress what lies there."""
    runtime.configure(threads=options.threads, seed=1)
    from neural_imaging.codec import codec

    model = network(options.model)
    if options.pieces == "whole":
        codec.CELLS, codec.WIDEST = options.height * options.width, options.width
    elif options.cells:
        codec.CELLS = options.cells
    stream, started = options.folder / f"{options.pieces}.l3ic", time.monotonic()
    if not stream.exists():
        image = opening.read(options.image).picture
        rows, columns = (
            np.arange(side) % own for side, own in zip((options.height, options.width), image.shape, strict=False)
        )
        image, started = image[rows][:, columns], time.monotonic()
        stream.write_bytes(codec.compress(image, model))
    else:
        np.save(options.folder / f"{options.pieces}.npy", codec.decompress(stream.read_bytes(), model))
    timing.tell(time.monotonic() - started)


def compare():
    """Compress and decompress in processes of their own, and print what they took and whether results differ."""
    from neural_imaging.coding import bitstream

    with tempfile.TemporaryDirectory() as folder:
        for pieces in ("strips", "whole"):
            for step in ("compress", "decompress"):
                facts = timing.in_a_process("--pieces", pieces, "--folder", folder)
                print(f"{pieces:6} {step:11} {facts['cost']}", flush=True)
        streams = [bitstream.read(Path(folder, f"{pieces}.l3ic").read_bytes()) for pieces in ("strips", "whole")]
        in_strips, whole = (np.load(Path(folder, f"{pieces}.npy"), mmap_mode="r") for pieces in ("strips", "whole"))
        print(f"{np.sum(streams[0].indices != streams[1].indices)} of {streams[0].indices.size} symbols differ")
        farthest = max(int(np.abs(row.astype(int) - other).max()) for row, other in zip(in_strips, whole, strict=True))
        print(f"{np.sum(in_strips != whole)} of {whole.size} samples differ, by {farthest} at most")


def main(arguments=None):
    options = parse_arguments(arguments)
    compare() if options.pieces is None else run(options)


if __name__ == "__main__":
    command_line.run(main)
