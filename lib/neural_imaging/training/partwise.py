"""An optimizer in which some parts of a model learn slower than others, or later."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="neural_imaging")
class PartwiseAdam(keras.optimizers.Adam):
    """Adam with a factor on the learning rate of some variables, and steps before which they do not move.

    Adam makes each variable's step as large as any other's, however small its gradient. What is trained already would
    be shaken by a network beside it that knows nothing yet.

    Args:
        factors: list of (variable, factor) pairs; all other variables have a factor of 1.
        lead: steps before which these variables stay. Adam's moments of them are gathered meanwhile.
    """

    def __init__(self, learning_rate=0.001, factors=(), lead=0, **others):
        super().__init__(learning_rate, **others)
        # A function, since Keras takes variables in a list for the optimizer's own.
        self._factors, self._lead = lambda: factors, lead

    def apply(self, grads, trainable_variables=None):
        """Do one step, and take back what goes beyond the factors."""
        former = [ops.copy(variable) for variable, _ in self._factors()]
        leads = ops.less(self.iterations, self._lead)
        super().apply(grads, trainable_variables)
        for (variable, factor), value in zip(self._factors(), former, strict=True):
            share = ops.where(leads, 0.0, factor)
            variable.assign(value + share * (ops.convert_to_tensor(variable) - value))
