"""How often traces of an earlier JPEG compression are found, where there was one and where there was none.

Pictures of a folder that were never compressed, such as results/data/simulated, are compressed once and twice. Printed
are the share of files in which traces are found, and the largest and least evidence.

    python benchmarks/recompression.py results/data/simulated
"""

import argparse
import io
from pathlib import Path

import numpy as np
from PIL import Image

from neural_imaging.base import command_line
from neural_imaging.coding import jpeg_facts, recompression
from neural_imaging.imaging import opening

ONCE = (50, 60, 70, 75, 80, 85, 90, 95, 98)
TWICE = ((60, 75), (60, 90), (75, 90), (75, 95), (80, 85), (90, 95), (95, 90), (90, 75), (85, 70), (75, 75))
# A table that is none of libjpeg's, along the diagonals.
OTHER = [[round(value) for value in np.linspace(4, 20, 64)]] * 2


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    pictures = [opening.read(path).picture for path in sorted(options.folder.glob("*.png"))]
    for quality in ONCE:
        report(f"once, {quality}", [saved(picture, quality=quality) for picture in pictures])
    for first, second in TWICE:
        report(f"{first}, then {second}", [again(saved(each, quality=first), second) for each in pictures])
    for second in (75, 90, 95):
        report(f"other table, then {second}", [again(saved(each, qtables=OTHER), second) for each in pictures])


def saved(picture, **options):
    """A picture as the bytes of a JPEG file."""
    data = io.BytesIO()
    Image.fromarray(picture).save(data, "JPEG", **options)
    return data.getvalue()


def again(data, quality):
    """A JPEG file, opened and saved again."""
    return saved(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), quality=quality)


def report(title, files):
    """Print what is found in JPEG files of one history."""
    traces = [recompression.measure(opening.luma(io.BytesIO(data)), jpeg_facts.read(data).tables[0]) for data in files]
    evidence = np.array([trace.evidence for trace in traces if trace])
    share = 100 * (evidence >= recompression.LEAST).mean()
    print(f"{title:24} {len(evidence):3} files: found in {share:5.1f} %, {evidence.min():.4f} to {evidence.max():.4f}")


if __name__ == "__main__":
    command_line.run(main)
