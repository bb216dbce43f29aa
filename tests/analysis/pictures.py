"""Pictures and models that tests of analyses share."""

import numpy as np

import neural_imaging as ni

CLASSES = ["native", "sharpen", "awgn", "resample"]


def textured(height, width, seed=0):
    """uint8, shape (height, width, 3): noise that is strong enough to be judged, and differs from place to place."""
    random = np.random.default_rng(seed)
    rows = np.linspace(0.2, 1, height)[:, None, None]
    return (128 + 100 * rows * (random.random((height, width, 3)) - 0.5)).clip(0, 255).astype(np.uint8)


def network(**settings):
    """A small forensic network with other weights than it begins with, so that its answers differ."""
    fan = ni.create("FAN", **{"n_classes": 4, "n_filters": 4, "n_convolutions": 2, "dense": [8], **settings})
    random = np.random.default_rng(1)
    for weight in fan.trainable_weights:
        spread = 1 / np.sqrt(max(1, np.prod(weight.shape[:-1])))
        weight.assign(random.normal(scale=spread, size=weight.shape).astype(np.float32))
    return fan
