"""What reading RAW files and making training pairs cost, as ratios to what cannot be avoided.

Method: one process, one thread, the same file, the steps to compare in turn in each repeat; the ratio of the medians.
* reading: `raw.read` (decoding, content checks, levels, white balance, stack) against LibRaw's open and unpack alone.
* training pair: from the file to the written stack and PNG, against Menon's demosaicing of the same mosaic alone.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))


def parse_arguments(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="a compressed RAW file, e.g. a CRW of the Canon PowerShot S40")
    parser.add_argument("--repeats", type=int, default=15, help="repeats of reading (pairs: a fifth of it, at least 3)")
    return parser.parse_args(arguments)


def compare(steps, repeats):
    """Median seconds of each step; the steps take turns, so that slow moments of the machine meet all of them."""
    seconds = {name: [] for name in steps}
    for repeat in range(repeats + 1):
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            if repeat:  # The first turn warms caches and imports.
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def main(arguments=None):
    options = parse_arguments(arguments)
    import rawpy

    from neural_imaging.datasets import dataset
    from neural_imaging.imaging import develop, raw

    def unpack():
        with rawpy.imread(str(options.file)) as file:
            file.unpack()

    def pair():
        dataset.write_pair(raw.read(options.file), target)

    photograph = raw.read(options.file)
    mosaic = photograph.mosaic
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "image"
        reading = compare({"unpack": unpack, "read": lambda: raw.read(options.file)}, options.repeats)
        making = compare(
            {"menon": lambda: develop.demosaic(mosaic, photograph.cfa), "pair": pair}, max(3, options.repeats // 5)
        )
    print(json.dumps({
        "file": options.file.name,
        "megapixels": round(mosaic.size / 1e6, 2),
        "seconds": {name: round(value, 4) for name, value in (reading | making).items()},
        "read / unpack": round(reading["read"] / reading["unpack"], 3),
        "pair / menon": round(making["pair"] / making["menon"], 3),
    }, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
