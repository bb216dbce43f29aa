"""Checkpoints from which a killed training goes on and ends with the weights it would have had."""

import contextlib
import copy
import hashlib
import json
import signal
import sys
import time
from pathlib import Path

import keras
import numpy as np

from neural_imaging.base import errors, files, records, runtime
from neural_imaging.base.termination import Termination
from neural_imaging.study import plugins

# Entry of a checkpoint that holds what is no array, and counts in it with their least values.
_STATE = "state"
_COUNTS = {"epoch": -1, "batches": 0, "resumed": 0}


def fingerprint(content, inputs=()):
    """Hash of all that a training depends on: settings (JSON types), input files and the library's modules in use.

    A checkpoint goes on only under the fingerprint it was written with, so that no training mixes old and new
    settings, data or code; and a deterministic one no two ways to compute, which would give other weights than either.
    """
    modules = sorted(
        module.__file__
        for name, module in sys.modules.items()
        if name.startswith("neural_imaging") and getattr(module, "__file__", None)
    )
    parts = [json.dumps(content, sort_keys=True), keras.__version__, keras.backend.backend()]
    parts += [json.dumps(runtime.arithmetic(), sort_keys=True)] if content.get("deterministic") else []
    parts += [files.sha256(path) for path in (*modules, *plugins.files(), *inputs)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _variables(model):
    """All state of a model: weights, generators of random numbers (which `.weights.h5` leaves out), optimizer."""
    return [*model.variables, *model.optimizer.variables]


class Checkpoint(keras.callbacks.Callback):
    """Saves the state of a training at ends of epochs, and brings it back.

    The state is the weights of the model and its optimizer, generators of random numbers, the history, and what
    the other callbacks remember. It is one file with checksums, and the one before it stays, so that a kill at any
    moment or a damaged file costs no more than the epochs between the two. A file's name has the training in it: other
    files of the folder are never touched, also not those of other trainings.

    A program that is asked to end saves after the batch at hand, with the sums behind the epoch's averages, and ends
    with exit code 143.

    Args:
        folder: where checkpoints lie; it must be outside the outputs that a workflow engine deletes.
        identity: fingerprint of the training.
        keepers: objects with `state() -> JSON types` and `restore(state)`, by name. One that also has `arrays()`, a
            list of arrays, gets them back as the second argument of `restore`.
        every, seconds: save after each so many epochs, and where so much time has passed since the last one.

    Attributes:
        resumed: how often the training went on from a checkpoint.
        termination: `termination.Termination` that says whether the program was asked to end.
        batches: `training.batches.TrainingBatches` of the training at work.
    """

    def __init__(self, folder, identity, keepers, every, seconds=60.0):
        super().__init__()
        self._folder, self._keepers = Path(folder), keepers
        self._prefix = f"{records.CHECKPOINT}-{identity[:16]}"
        self._every, self._seconds = every, seconds
        self._saved, self._last = time.monotonic(), None
        # The epoch at work; how many of its batches were done before, and are now; what its averages were then.
        self._epoch, self._begun, self._done, self._averages = 0, 0, 0, []
        # What was brought back, or saved last: epoch and batches.
        self._kept = 0, 0
        # The batches that are learned from, and how many of them the model has asked for.
        self.batches, self._wanted = None, 0
        self.resumed, self.termination = 0, Termination()

    def restore(self, model):
        """Bring back the last state that is whole into a compiled and built model, and say which are not.

        The result is the epoch to go on with, and how many of its batches are done; 0 and 0 where there is nothing.
        """
        # What a kill in the middle of writing has left.
        for file in self._folder.glob(f".{self._prefix}-*.npz"):
            file.unlink(missing_ok=True)
        for path in self._own()[::-1]:
            before = {name: _state_of(keeper) for name, keeper in self._keepers.items()}
            try:
                restored = self._take(model, *_read(path))
            except (*errors.DAMAGED_ARCHIVE, errors.UserError, AttributeError) as error:
                for name, keeper in self._keepers.items():
                    keeper.restore(*before[name])
                why = errors.reason(error).removeprefix(f"{path}: ")
                print(f"{path}: damaged ({why}); passed over", file=sys.stderr, flush=True)
                continue
            self._last = path
            return restored
        return 0, 0

    def _own(self):
        """This training's checkpoints, the last one at the end."""
        return sorted(self._folder.glob(f"{self._prefix}-*.npz"))

    def _take(self, model, state, saved):
        """Bring back a state, or change nothing of the model where it is not this training's."""
        epoch, batches, resumed = (_count(state[name], least) for name, least in _COUNTS.items())
        averages = [saved[f"average{index}"] for index in range(_count(state["averages"]))]
        variables = _variables(model)
        values = [saved[f"v{index}"] for index in range(len(variables))]
        for variable, value in zip(variables, values, strict=True):
            if value.shape != tuple(variable.shape) or value.dtype.kind not in "fiub":
                raise ValueError(f"{variable.path} of shape {value.shape}")
        for name, keeper in self._keepers.items():
            count = state["arrays"].get(name)
            arrays = [] if count is None else [[saved[f"{name}{index}"] for index in range(_count(count))]]
            keeper.restore(state["keepers"][name], *arrays)
            keeper.state()
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        self._averages, self.resumed, self._begun = averages, resumed + 1, batches
        self._epoch, self._done = self._kept = epoch + 1, batches
        return self._kept

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch, self._done = epoch, self._begun
        # Keras has just set all of them to zero.
        if self._averages:
            for variable, value in zip(self.model.metrics_variables, self._averages, strict=True):
                variable.assign(value)
            self._averages = []

    def on_train_begin(self, logs=None):
        self._wanted = 0
        self.batches.count_anew()

    def on_train_batch_begin(self, batch, logs=None):
        # A step of TensorFlow's that waits for its batch sees to no signal, and has begun to change the state.
        self.batches.wait(self._wanted, self.termination)
        self._wanted += 1
        if self.termination.asked:
            self.end()

    def on_train_batch_end(self, batch, logs=None):
        self._done = self._begun + batch + 1
        # The last batch of an epoch has its validation behind it, and `on_epoch_end`.
        if self.termination.asked and batch + 1 < self.params["steps"]:
            self.end()

    def on_epoch_end(self, epoch, logs=None):
        self._begun = 0
        due = (epoch + 1) % self._every == 0 or time.monotonic() - self._saved > self._seconds
        if (due or self.termination.asked) and not self.model.stop_training:
            self.save(epoch)
            if self.termination.asked:
                self._leave()

    def end(self, whole=True):
        """Save the state after the last batch, where that is not done, and end the program.

        After a step that was not taken to its end, the state is not `whole`.
        """
        if whole and (self._epoch, self._done) != self._kept:
            self.save(self._epoch - 1, self._done)
        self._leave()

    def _leave(self):
        print("asked to end: the training is saved, and goes on when it is started again", file=sys.stderr, flush=True)
        raise SystemExit(128 + signal.SIGTERM)

    def save(self, epoch, batches=0):
        """Write the state after `epoch` and so many batches of the next one; of those before it one stays."""
        if batches and hasattr(self.model, "jax_state_sync"):
            # Within an epoch JAX's newest weights are not in the model.
            self.model.jax_state_sync()
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = {key: keeper.arrays() for key, keeper in self._keepers.items() if hasattr(keeper, "arrays")}
        variables = [keras.ops.convert_to_numpy(variable) for variable in _variables(self.model)]
        averages = self.model.metrics_variables if batches else []
        groups = {"v": variables, "average": list(map(keras.ops.convert_to_numpy, averages)), **kept}
        arrays = {f"{key}{index}": array for key, group in groups.items() for index, array in enumerate(group)}
        state = {
            "epoch": epoch,
            "batches": batches,
            "averages": len(averages),
            "resumed": self.resumed,
            "keepers": {key: keeper.state() for key, keeper in self._keepers.items()},
            "arrays": {key: len(group) for key, group in kept.items()},
        }
        path = self._folder / f"{self._prefix}-{epoch + 1:06d}-{batches:06d}.npz"
        with files.atomic(path) as temporary:
            np.savez(temporary, **{_STATE: np.frombuffer(json.dumps(state).encode(), np.uint8)}, **arrays)
        for old in self._own():
            if old not in (path, self._last):
                old.unlink(missing_ok=True)
        self._saved, self._last, self._kept = time.monotonic(), path, (epoch + 1, batches)

    def remove(self):
        """Remove this training's checkpoints, and their folder where nothing else is in it."""
        for file in self._own():
            file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._folder.rmdir()


def _state_of(keeper):
    """What brings a keeper back to where it is: arguments of its `restore`."""
    return (copy.deepcopy(keeper.state()), *([list(keeper.arrays())] if hasattr(keeper, "arrays") else []))


def _count(value, least=0):
    """A number of things in a checkpoint."""
    if type(value) is not int or not least <= value < 2**40:
        raise ValueError(f"{value!r} is no count")
    return value


def _read(path):
    """A checkpoint's state and arrays, all of them read and held against their checksums."""
    files.check_archive(path)
    with np.load(path, allow_pickle=False) as saved:
        arrays = {name: saved[name] for name in saved.files}
    return json.loads(arrays.pop(_STATE).tobytes()), arrays
