"""How long a batch of patches takes to sample, by policy, on pictures with content and on flat ones.

Prints milliseconds a batch (median of repeats) and their ratio to copying the same bytes: 20 patches of 128 × 128
Bayer cells with their 256 × 256 RGB targets, out of memory-mapped photographs of 12 megapixels.
"""

import itertools
import tempfile
from pathlib import Path

import numpy as np
import timing

from neural_imaging.base import command_line
from neural_imaging.datasets.images import ImagePair, integral_images
from neural_imaging.datasets.patches import POLICIES, PatchSampler


def photograph(folder, name, flat, rng, height=3000, width=4000):
    """One memory-mapped photograph: 8 × 8 blocks of random colour, or a constant."""
    blocks = rng.integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    target = np.full((height, width, 3), 128, np.uint8) if flat else np.kron(blocks, np.ones((8, 8, 1), np.uint8))
    stack = rng.integers(0, 65536, (height // 2, width // 2, 4), np.uint16)
    mapped = {}
    for part, array in {"stack": stack, "target": target, "sums": integral_images(target)}.items():
        np.save(folder / f"{name}-{part}.npy", array)
        mapped[part] = np.load(folder / f"{name}-{part}.npy", mmap_mode="r")
    return ImagePair(name=name, cfa="RGGB", camera_to_srgb=np.eye(3), **mapped)


def main(arguments=None):
    parser = timing.parser(__doc__, repeats=200)
    parser.add_argument("--size", type=int, default=128, help="side of a patch in Bayer cells (default: %(default)s)")
    options = parser.parse_args(arguments)
    rng = np.random.default_rng(0)
    raw = np.ones((20, options.size, options.size, 4), np.uint16)
    rgb = np.ones((20, 2 * options.size, 2 * options.size, 3), np.uint8)
    calls = {"copying": lambda: (raw.copy(), rgb.copy())}
    with tempfile.TemporaryDirectory() as folder:
        for content in ("textured", "flat"):
            images = [photograph(Path(folder), f"{content}-{n}", content == "flat", rng) for n in range(4)] * 5
            for policy, flips in itertools.product(("none", *POLICIES), (False, True)):
                sampler = PatchSampler(images, options.size, policy, flips)
                name = f"{content:8} {policy:16} {'flips' if flips else 'no flips':8}"
                calls[name] = lambda sampler=sampler: sampler.batch(list(range(20)), rng)
        seconds = timing.medians(calls, options.repeats)
    copying = seconds.pop("copying")
    print(f"copying the bytes of a batch: {1000 * copying:.2f} ms")
    for name, spent in seconds.items():
        print(f"{name} {1000 * spent:6.2f} ms, {spent / copying:5.2f} × copying")


if __name__ == "__main__":
    command_line.run(main)
