"""How fast this machine trains: the time of one training step of each part that trainings are made of.

`workflow/planning/work.py` says which parts there are and how much of each a training has.
"""

import json
import time

import keras
import numpy as np
from keras import ops

from neural_imaging import models
from neural_imaging.base import runtime
from neural_imaging.forensics import manipulations
from neural_imaging.forensics.channel import Channel
from neural_imaging.models.dcn.base import DCN
from neural_imaging.study import operations
from neural_imaging.training.codec import CodecTraining
from neural_imaging.training.isp import Imitation

STEP = json.dumps({"step": "alone"})
# What a processor computes in a step at most: what takes longer is measured on fewer and smaller pictures, down to one
# of this side. Cards need whole batches to be busy.
MOST_OPERATIONS, MOST_PIXELS, LEAST_SIDE = 20_000_000_000, 300_000, 32
# Steps that are timed of each part, and the seconds after which no more are.
REPEATS, SECONDS = 5, 0.5
# A step takes at least this share of what was measured when the time of an empty one is taken off.
SHARE = 0.1


def measure(parts):
    """Time training steps.

    Args:
        parts: names of parts, JSON of mappings with one of the keys "network", "manipulation" and "channel"; or `STEP`.

    Returns:
        Seconds for one operation of a network, or for going once through one pixel, by the parts' names; and `STEP`,
        those that a step takes beside all work.
    """
    alone, seconds = _least(_step({"step": "alone"}, 1, 1)), {}
    for name in set(parts) - {STEP}:
        part = json.loads(name)
        side, count, amount = _size(part)
        taken = _least(_step(part, side, count))
        seconds[name] = max(taken - alone, SHARE * taken) / amount
    return {STEP: alone, **seconds}


def _size(part):
    """Side and number of pictures in a step, and how many operations or pixels it goes through."""
    side, count = part["side"], part["batch"]
    if "network" not in part:
        passes = operations.FORWARDS + operations.BACKWARDS
        count = count if runtime.accelerator() is not None else max(1, min(count, MOST_PIXELS // (passes * side**2)))
        return side, count, count * passes * side**2

    def of_one():
        return operations.LEARNING * operations.forward(part["network"], part["settings"], side)

    if runtime.accelerator() is None:
        while of_one() > MOST_OPERATIONS and side % (2 * LEAST_SIDE) == 0:
            side //= 2
        count = max(1, min(count, MOST_OPERATIONS // of_one()))
    return side, count, count * of_one()


def _least(step):
    """Least seconds of a call: what else the machine does only adds to them."""
    # Builds graphs.
    step()
    taken, started = [], time.perf_counter()
    while not taken or (len(taken) < REPEATS and time.perf_counter() - started < SECONDS):
        before = time.perf_counter()
        step()
        taken.append(time.perf_counter() - before)
    return min(taken)


def _step(part, side, count):
    """A training step on so many pictures, as a call without arguments that ends when the step has ended."""
    rng = np.random.default_rng(0)

    def pictures(side, channels=3):
        return rng.random((count, side, side, channels), np.float32)

    if "step" in part:
        return _fitting(Through(lambda images: images), np.zeros((1, 1, 1, 3), np.float32))
    if "manipulation" in part:
        name, seeds = part["manipulation"], keras.random.SeedGenerator(0)
        return _fitting(Through(lambda images: manipulations.apply(name, images, seed=seeds)), pictures(side))
    if "channel" in part:
        channel = Channel(**part["channel"], seed=0)
        return _fitting(Through(lambda images: channel(images, training=True)), pictures(side))
    if part["network"] == "FAN":
        network = models.create("FAN", patch_size=side, **part["settings"])
        labels = np.arange(count) % network.settings["n_classes"]
        return _fitting(network, pictures(side), labels, "sparse_categorical_crossentropy")
    network = models.create(part["network"], **part["settings"])
    if isinstance(network, DCN):
        return _fitting(CodecTraining(network, count * side**2), pictures(side))
    target = pictures(2 * side)
    stack = target if network.takes_rgb else pictures(side, 4)
    if network.learns:
        return _fitting(Imitation(network, part["loss"]), stack, target)
    # What learns is gone through so often: forwards, and back to its weights and to what it was given.
    return lambda: [network.predict_on_batch(stack) for _ in range(3)]


def _fitting(model, x, y=None, loss=None):
    """A step of Adam, whose result is waited for; compiled as in `training.loop`."""
    model.compile(keras.optimizers.Adam(1e-4), loss, jit_compile="auto" if keras.backend.backend() == "jax" else False)
    return lambda: model.train_on_batch(x, x if y is None else y)


class Through(keras.Model):
    """Pictures, each colour times a weight that learns, sent through a function: its gradient is computed too."""

    def __init__(self, function):
        super().__init__()
        self._function = function
        self._weight = self.add_weight(shape=(3,), initializer="ones")

    def call(self, images):
        return self._function(images * self._weight)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        # Some manipulations pass no gradient; the second part always does.
        return ops.mean(ops.square(y_pred)) + ops.sum(self._weight)
