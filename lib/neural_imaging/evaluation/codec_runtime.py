"""How long learned codecs take, on pictures of the published sizes, and the published times beside."""

import platform
import time
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from neural_imaging.codec import codec
from neural_imaging.tables import typeset

# Height and width in pixels, by the names of the published table.
SIZES = {"512": (512, 512), "1080": (1080, 1920)}
STEPS = ("encode", "decode", "compress", "decompress")
TIMES = [f"{step}_{size}_s" for size in SIZES for step in STEPS]
PUBLISHED = ["gpu", "cpu", *TIMES]
# The published times are those of the medium quality.
PUBLISHED_MODEL = "32c"
COLUMNS = ["source", "model", "gpu", "cpu", "threads", *TIMES]


def measure(model, pictures, repeats=5, sizes=None):
    """Median seconds (`TIMES`) that a codec takes on pictures (uint8), at every size and after a warm-up.

    Compressing and decompressing are the whole codec, from 8-bit picture to bytes and back. Encoding and decoding are
    the networks' share of the same work, to the quantised latent and from it, so that they never take longer. Each
    picture goes by itself.
    """
    sizes, medians = sizes or SIZES, {}
    with tqdm(total=len(sizes) * (len(pictures) * repeats + 1), desc="times", disable=None) as progress:
        for size, sides in sizes.items():
            taken = {step: [] for step in STEPS}
            for place, picture in enumerate(pictures):
                part = fitted(picture, *sides)
                if place == 0:
                    # The first round of all builds graphs and compiles the entropy coder.
                    _once(model, part)
                    progress.update()
                for _ in range(repeats):
                    for step, seconds in _once(model, part).items():
                        taken[step].append(seconds)
                    progress.update()
            medians |= {f"{step}_{size}_s": float(np.median(taken[step])) for step in STEPS}
    return medians


def fitted(picture, height, width):
    """The middle of a picture, with these sides; one that is smaller is continued by its mirror image."""
    short = [max(0, side - own) for side, own in zip((height, width), picture.shape[:2], strict=True)]
    padded = np.pad(picture, [*((gap // 2, gap - gap // 2) for gap in short), (0, 0)], mode="symmetric")
    top, left = ((own - side) // 2 for own, side in zip(padded.shape[:2], (height, width), strict=True))
    return np.ascontiguousarray(padded[top : top + height, left : left + width])


def processor():
    """Kind of this machine's processor, e.g. "Intel(R) Core(TM) i7-7700 CPU @ 3.60GHz"; not the machine's name."""
    name = platform.processor() or platform.machine()
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        lines = listing.read_text(encoding="utf-8", errors="replace").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    return name


def beside(ours, published=None):
    """Our times, and the published ones below, if there are any (columns `COLUMNS`)."""
    parts = [pd.DataFrame(ours).assign(source="ours")]
    if published is not None:
        parts.append(published[PUBLISHED].assign(source="published", model=PUBLISHED_MODEL))
    return pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)


def cells(table):
    """Headings and lines of text, for Markdown and LaTeX; times in seconds."""
    steps = [f"{step.capitalize()} {size} (s)" for size in SIZES for step in STEPS]
    lines = [
        [
            line["source"],
            line["model"],
            *("–" if pd.isna(line[part]) else str(line[part]) for part in ("gpu", "cpu")),
            typeset.number(line["threads"], decimals=0),
            *(typeset.number(line[step], decimals=4) for step in TIMES),
        ]
        for line in table.to_dict("records")
    ]
    return ["Source", "Model", "GPU", "CPU", "Threads", *steps], lines


def _once(model, picture):
    """Seconds of each step, for one picture: the network's share of each direction is timed within the whole."""
    start = time.perf_counter()
    indices = codec.encode(picture, model)
    encoded = time.perf_counter()
    data = codec.pack(indices, picture.shape[:2], model)
    compressed = time.perf_counter()
    unpacked = codec.unpack(data, model)
    read = time.perf_counter()
    codec.decode(*unpacked)
    decompressed = time.perf_counter()
    seconds = (encoded - start, decompressed - read, compressed - start, decompressed - compressed)
    return dict(zip(STEPS, seconds, strict=True))
