"""Batches of a training in their order, made ahead of it."""

import concurrent.futures
import threading

import keras
import numpy as np

from neural_imaging.base import termination

_PAUSE = 0.2  # seconds between two looks at whether a training shall end


class TrainingBatches(keras.utils.PyDataset):
    """All batches of a training in their order, as Keras reads them.

    Batch k depends on the seed and on k alone, so that a training that goes on after a stop sees what it would
    have seen. Each pass over the photographs is in a new random order.

    Args:
        sampler: `datasets.patches.PatchSampler`, or another with `images` and `batch`.
        batch: patches a batch.
        total: batches in the whole training.
        seed: whole number.
        start: batches already done.
    """

    def __init__(self, sampler, batch, total, seed, start=0):
        super().__init__()
        self._sampler, self._batch, self._total, self._seed, self._start = sampler, batch, total, seed, start
        # One batch is made ahead, by a thread of its own, so that the main thread is not in the backend while it waits.
        self._maker, self._lock = concurrent.futures.ThreadPoolExecutor(1), threading.Lock()
        self._begun, self._given = {}, -1

    def __len__(self):
        return self._total - self._start

    def __getitem__(self, index):
        batch = self._ahead(index).result()
        with self._lock:
            self._begun, self._given = {key: batch for key, batch in self._begun.items() if key > index}, index
        if index + 1 < len(self):
            self._ahead(index + 1)
        return batch

    def _ahead(self, index):
        """A batch that is being made, or will be next."""
        with self._lock:
            if index not in self._begun:
                self._begun[index] = self._maker.submit(self._make, index)
            return self._begun[index]

    def _make(self, index):
        step = self._start + index
        rng = np.random.default_rng([self._seed, 1, step])
        return self._sampler.batch(self._photographs(step), rng)

    def count_anew(self):
        """Begin with the first batch: those before were made to see their form."""
        self._given = -1

    def wait(self, index, asked):
        """Wait in Python, where signals are seen to, until a batch is made or the program is `asked` to end."""
        while index > self._given and not asked.asked:
            if concurrent.futures.wait([self._ahead(index)], timeout=_PAUSE).done:
                return

    def _photographs(self, step):
        """The photographs of one batch: consecutive ones of an endless row of shuffled passes."""
        count = len(self._sampler.images)
        wanted = np.arange(step * self._batch, (step + 1) * self._batch)
        orders = {p: np.random.default_rng([self._seed, 2, p]).permutation(count) for p in set(wanted // count)}
        return [int(orders[w // count][w % count]) for w in termination.heeded(wanted)]
