"""The optimizer of all trainings: Adam whose parts may learn slower, or later, and that may average what it learns."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="neural_imaging")
class PartwiseAdam(keras.optimizers.Adam):
    """Adam with a factor on the learning rate of some variables, steps before which they do not move, and averages.

    Adam makes each variable's step as large as any other's, however small its gradient. What is trained already would
    be shaken by a network beside it that knows nothing yet. Keras has averages of its own, which know nothing of
    factors, and which each call of `fit` writes over what was learned, so that a training could not go on.

    Args:
        factors: list of (variable, factor) pairs; all other variables have a factor of 1.
        lead: steps before which these variables stay. Adam's moments of them are gathered meanwhile.
        averaged: steps that the average of each variable reaches back: that of all steps at first, and from then on an
            exponential one. 0 averages nothing.

    Attributes:
        averages: list of (variable, average) pairs, once it is built; empty where nothing is averaged.
    """

    def __init__(self, learning_rate=0.001, factors=(), lead=0, averaged=0, **others):
        super().__init__(learning_rate, **others)
        # Functions, since Keras takes variables in a list for the optimizer's own.
        self._factors, self._lead, self._averaged = lambda: factors, lead, averaged
        self._learned = list

    @property
    def averages(self):
        """Variables beside their averages."""
        return list(zip(self._learned(), self._means, strict=True)) if self._learned() else []

    def build(self, variables):
        """Make what is kept for each variable."""
        super().build(variables)
        if self._averaged:
            learned = list(variables)
            self._learned, self._means = lambda: learned, self.add_optimizer_variables(variables, "mean")

    def apply(self, grads, trainable_variables=None):
        """Do one step, take back what goes beyond the factors, and average."""
        former = [ops.copy(variable) for variable, _ in self._factors()]
        leads = ops.less(self.iterations, self._lead)
        super().apply(grads, trainable_variables)
        for (variable, factor), value in zip(self._factors(), former, strict=True):
            share = ops.where(leads, 0.0, factor)
            variable.assign(value + share * (ops.convert_to_tensor(variable) - value))
        if self._averaged:
            # The step is counted by now.
            share = 1 / ops.minimum(ops.cast(self.iterations, "float32"), float(self._averaged))
            for variable, mean in self.averages:
                mean.assign(mean + share * (ops.convert_to_tensor(variable) - mean))
