"""A camera's learned tile: what manipulations and the channel leave of it, and how well a stranger can estimate it.

Patterns are a tile less the mean of each colour, in grey levels of 255: the mean is a cast, and says nothing of place.
"""

import contextlib
import math

import numpy as np
from keras import ops
from tqdm import tqdm

from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import samples, transmission, whole
from neural_imaging.fingerprints import repeated

# Longest side, in pixels, of the parts of photographs that are manipulated and sent; and of the one that is shown.
SIDE, SHOWN = 1024, 96


def layer(pipeline):
    """The layer that adds a joint model's learned tile: its signature, or "phase" in a pipeline that learned."""
    if pipeline.signature is not None:
        return pipeline.signature
    if getattr(pipeline.isp, "settings", {}).get("phase", 0) and "isp" in pipeline.trainable_parts:
        return pipeline.isp.get_layer("phase")
    raise UserError("the joint model has no learned tile: no signature, and no pipeline with a phase that learned")


def measure(pipeline, photographs, side=SIDE):
    """Follow the tile through manipulations and the channel, and estimate it as an attacker would.

    Each photograph is developed whole, with the tile and without it; its middle, at most `side` pixels long, is
    manipulated and sent. A stage's pattern is the mean, over all places of a period and all photographs, of the version
    with the tile less the version without it. Noise is the same in both.

    Returns:
        Dict of arrays. "classes"; "tile" (period, period, 3), the pattern as learned, and its `spectrum`;
        "manipulated" (classes, period, period, 3), behind each manipulation, and "received" (classes, p, p, 3), behind
        the channel with its real codec too, in received pixels; "photographs" and "correlation", see `estimates`; and
        the middle of the first photograph, without and with the tile, and their difference around grey.
    """
    tiling, render, channel = layer(pipeline), whole.renderer(pipeline), pipeline.channel.fixed()
    period = tiling.period
    periods = {"manipulated": period, "received": math.lcm(period, channel.factor) // channel.factor}
    patterns, copies, shown = {name: [] for name in periods}, [], {}
    for index, image in enumerate(tqdm(photographs, desc="Signature", unit="photo", disable=None)):
        with _without(tiling):
            plain = whole.develop(pipeline, image, render=render)
        signed = whole.develop(pipeline, image, render=render)
        # Whoever estimates it has files of 8 bits.
        copies.append(_pattern(samples.to_bytes(signed).astype(np.float32), period, image))
        part = _middle(signed.shape, math.lcm(period, channel.factor * channel.grid), channel.multiple, side)
        shown = shown or _example(image.name, plain[part], signed[part])
        stages = {name: [] for name in periods}
        for pair in zip(*(whole.versions(pipeline, picture[part], index) for picture in (plain, signed)), strict=True):
            received = [transmission.real(channel, version)[1].astype(np.float32) for version in pair]
            stages["manipulated"].append(_pattern(255 * (pair[1] - pair[0]), period, image))
            stages["received"].append(_pattern(received[1] - received[0], periods["received"], image))
        for name, values in stages.items():
            patterns[name].append(values)
    tile = repeated.centred(ops.convert_to_numpy(tiling.tile()))
    counts, correlations = estimates(np.array(copies), tile)
    return {
        "classes": np.array(pipeline.classes),
        "tile": tile,
        "spectrum": spectrum(tile),
        **{name: np.mean(values, axis=0) for name, values in patterns.items()},
        "photographs": counts,
        "correlation": correlations,
        **shown,
    }


def estimates(copies, tile):
    """How well the mean of 1, 2, 4, … photographs' patterns tells the tile: what averaging, the plainest attack, gives.

    The result is (counts, correlations), the means over all groups of so many that have no photograph in common.
    """
    counts = [2**power for power in range(len(copies).bit_length())]
    correlations = []
    for count in counts:
        means = copies[: len(copies) // count * count].reshape(-1, count, *tile.shape).mean(axis=1)
        correlations.append(np.mean([repeated.correlation(mean, tile) for mean in means]))
    return np.array(counts), np.array(correlations)


def spectrum(tile):
    """Magnitudes of the tile's frequencies in grey levels, (period, period), frequency 0 in the middle.

    They are root mean squares over colours; their squares sum up to the square of the tile's rms.
    """
    magnitudes = np.abs(np.fft.fft2(tile, axes=(0, 1))) / tile[..., 0].size
    return np.fft.fftshift(np.sqrt(np.square(magnitudes).mean(axis=-1))).astype(np.float32)


@contextlib.contextmanager
def _without(tiling):
    """Let a tile be zero for a while."""
    kept = ops.convert_to_numpy(tiling.values)
    tiling.values.assign(np.zeros_like(kept))
    try:
        yield
    finally:
        tiling.values.assign(kept)


def _middle(shape, unit, multiple, side):
    """The middle of a picture, where all periods and grids begin as they do at the picture's first pixel."""
    slices = []
    for length in shape[:2]:
        part = min(length, side) // multiple * multiple
        first = (length - part) // 2 // unit * unit
        slices.append(slice(first, first + part))
    return tuple(slices)


def _pattern(picture, period, image):
    """Mean of a picture over all places of a period, centred."""
    try:
        return repeated.folded(picture, period)
    except UserError:
        raise UserError(f"photograph {image.name} is smaller than one period of the tile") from None


def _example(name, plain, signed):
    """The middle of a photograph, without and with the tile."""
    box = _middle(plain.shape, 1, 1, SHOWN)
    return {
        "image": np.array(name),
        "photos": np.stack([samples.to_bytes(picture[box]) for picture in (plain, signed)]),
        **samples.amplify(255 * (signed[box] - plain[box])),
    }
