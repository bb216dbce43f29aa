"""What codecs do to the spectra of pictures: arrays for figures, as `samples` makes them of pipelines."""

import numpy as np
from tqdm import tqdm

from neural_imaging.base.errors import UserError
from neural_imaging.codec import codec
from neural_imaging.datasets import images
from neural_imaging.evaluation import samples
from neural_imaging.evaluation.learned import Learned

LEAST = 16
# Patches that go through a codec at once.
_BATCH = 16


def patches(table, side=128, count=200):
    """Squares from all held-out photographs of an `images.csv`, as the target pipeline developed them.

    They are smaller where the smallest photograph is, with sides that are multiples of 8; at most `count`, spread
    evenly over all that there are side by side.
    """
    pictures = [pair.target for pair in images.read(table, "validation")]
    side = min(side, *(length for picture in pictures for length in picture.shape[:2])) // 8 * 8
    if side < LEAST:
        raise UserError(f"{table}: has a photograph of fewer than {LEAST} pixels a side")
    places = [
        (number, top, left)
        for number, picture in enumerate(pictures)
        for top in range(0, picture.shape[0] - side + 1, side)
        for left in range(0, picture.shape[1] - side + 1, side)
    ]
    chosen = np.unique(np.linspace(0, len(places) - 1, min(count, len(places))).round().astype(int))
    squares = (places[place] for place in chosen)
    return np.stack([pictures[number][top : top + side, left : left + side] for number, top, left in squares])


def magnitudes(squares):
    """Mean magnitude of the discrete Fourier transform of some patches' luma, frequency 0 in the middle.

    A Hann window keeps the patches' borders from adding a cross. Magnitudes are never below what rounding to 8 bits
    alone gives, so that ratios are finite.
    """
    side = squares.shape[1]
    window = np.outer(np.hanning(side), np.hanning(side))
    total = np.zeros((side, side))
    for square in squares:
        luma = square @ samples.LUMA
        total += np.abs(np.fft.fft2((luma - luma.mean()) * window))
    floor = np.sqrt((window**2).sum() / 12)
    return np.fft.fftshift(np.maximum(total / len(squares), floor))


def ratios(squares, models):
    """How codecs change the mean magnitudes of patches that go through their bit-streams.

    Models are named by (codec, weight). Ratios, base 10, are of compressed to original, codecs × weights × side × side;
    they are NaN where there is no model.
    """
    codecs, weights = (list(dict.fromkeys(names)) for names in zip(*models, strict=True))
    before = magnitudes(squares)
    log_ratios = np.full((len(codecs), len(weights), *before.shape), np.nan, np.float32)
    for (name, weight), model in tqdm(models.items(), desc="Codecs", unit="codec", disable=None):
        parts = (squares[start : start + _BATCH] for start in range(0, len(squares), _BATCH))
        after = magnitudes(np.concatenate([codec.transmit(part, model)[0] for part in parts]))
        log_ratios[codecs.index(name), weights.index(weight)] = np.log10(after / before)
    return {
        "codecs": np.array(codecs),
        "weights": np.array(weights),
        "log_ratios": log_ratios,
        "patches": np.array(len(squares)),
    }


def example(name, picture, codec_name, models, others=()):
    """Arrays of one photograph as it is after several versions of a codec, by their weights, with its spectra.

    Bits a pixel are effective ones; they and SSIM (the papers' window) stand beside means over `others` and this one.
    """
    photos, measured, means = [picture], [], []
    for weight, model in models.items():
        coder = Learned(model, weight)
        decoded, *own = coder.coded(picture)
        photos.append(decoded)
        measured.append(own)
        means.append(np.mean([own, *(coder.coded(other)[1:] for other in others)], axis=0))
    bpp, psnr, ssim = np.array(measured, float).T
    bpp_mean, _, ssim_mean = np.array(means, float).T
    return {
        "image": np.array(name),
        "codec": np.array(codec_name),
        "weights": np.array(list(models)),
        "photos": np.stack(photos),
        "bpp": bpp,
        "ssim": ssim,
        "psnr": psnr,
        "bpp_mean": bpp_mean,
        "ssim_mean": ssim_mean,
        "count": np.array(1 + len(others)),
        "spectra": np.stack([samples.spectrum(photo) for photo in photos]),
        "box": np.array(samples.detail(picture)),
    }


def load(texts):
    """Load codecs given as `NAME:WEIGHT=CODEC`, archives of codecs or of joint models, by (name, weight)."""
    models = {}
    for text in texts:
        label, _, place = text.partition("=")
        name, _, weight = label.rpartition(":")
        if not (name and weight and place):
            raise UserError(
                f"{text}: must be a name, a weight and a codec, as in 16c:basic=results/codecs/16c/model.keras"
            )
        if (name, weight) in models:
            raise UserError(f"two codecs are called {label}")
        models[name, weight] = codec.find(place)
    return models
