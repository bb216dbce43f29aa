"""How long a batch of patches takes to sample, by policy, on pictures with content and on flat ones.

Prints milliseconds a batch (median of repeats) and their ratio to copying the same bytes: 20 patches of 128 × 128
Bayer cells with their 256 × 256 RGB targets, out of memory-mapped photographs of 12 megapixels.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from neural_imaging.datasets.images import ImagePair, integral_images
from neural_imaging.datasets.patches import POLICIES, PatchSampler


def photograph(folder, name, flat, rng, height=3000, width=4000):
    """One memory-mapped photograph: 8 × 8 blocks of random colour, or a constant."""
    blocks = rng.integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    target = np.full((height, width, 3), 128, np.uint8) if flat else np.kron(blocks, np.ones((8, 8, 1), np.uint8))
    stack = rng.integers(0, 65536, (height // 2, width // 2, 4), np.uint16)
    arrays = {"stack": stack, "target": target, "sums": integral_images(target)}
    for kind, array in arrays.items():
        np.save(folder / f"{name}-{kind}.npy", array)
    mapped = {kind: np.load(folder / f"{name}-{kind}.npy", mmap_mode="r") for kind in arrays}
    return ImagePair(name=name, cfa="RGGB", camera_to_srgb=np.eye(3), **mapped)


def median_time(call, repeats):
    """Median duration of a call, in milliseconds."""
    durations = []
    for repeat in range(repeats):
        started = time.perf_counter()
        call(repeat)
        durations.append(time.perf_counter() - started)
    return 1000 * float(np.median(durations))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=128, help="side of a patch in Bayer cells (default 128)")
    parser.add_argument("--repeats", type=int, default=200, help="batches a measurement (default 200)")
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    raw = np.ones((20, options.size, options.size, 4), np.uint16)
    rgb = np.ones((20, 2 * options.size, 2 * options.size, 3), np.uint8)
    copying = median_time(lambda _: (raw.copy(), rgb.copy()), options.repeats)
    print(f"copying the bytes of a batch: {copying:.2f} ms")
    with tempfile.TemporaryDirectory() as folder:
        for flat in (False, True):
            images = [photograph(Path(folder), f"{flat}-{n}", flat, rng) for n in range(4)] * 5
            for policy in ("none", *POLICIES):
                for flips in (False, True):
                    sampler = PatchSampler(images, options.size, policy, flips)

                    def draw(repeat, sampler=sampler):
                        sampler.batch(list(range(20)), np.random.default_rng(repeat % 20))

                    median_time(draw, 20)  # brings the pages into memory
                    spent = median_time(draw, options.repeats)
                    kind = "flat" if flat else "textured"
                    mirrored = "flips" if flips else "no flips"
                    print(f"{kind:8} {policy:16} {mirrored:8} {spent:6.2f} ms, {spent / copying:5.2f} × copying")


if __name__ == "__main__":
    main()
