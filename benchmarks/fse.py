"""How fast the entropy coder is, and how near its bytes come to the entropy; beside pyfse where it can be imported.

Speed: Laplace symbols of the codec's 32 values, one thread, coding and decoding in turn, best of the repeats; in
millions of symbols, which are bytes, a second. Size: channels of 4,096 symbols for each scale
of the distribution; the bound (tests/coding/test_fse.py) is 3 % over a channel's own (empirical) entropy, plus 24 bytes
for the table.
"""

import numpy as np
import timing

from neural_imaging.base import command_line
from neural_imaging.coding import fse

try:
    import pyfse
except ImportError:
    pyfse = None

SCALES = (0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 8, 12, 20)
CHANNEL = 4096


def parse_arguments(arguments=None):
    parser = timing.parser(__doc__)
    parser.add_argument(
        "--lengths", type=command_line.count, nargs="+", default=[256, 1024, 4096, 16384, 2**17, 2**20], help="symbols"
    )
    parser.add_argument("--repeats", type=command_line.count, default=200, help="repeats (fewer of long ones)")
    parser.add_argument("--channels", type=command_line.count, default=20, help="channels of each scale")
    return parser.parse_args(arguments)


def laplace(rng, length, scale):
    """Symbols of a channel: rounded Laplace values in the codebook −15 … 16, from 0."""
    return (np.clip(np.rint(rng.laplace(0, scale, length)), -15, 16) + 15).astype(np.uint8).tobytes()


def entropy(data):
    """Empirical entropy in bytes."""
    counts = np.bincount(np.frombuffer(data, np.uint8))
    shares = counts[counts > 0] / len(data)
    return -np.sum(shares * np.log2(shares)) * len(data) / 8


def speed(rng, lengths, repeats):
    coders = {"ours": fse} | ({"pyfse": pyfse} if pyfse else {})
    heads = "".join(f"{name + ':':>8s} coding decoding" for name in coders)
    print("MB/s      " + heads + "   ours / pyfse" * bool(pyfse))
    for length in lengths:
        data = laplace(rng, length, 2)
        coded = fse.compress(data)
        steps = {}
        for name, coder in coders.items():
            steps[name, "coding"] = lambda coder=coder, data=data: coder.compress(data)
            steps[name, "decoding"] = lambda coder=coder, coded=coded, length=length: coder.decompress(coded, length)
        seconds = timing.least(steps, max(5, min(repeats, 10**8 // length)))
        rates = {step: length / shortest / 1e6 for step, shortest in seconds.items()}
        line = f"{length:10,d}" + "".join(f"{rates[n, 'coding']:15.0f}{rates[n, 'decoding']:9.0f}" for n in coders)
        if pyfse:
            line += "".join(f"{rates['ours', step] / rates['pyfse', step]:7.2f}" for step in ("coding", "decoding"))
        print(line)
    if not pyfse:
        print("pyfse cannot be imported here")


def size(rng, channels):
    """Print sizes, and the worst one as a share of the bound."""
    print("\nscale  bits a symbol  coded bytes  over entropy  of the bound (worst)")
    for scale in SCALES:
        drawn = [laplace(rng, CHANNEL, scale) for _ in range(channels)]
        least, coded = np.array([(entropy(data), len(fse.compress(data))) for data in drawn]).T
        worst = np.max(coded / (1.03 * least + 24))
        print(
            f"{scale:5g}  {8 * least.mean() / CHANNEL:13.3f}  {coded.mean():11.1f}  "
            f"{np.mean(coded - least):6.1f} bytes  {100 * worst:12.1f} %"
        )


def main(arguments=None):
    options = parse_arguments(arguments)
    rng = np.random.default_rng(1)
    speed(rng, options.lengths, options.repeats)
    size(rng, options.channels)


if __name__ == "__main__":
    command_line.run(main)
