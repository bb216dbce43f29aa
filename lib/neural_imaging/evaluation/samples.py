"""Arrays behind the pictures of a result: one photograph, developed in several ways.

Each sample is a dict of arrays; `arrays.write` makes a file of it, and figures draw that as it is.
"""

import keras
import numpy as np

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import images
from neural_imaging.imaging import measures

# Networks with up to six scales take sides that are multiples of this many Bayer cells.
MULTIPLE = 32
LUMA = np.array([0.299, 0.587, 0.114])


def held_out(table, image=None, split="validation"):
    """Photographs of a training set's `images.csv`: those of a split, or the one of this name among them."""
    pairs = images.read(table, split)
    names = [pair.name for pair in pairs]
    if image is not None and image not in names:
        raise UserError(f"{table}: {image} is not in the {split} split; it has {', '.join(names)}")
    return pairs if image is None else [pairs[names.index(image)]]


def photograph(table, image=None, size=1024):
    """The middle of one held-out photograph, by default the first, cut to sides that every ISP takes.

    The result is (name, raw, target): float32 in [0, 1], 1 × H/2 × W/2 × 4, and uint8, H × W × 3. Of a set without RAW
    the target stands for both.
    """
    if size < 2 * MULTIPLE:
        raise UserError(f"a size of {size} pixels is too small; it must be {2 * MULTIPLE} at least")
    pair = held_out(table, image)[0]
    height, width = (min(side, size // 2) // MULTIPLE * MULTIPLE for side in pair.cells)
    if not height or not width:
        raise UserError(f"{table}: {pair.name} is smaller than {2 * MULTIPLE} pixels; choose another with --image")
    top, left = ((whole - part) // 2 for whole, part in zip(pair.cells, (height, width), strict=True))
    target = np.array(pair.target[2 * top : 2 * (top + height), 2 * left : 2 * (left + width)])
    if pair.stack is None:
        return pair.name, _batch(target), target
    raw = pair.stack[top : top + height, left : left + width].astype(np.float32)[np.newaxis] / 65535
    return pair.name, raw, target


def others(table, image, size=1024):
    """The other photographs of the validation split as `photograph` gives them; too small ones are left out."""
    names = [pair.name for pair in held_out(table) if min(pair.cells) >= MULTIPLE]
    return [photograph(table, name, size) for name in names if name != image]


def develop(path, raw, target=None):
    """Develop a photograph, as `photograph` gives it, with the ISP of an archive; uint8, H × W × 3.

    A joint model's archive gives its ISP; whoever asks for one imports `forensics.joint` first, so that Keras knows
    the class. It is not imported here: photographs developed by a plain ISP do not depend on it. The target is what an
    ISP that takes RGB passes through.
    """
    model = models.load(path)
    isp = getattr(model, "isp", model)
    if getattr(isp, "takes_rgb", False) and target is not None:
        raw = _batch(target)
    try:
        developed = isp(raw, training=False)
    except UserError:
        raise
    except (ValueError, TypeError) as error:
        raise UserError(f"{path}: holds no ISP that takes Bayer stacks ({str(error).splitlines()[0]})") from None
    return to_bytes(keras.ops.convert_to_numpy(developed)[0])


def _batch(picture):
    """A picture as a network takes it: float32, 1 × H × W × 3 in [0, 1]."""
    return picture.astype(np.float32)[np.newaxis] / 255


def pipelines(name, target, developed):
    """Sample of one photograph developed by several pipelines: the target first, and the box of a detail."""
    psnr = [np.nan, *(measures.psnr(target, photo) for photo in developed.values())]
    return {
        "image": np.array(name),
        "names": np.array(["target", *developed]),
        "photos": np.stack([target, *developed.values()]),
        "psnr": np.array(psnr),
        "box": np.array(detail(target)),
    }


def difference(name, label, target, plain, optimised):
    """Sample of a plain and an optimised ISP on one photograph; the difference is optimised minus plain."""
    change = optimised.astype(np.float32) - plain
    return {
        "image": np.array(name),
        "label": np.array(label),
        "photos": np.stack([plain, optimised]),
        "psnr": np.array([measures.psnr(target, plain), measures.psnr(target, optimised)]),
        **amplify(change),
        "spectra": np.stack([spectrum(picture) for picture in (plain, optimised, change)]),
        "box": np.array(detail(target)),
    }


def detail(picture, side=None):
    """Choose a square worth a closer look, (top, left, side): the one with the most contrast between neighbours.

    Its side is a quarter of the shorter one by default.
    """
    shorter = min(picture.shape[:2])
    side = shorter // 4 if side is None else min(side, shorter)
    luma = picture @ LUMA
    # Large jumps are edges of objects; capping them prefers fine texture all over the square.
    contrast = np.minimum(np.abs(np.diff(luma, axis=0))[:, 1:] + np.abs(np.diff(luma, axis=1))[1:], 40)
    sums = np.pad(contrast, ((2, 0), (2, 0))).cumsum(axis=0).cumsum(axis=1)
    boxes = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    top, left = np.unravel_index(np.argmax(boxes), boxes.shape)
    return int(top), int(left), int(side)


def amplify(change):
    """Make a difference, in grey levels, visible around grey, by a round factor that lets one value in 200 clip."""
    largest = max(float(np.percentile(np.abs(change), 99.5)), 1e-6)
    factor = max((step for step in (1, 2, 5, 10, 20, 50) if step * largest <= 127), default=1)
    amplified = np.clip(np.round(128 + factor * change), 0, 255).astype(np.uint8)
    return {"amplified": amplified, "amplification": np.array(factor)}


def spectrum(picture, block=128):
    """Log-magnitude spectrum of a picture's luma, averaged over blocks; frequency 0 is in the middle.

    Overlapping blocks under a Hann window (Welch's method) show the spectrum of the picture's texture without the
    cross that its borders cause.
    """
    luma = picture @ LUMA
    block = min(block, *luma.shape)
    window = np.outer(np.hanning(block), np.hanning(block))
    starts = [range(0, side - block + 1, max(1, block // 2)) for side in luma.shape]
    powers = []
    for top in starts[0]:
        for left in starts[1]:
            part = luma[top : top + block, left : left + block]
            powers.append(np.abs(np.fft.fft2((part - part.mean()) * window)) ** 2)
    # Below the step of 8-bit samples there is nothing to see; the floor also keeps the logarithm finite.
    floor = (window**2).sum() / 12
    return np.fft.fftshift(0.5 * np.log10(np.mean(powers, axis=0) + floor)).astype(np.float32)


def to_bytes(picture):
    """Round a picture from [0, 1] to 8 bits."""
    return np.round(255 * np.clip(picture, 0, 1)).astype(np.uint8)
