"""Read thousands of damaged streams: each must be refused with BitstreamError, or be read, and nothing else.

Streams of both versions, from 1×1×1 to 40×60×32 symbols, are damaged with a fixed seed: flipped bits, cuts, swaps of
two pieces, pieces of another stream, random bytes, bytes added; and for version 2, damage whose checksums were made
anew, since no other gets past them. Prints how many were refused, read as they were, and read as something else; the
longest call; and for one in --sample of them the memory that the call took, beyond what the latent's size in its header
and ten times the stream allow.

Ends with exit code 1 at any other exception, a call that takes too long, more memory than that by 1 MiB, or a stream of
version 2 that is read as something else without new checksums.
"""

import argparse
import collections
import math
import os
import resource
import struct
import sys
import tempfile
import time
import tracemalloc
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lib"))

from neural_imaging.base import command_line

SHAPES = ((1, 1, 1), (1, 3, 2), (2, 5, 4), (8, 8, 5), (16, 16, 8), (24, 32, 16), (40, 60, 32))
SPARE = 1 << 20
RESEALED = ", resealed"


def parse_arguments(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=command_line.count, default=100_000, help="streams to read")
    parser.add_argument("--seed", type=command_line.seed, default=1, help="of the damage")
    parser.add_argument("--sample", type=command_line.count, default=50, help="measure the memory of one in so many")
    parser.add_argument("--longest", type=float, default=2, help="seconds that a call may take")
    parser.add_argument("--check-bounds", action="store_true", help="compile with checks of every index (slower)")
    return parser.parse_args(arguments)


def make_streams(rng):
    """Sound streams of both versions, of channels with all that can be in one: (version, bytes)."""
    import numpy as np

    from neural_imaging.coding import bitstream

    model = bitstream.ModelIdentity("TwitterDCN", 32, rng.bytes(8))
    streams = []
    for shape in SHAPES:
        spread = rng.choice([0, 0.2, 1, 3, 100], shape[2])
        indices = (np.clip(np.rint(rng.normal(0, 1, shape) * spread), -128, 127) + 128).astype(np.uint8)
        size = 8 * shape[0] - 3, 8 * shape[1] - 7
        streams.append((2, bitstream.write(indices, height=size[0], width=size[1], model=model)))
        streams.append((2, bitstream.write(indices // 8)))
        if shape[0] * shape[1] == 3:
            indices[:] = indices[:1, :1]
        streams.append((1, bitstream.write(indices // 8, version=1)))
        streams.append((1, bitstream.write(indices, version=1)))
    return streams


def flip_bits(rng, data, other):
    for _ in range(rng.integers(1, 9)):
        data[rng.integers(len(data))] ^= 1 << rng.integers(8)


def cut(rng, data, other):
    start, end = _range(rng, data)
    del data[start : rng.choice([end, len(data)])]


def swap(rng, data, other):
    (start, end), length = _range(rng, data), len(data)
    to = rng.integers(length - (end - start) + 1)
    piece = data[start:end]
    data[start:end] = data[to : to + end - start]
    data[to : to + end - start] = piece


def splice(rng, data, other):
    start, end = _range(rng, data)
    data[start:end] = other[slice(*_range(rng, other))]


def overwrite(rng, data, other):
    start, end = _range(rng, data)
    data[start:end] = rng.bytes(end - start)


def extend(rng, data, other):
    at = rng.choice([rng.integers(len(data) + 1), len(data)])
    data[at:at] = rng.bytes(rng.integers(1, 65))


def _range(rng, data):
    """A piece that is not empty: mostly short, of any length at times."""
    longest = rng.choice([4, 32, len(data)])
    start = rng.integers(len(data))
    return start, min(len(data), start + rng.integers(1, longest + 1))


DAMAGES = (flip_bits, cut, swap, splice, overwrite, extend)


def reseal(rng, data, other, damage):
    """Damage one part of a stream of version 2, and give it a checksum that fits."""
    from neural_imaging.coding import bitstream

    sizes = list(bitstream.header(bytes(data)).parts.values())
    chosen = rng.integers(len(sizes))
    start = sum(sizes[:chosen])
    end = start + sizes[chosen] - 4
    part = data[start:end]
    damage(rng, part, other)
    data[start : end + 4] = part + struct.pack("<I", zlib.crc32(part))


def allowance(data):
    """Bytes that a call may take: the latent that the stream claims, if within the limit; the stream; and to spare."""
    from neural_imaging.coding import bitstream, stream_parts

    shape = struct.unpack_from("<2IH", data, 13) if data[:4] == b"L3IC" and len(data) >= 23 else data[:3]
    symbols = math.prod(shape)
    claimed = symbols if symbols <= stream_parts.SYMBOLS_A_PIXEL * bitstream.MAX_PIXELS else 0
    return claimed + 10 * len(data) + SPARE


class Tally:
    """Reads streams, and keeps what came of it.

    Args:
        sample: measure the memory of one call in so many.
        allowed: seconds that a call may take.
    """

    def __init__(self, sample, allowed):
        self.sample, self.allowed, self.total = sample, allowed, 0
        self.counts, self.failures = collections.Counter(), []
        self.longest, self.largest = 0.0, 0

    def read(self, data, version, damage, sound):
        """Read a damaged stream, which was `sound` before."""
        from neural_imaging.coding import bitstream

        sampled, what = self.total % self.sample == 0, f"{damage} of version {version}"
        self.total += 1
        if sampled:
            tracemalloc.start()
        stream, result, started = None, "different", time.perf_counter()
        try:
            stream = bitstream.read(data)
        except bitstream.BitstreamError:
            result = "refused"
        except Exception as error:
            result = "failed"
            self.failures.append(f"{what}: {type(error).__name__}: {error}")
        seconds = time.perf_counter() - started
        self.longest = max(self.longest, seconds)
        if seconds > self.allowed:
            self.failures.append(f"{what}: took {seconds:.1f} s")
        if sampled:
            spare = tracemalloc.get_traced_memory()[1] - allowance(data) + SPARE
            tracemalloc.stop()
            self.largest = max(self.largest, spare)
            if spare > SPARE:
                self.failures.append(f"{what}: took {spare} bytes of memory more than it may")
        if stream and same(stream, sound):
            result = "same"
        if version == 2 and result == "different" and RESEALED not in damage:
            self.failures.append(f"{what}: read as something else")
        self.counts[version, damage, result] += 1

    def report(self):
        print("version  damage                   refused     same  different")
        for version, damage in sorted({key[:2] for key in self.counts}):
            numbers = [self.counts[version, damage, result] for result in ("refused", "same", "different")]
            print(f"{version:7d}  {damage:22s} {numbers[0]:9,d} {numbers[1]:8,d} {numbers[2]:10,d}")
        print(f"{self.total:,d} streams; longest call {1e3 * self.longest:.1f} ms")
        print(f"memory beyond the latent and ten times the stream: at most {self.largest / 1024:.0f} KiB")
        print(f"memory of the whole process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
        for failure in self.failures[:20]:
            print(failure)
        print(f"{len(self.failures)} failures")


def same(stream, sound):
    """Whether all that reading gives is the same."""
    import numpy as np

    facts = [(each.version, each.height, each.width, each.model) for each in (stream, sound)]
    return facts[0] == facts[1] and np.array_equal(stream.indices, sound.indices)


def main(arguments=None):
    options = parse_arguments(arguments)
    with tempfile.TemporaryDirectory() as folder:
        if options.check_bounds:
            # Not where kernels are kept: those without checks would be taken from there, and these left there.
            os.environ.update(NUMBA_BOUNDSCHECK="1", NUMBA_CACHE_DIR=folder)
        import numpy as np

        from neural_imaging.coding import bitstream

        rng, tally = np.random.default_rng(options.seed), Tally(options.sample, options.longest)
        streams = [(version, data, bitstream.read(data)) for version, data in make_streams(rng)]
        for _ in range(options.count):
            (version, data, sound), (_, other, _) = (streams[place] for place in rng.integers(len(streams), size=2))
            damage = DAMAGES[rng.integers(len(DAMAGES))]
            damaged, name = bytearray(data), damage.__name__
            if version == 2 and rng.random() < 0.5:
                reseal(rng, damaged, other, damage)
                name += RESEALED
            else:
                damage(rng, damaged, other)
            tally.read(bytes(damaged), version, name, sound)
    tally.report()
    if tally.failures:
        raise SystemExit(1)


if __name__ == "__main__":
    command_line.run(main)
