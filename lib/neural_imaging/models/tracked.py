"""Models that measure more in validations than in training."""

import keras
from keras import ops


class Tracked(keras.Model):
    """Model whose loss notes numbers, of which an epoch shows the means.

    What a training does not measure is missing in its numbers, where Keras alone would show the 0.0 of an empty mean.

    Attributes:
        tracked: names of all numbers.
    """

    tracked = ()
    _noted = ()

    def track(self, *names):
        """Keep means of these numbers; called once, in the constructor."""
        self.tracked = names
        self._trackers = {name: keras.metrics.Mean(name=name) for name in names}

    @property
    def metrics(self):
        return [self._loss_tracker, *self._trackers.values()] if self.compiled else list(self._trackers.values())

    def start_noting(self):
        """Forget which numbers were noted before; called first when a loss is computed."""
        self._noted = ()

    def note(self, count, **values):
        """Keep numbers of a batch, of `count` patches, for the epoch's means; None where each is given by itself."""
        for name, value in values.items():
            self._noted = (*self._noted, name)
            if count is None:
                self._trackers[name].update_state(value)
            else:
                self._trackers[name].update_state(ops.mean(value), sample_weight=count)

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """Means of what was noted in this step, and of the loss."""
        unknown = set(self.tracked) - set(self._noted)
        return {name: value for name, value in self.get_metrics_result().items() if name not in unknown}
