"""How flat or dark may a window be so that a forensic network can still tell? Behind the numbers of
`analysis.undecidable`.

Photographs of a run's validation set are given less contrast, or less light, manipulated in the run's ways, sent
through its real channel and seen by its network. By texture and by level of the received windows this prints how often
the network is right, and how many of the manipulated windows are received exactly as the native one is, which nobody
can tell apart.

    python benchmarks/undecidable.py RUN/model.keras --images results/data/simulated/images.csv
"""

import itertools
from pathlib import Path

import numpy as np
import timing

from neural_imaging.base import command_line, runtime

SHARES = (1, 0.5, 0.25, 0.12, 0.06, 0.03, 0.015)
TEXTURES = (0, 0.25, 0.5, 1, 2, 3, 4, 5, 6, 8, 12, 256)
LEVELS = (0, 8, 16, 24, 32, 48, 64, 96, 256)


def main(arguments=None):
    parser = timing.parser(__doc__, threads=None)
    parser.add_argument("model", type=Path, help="model.keras of a run")
    parser.add_argument("--images", type=Path, required=True, help="images.csv with the validation photographs")
    parser.add_argument("--windows", type=int, default=4, help="windows of a photograph (default: %(default)s)")
    options = parser.parse_args(arguments)
    runtime.configure(threads=options.threads, seed=0)
    from neural_imaging.analysis import undecidable
    from neural_imaging.evaluation import forensics, scores, transfer, whole

    pipeline = transfer.behind_onet(forensics.load(options.model))
    look = scores.network(pipeline.fan)
    photographs, _ = transfer.pictures(transfer.listing(options.images), whole.least_side(pipeline), "photographs")
    lines = []
    for index, photograph in enumerate(photographs):
        picture = photograph.target.astype(np.float32) / np.float32(255)
        for change in (_flatter, _darker):
            for share in SHARES:
                lines += _windows(pipeline, look, change(picture, share), index, options.windows)
    lines = np.array(lines)
    _print("texture", lines, 0, TEXTURES)
    print(f"Of those with a texture of {undecidable.LEAST_TEXTURE:g} at least:")
    _print("level", lines[lines[:, 0] >= undecidable.LEAST_TEXTURE], 1, LEVELS)


def _flatter(picture, share):
    mean = picture.mean(axis=(0, 1))
    return mean + np.float32(share) * (picture - mean)


def _darker(picture, share):
    return np.float32(share) * picture


def _windows(pipeline, look, picture, index, count):
    """Of each received window: texture, level, whether it is named rightly, and whether it is as the native one."""
    from neural_imaging.analysis import undecidable
    from neural_imaging.evaluation import transmission, whole

    channel, side, native, lines = pipeline.channel.fixed(), whole.window(pipeline), None, []
    drawn = whole.places([length // channel.factor for length in picture.shape[:2]], side, count, index)
    for true, version in enumerate(whole.versions(pipeline, picture, index)):
        received = transmission.real(channel, version)[1]
        cuts = whole.cut(received, drawn, side)
        native = cuts if native is None else native
        right = look(cuts.astype(np.float32) / np.float32(255)).argmax(axis=1) == true
        same = (cuts == native).all(axis=(1, 2, 3)) if true else np.full(len(cuts), np.nan)
        lines += zip(*undecidable.measures(cuts), right, same, strict=True)
    return lines


def _print(title, lines, place, edges):
    print(f"{title:>12}  windows  right (%)  as native (%)")
    for low, high in itertools.pairwise(edges):
        chosen = lines[(lines[:, place] >= low) & (lines[:, place] < high)]
        if len(chosen):
            right, same = 100 * chosen[:, 2].mean(), 100 * np.nanmean(chosen[:, 3])
            print(f"{low:>5g} to {high:<5g} {len(chosen):7}  {right:9.1f}  {same:13.1f}")


if __name__ == "__main__":
    command_line.run(main)
