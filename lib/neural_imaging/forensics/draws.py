"""Settings of channels that may vary while something is trained."""

import keras
from keras import ops

from neural_imaging.study import channels


class Draw:
    """A setting that is fixed, or drawn anew for each batch of a training.

    Args:
        kind: its declared kind.
        setting: its value: one, a range [low, high], or a list.

    Attributes:
        values: what it can be, in the order of the setting; None where that is any number of a range.
        steady: what it is outside of trainings: the middle of a range, the first of a list.
    """

    def __init__(self, kind, setting):
        self.setting = list(setting) if isinstance(setting, list | tuple) else setting
        self.values, self.steady = channels.choices(kind, setting), channels.steady(kind, setting)

    @property
    def varies(self):
        """Whether it can be more than one thing."""
        return self.values is None or len(self.values) > 1

    def draw(self, seed):
        """A number: a scalar tensor, float32 or int32, where it varies, and a number otherwise.

        Args:
            seed: whole number or `keras.random.SeedGenerator`.
        """
        if not self.varies:
            return self.steady
        if self.values is None:
            return keras.random.uniform((), *self.setting, dtype="float32", seed=seed)
        whole = all(isinstance(value, int) for value in self.values)
        drawn = keras.random.randint((), 0, len(self.values), seed=seed)
        return ops.take(ops.convert_to_tensor(self.values, "int32" if whole else "float32"), drawn)

    def pick(self, rng=None):
        """One value, the steady one, or what a NumPy generator draws."""
        if rng is None or not self.varies:
            return self.steady
        if self.values is None:
            return float(rng.uniform(*self.setting))
        return self.values[int(rng.integers(len(self.values)))]
