"""Steps of a distribution channel, each with gradient, and as real programs do it on 8 bits.

A new one is a class with the decorator `step` in one of the modules `steps_…`, and its settings in `study.channels`.
"""

import zlib

import numpy as np
from keras import ops

from neural_imaging.coding import libjpeg
from neural_imaging.forensics.draws import Draw
from neural_imaging.study import channels
from neural_imaging.study.settings import OPTIONAL

_CLASSES = {}


def make(settings, seed=None):
    """A step from its settings, which are checked.

    Args:
        settings: mapping with `step`; what it leaves out has the declared default.
        seed: seeds what a layer in it draws.
    """
    name = settings["step"]
    kinds = {key: kind for key, (_, kind, *_) in channels.STEPS[name].items()}
    defaults = {key: value for key, (value, *_) in channels.STEPS[name].items() if value is not OPTIONAL}
    chosen = {**defaults, **{key: value for key, value in settings.items() if key != "step"}}
    draws = {key: Draw(kinds[key], value) for key, value in chosen.items()}
    return _CLASSES[name](name, settings, draws, seed)


def step(*names):
    """Register a class as the step, or steps, of a name."""

    def register(made):
        _CLASSES.update(dict.fromkeys(names, made))
        return made

    return register


class Step:
    """What the steps have in common.

    Attributes:
        name: of the step.
        settings: as they were given.
        draws: each setting's `Draw`, by name.
        reach: how many pixels away, at most, a pixel still counts for one of the result; None where that has no limit.
        grid: the period in pixels after which the step repeats.
        codes: it writes a file that a real program reads: it has `encode` and `decode`.
        layer: a Keras layer with state of its own, or None.
    """

    reach, grid, codes, layer = 0, 1, False, None

    def __init__(self, name, settings, draws, seed=None):
        self.name, self.settings, self.draws = name, settings, draws
        self.prepare(seed)

    def prepare(self, seed):
        """Set what follows from the settings."""

    @property
    def varies(self):
        """Whether anything is drawn in training."""
        return any(draw.varies for draw in self.draws.values())

    def value(self, key, training, seed):
        """A setting: drawn, a scalar tensor, in training where it varies, and the steady one otherwise."""
        return self.draws[key].draw(seed) if training else self.draws[key].steady

    def apply(self, images, training, seed):
        """Float pictures in [0, 1], a batch, after the step. The seed is that of what is drawn."""
        raise NotImplementedError

    def real(self, picture):
        """One picture after the step as it is outside of trainings: uint8, shape (height, width, 3), in and out.

        What is random follows from the picture, so that it comes out alike each time.
        """
        tensor = ops.convert_to_tensor(picture[np.newaxis].astype(np.float32) / 255)
        received = self.apply(tensor, False, zlib.crc32(np.ascontiguousarray(picture)) % 2**31)
        return libjpeg.to_8_bits(ops.convert_to_numpy(received))[0]

    def received(self, height, width):
        """Height and width of the result, outside of trainings."""
        return height, width

    def fixed(self, rng=None):
        """Settings with one value each: the steady ones, or those that a NumPy generator draws."""
        return {"step": self.name, **{key: draw.pick(rng) for key, draw in self.draws.items()}}
