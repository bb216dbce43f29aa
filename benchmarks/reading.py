"""What reading RAW files and making training pairs cost, as ratios to what cannot be avoided.

Method: one process, one thread, the same file, the steps to compare in turn in each repeat; the ratio of the medians.
* reading: `raw.read` (decoding, content checks, levels, white balance, stack) against LibRaw's open and unpack alone.
* training pair: from the file to the written stack and PNG, against Menon's demosaicing of the same mosaic alone.
"""

import json
import tempfile
from pathlib import Path

import timing

from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = timing.parser(__doc__)
    parser.add_argument("file", type=Path, help="a compressed RAW file, e.g. a CRW of the Canon PowerShot S40")
    parser.add_argument(
        "--repeats",
        type=command_line.count,
        default=15,
        help="repeats of reading (default: %(default)s; pairs: a fifth of it, at least 3)",
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    import rawpy

    from neural_imaging.datasets import dataset
    from neural_imaging.imaging import develop, raw

    def unpack():
        with rawpy.imread(str(options.file)) as file:
            file.unpack()

    photograph = raw.read(options.file)
    mosaic, cfa = photograph.mosaic, photograph.cfa
    reading = {"unpack": unpack, "read": lambda: raw.read(options.file)}
    seconds = timing.medians(reading, options.repeats)
    with tempfile.TemporaryDirectory() as folder:
        pairs = {
            "menon": lambda: develop.demosaic(mosaic, cfa),
            "pair": lambda: dataset.write_pair(raw.read(options.file), Path(folder, "image")),
        }
        seconds |= timing.medians(pairs, max(3, options.repeats // 5))
    print(json.dumps({
        "file": options.file.name,
        "megapixels": round(mosaic.size / 1e6, 2),
        "seconds": {name: round(value, 4) for name, value in seconds.items()},
        "read / unpack": round(seconds["read"] / seconds["unpack"], 3),
        "pair / menon": round(seconds["pair"] / seconds["menon"], 3),
    }, indent=2))  # fmt: skip


if __name__ == "__main__":
    command_line.run(main)
