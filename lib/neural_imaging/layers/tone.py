"""From linear light to the values of a picture: brightness and gamma."""

import keras
from keras import ops

from neural_imaging.ops import tone


@keras.saving.register_keras_serializable(package="neural_imaging")
class Tone(keras.layers.Layer):
    """Normalises the brightness of pictures in linear light, and applies the gamma curve.

    Args:
        brightness: "none"; "percentile": the darkest and the brightest 0.5 % of samples become black and white;
            "shift": the mean becomes 0.25.
        gamma: samples are raised to the power of 1 / gamma.
        floor: darkest linear value; what is below is raised to it. The released toolbox has 1/255.

    Call arguments:
        images: linear RGB, float32, shape (batch, height, width, 3).
        levels: optional, what `levels` measured on a whole picture, for a part of it.

    Returns:
        RGB in [0, 1], float32, same shape; clipped with a straight-through gradient.
    """

    def __init__(self, brightness="none", gamma=2.2, floor=0.0, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.brightness, self.gamma, self.floor = brightness, gamma, floor

    def levels(self, images):
        """Linear values that become black and white, (2, batch) for pictures or None where nothing is normalised."""
        return tone.levels(images, self.brightness)

    def call(self, images, levels=None):
        """Normalise, clip and apply the curve."""
        levels = self.levels(images) if levels is None else levels
        if levels is not None:
            black, white = (ops.reshape(level, (-1, 1, 1, 1)) for level in ops.unstack(levels, 2))
            images = (images - black) / ops.maximum(white - black, 1e-6)
        return tone.gamma(images, self.gamma, self.floor)

    def compute_output_shape(self, images_shape, levels_shape=None):
        """The shape does not change."""
        return images_shape

    def get_config(self):
        """Settings for saving."""
        return {**super().get_config(), "brightness": self.brightness, "gamma": self.gamma, "floor": self.floor}
