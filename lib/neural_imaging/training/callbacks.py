"""What watches over a training: its history, its convergence, its numbers and its progress bar."""

import math
import sys
import time

import keras
import pandas as pd
from tqdm import tqdm

from neural_imaging.base import files
from neural_imaging.base.errors import UserError


class TrainingDivergedError(UserError):
    """The loss is not a number any more; the last good checkpoint is kept."""


class FiniteLoss(keras.callbacks.Callback):
    """Stops a training whose loss is not finite, before the state is saved; `details` say which training that is."""

    def __init__(self, details=""):
        super().__init__()
        self._details = details

    def on_epoch_end(self, epoch, logs=None):
        if not all(math.isfinite(value) for value in (logs or {}).values()):
            rate = float(self.model.optimizer.learning_rate)
            raise TrainingDivergedError(
                f"the loss is not finite in epoch {epoch + 1} ({self._details}, learning rate {rate:g}); the last "
                "good checkpoint is kept; a smaller learning rate may help"
            )


class History(keras.callbacks.Callback):
    """Keeps one row of numbers for each validation, by their names in Keras's logs; "val_x" becomes "validation_x"."""

    def __init__(self, columns):
        super().__init__()
        self._columns = columns
        self.rows = []
        self._spent, self._started = 0.0, time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        if any(name.startswith("val_") for name in logs or {}):
            row = {"epoch": epoch + 1, "learning_rate": float(self.model.optimizer.learning_rate)}
            row |= {name.replace("val_", "validation_"): float(logs[name]) for name in self._columns}
            self.rows.append({**row, "seconds": round(self._elapsed(), 1)})

    def _elapsed(self):
        return self._spent + time.monotonic() - self._started

    def state(self):
        return {"rows": self.rows, "seconds": self._elapsed()}

    def restore(self, state):
        rows, spent = [dict(row) for row in state["rows"]], float(state["seconds"])
        self.rows, self._spent, self._started = rows, spent, time.monotonic()

    def last(self, epoch=None):
        """The numbers of the last validation, or of the one after `epoch` (counted from 0); {} where there is none."""
        rows = self.rows if epoch is None else [row for row in self.rows if row["epoch"] == epoch + 1]
        return rows[-1] if rows else {}

    def write(self, path):
        numbers = [name.replace("val_", "validation_") for name in self._columns]
        columns = ["epoch", "learning_rate", *numbers, "seconds"]
        with files.atomic(path) as temporary:
            pd.DataFrame(self.rows, columns=columns).to_csv(temporary, index=False)


class Convergence(keras.callbacks.Callback):
    """Stops a training whose smoothed validation loss has not improved for some time.

    The loss is averaged over the last validations. It has improved where this average is lower than the lowest before
    it by more than `tolerance`, relatively.

    Args:
        patience: validations in a row without an improvement after which the training stops; 0 never stops.
        tolerance: least relative improvement.
        tail: validations in the average.
        measure: another number to watch in place of the loss, by its name in Keras's logs.
        rising: that number improves when it grows, as SSIM does.
    """

    def __init__(self, patience, tolerance=0.0, tail=4, measure="val_loss", rising=False):
        super().__init__()
        self._patience, self._tolerance, self._tail = patience, tolerance, tail
        self._measure, self._rising = measure, rising
        self._values = []

    def on_epoch_end(self, epoch, logs=None):
        if self._measure in (logs or {}):
            self._values.append(float(logs[self._measure]))
            if self._patience and self._waited() >= self._patience:
                self.model.stop_training = True

    def _waited(self):
        """Validations since the last improvement; the first average is one."""
        best, waited = None, 0
        for end in range(self._tail, len(self._values) + 1):
            average = sum(self._values[end - self._tail : end]) / self._tail
            gain = 0 if best is None else average - best if self._rising else best - average
            waited += 1
            if best is None or gain > self._tolerance * abs(best):
                best, waited = average, 0
        return waited

    def state(self):
        return self._values

    def restore(self, state):
        self._values = [float(value) for value in state]


class Deterioration(keras.callbacks.Callback):
    """Lowers the learning rate each time a validation is clearly worse than the best one so far.

    Args:
        drop: factor on the learning rate; 1 never lowers it. The released toolbox has 0.95.
        above: how many times the lowest validation loss counts as worse.
        patience: validations before the first look.
    """

    def __init__(self, drop, above, patience=5):
        super().__init__()
        self._drop, self._above, self._patience = drop, above, patience
        self._seen, self._lowest = 0, None
        self.factor = 1.0

    def on_epoch_end(self, epoch, logs=None):
        if "val_loss" not in (logs or {}):
            return
        loss = float(logs["val_loss"])
        self._seen += 1
        self._lowest = loss if self._lowest is None else min(loss, self._lowest)
        if self._seen > self._patience and loss > self._above * self._lowest:
            self.factor *= self._drop

    def state(self):
        return {"factor": self.factor, "seen": self._seen, "lowest": self._lowest}

    def restore(self, state):
        lowest = None if state["lowest"] is None else float(state["lowest"])
        self.factor, self._seen, self._lowest = float(state["factor"]), int(state["seen"]), lowest


class Best(keras.callbacks.Callback):
    """Keeps the weights of the validation with the lowest loss, for the end of the training, in checkpoints too."""

    def __init__(self):
        super().__init__()
        self.epoch, self._loss, self._weights = None, math.inf, []

    def on_epoch_end(self, epoch, logs=None):
        loss = float((logs or {}).get("val_loss", math.inf))
        if loss < self._loss:
            self.epoch, self._loss = epoch, loss
            self._weights = [keras.ops.convert_to_numpy(weight).copy() for weight in self.model.weights]

    def apply(self, model):
        """Give a model the weights that were kept, if there are any."""
        for weight, kept in zip(model.weights, self._weights, strict=False):
            weight.assign(kept)

    def state(self):
        return {"epoch": self.epoch, "loss": self._loss if self._weights else None}

    def arrays(self):
        return self._weights

    def restore(self, state, arrays):
        self.epoch, self._weights = state["epoch"], list(arrays)
        self._loss = math.inf if state["loss"] is None else state["loss"]


class Averages(keras.callbacks.Callback):
    """Validates a model with the averages of its weights, where its optimizer has them; see `PartwiseAdam`."""

    def on_test_begin(self, logs=None):
        self._swap()

    def on_test_end(self, logs=None):
        self._swap()

    def _swap(self):
        for weight, average in self.model.optimizer.averages:
            learned = keras.ops.convert_to_numpy(weight).copy()
            weight.assign(average)
            average.assign(learned)

    @staticmethod
    def apply(model):
        """Give a model the averages, where there are any, for good."""
        for weight, average in model.optimizer.averages:
            weight.assign(average)


class Progress(keras.callbacks.Callback):
    """One bar over all epochs on a terminal, with some of Keras's numbers; in a log, a plain line a validation."""

    def __init__(self, title, epochs, shown):
        super().__init__()
        self._title, self._epochs, self._shown = title, epochs, shown
        self._bar = None

    def on_train_begin(self, logs=None):
        if sys.stderr.isatty():
            self._bar = tqdm(total=self._epochs, desc=self._title, unit="epoch")

    def on_epoch_end(self, epoch, logs=None):
        numbers = {name.replace("val_", ""): f"{logs[name]:.4g}" for name in self._shown if name in logs}
        if self._bar is not None:
            self._bar.update(epoch + 1 - self._bar.n)
            if numbers:
                self._bar.set_postfix(numbers, refresh=False)
        elif numbers:
            text = ", ".join(f"{name} {value}" for name, value in numbers.items())
            print(f"{self._title}: epoch {epoch + 1} of {self._epochs}: {text}", file=sys.stderr, flush=True)

    def on_train_end(self, logs=None):
        if self._bar is not None:
            self._bar.close()
