"""One learned factor."""

import keras


@keras.saving.register_keras_serializable(package="neural_imaging")
class Scale(keras.layers.Layer):
    """Multiplies everything by one learned factor, which starts at 1; always in float32.

    A codec's latent needs it to reach the ends of the codebook.

    Call arguments:
        inputs: float32, any shape.

    Returns:
        float32, same shape.
    """

    def __init__(self, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})

    def build(self, input_shape):
        """Create the factor."""
        self.factor = self.add_weight(name="factor", shape=(), initializer="ones")

    def call(self, inputs):
        """Multiply."""
        return inputs * self.factor

    def compute_output_shape(self, input_shape):
        """The shape does not change."""
        return input_shape
