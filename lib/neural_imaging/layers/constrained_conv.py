"""The constrained convolution that a forensic network begins with."""

import keras
import numpy as np
from keras import ops

from neural_imaging.layers import kernels
from neural_imaging.ops import filters
from neural_imaging.ops.samples import LAST


@keras.saving.register_keras_serializable(package="neural_imaging")
class ConstrainedConv2D(keras.layers.Layer):
    """Learned residual filter with a fixed negative centre (Bayar & Stamm, 2018), for RGB pictures.

    Each output channel's weights sum to zero, so that the filter suppresses content and keeps local
    dependencies between pixels, which is where manipulations leave traces. Borders are mirrored.
    The layer always computes in float32: in 16 bits the residual would drown in rounding errors.

    Args:
        strength: weight of the centre tap, subtracted from the normalised neighbourhood.

    Call arguments:
        images: float32, shape (batch, height, width, 3), values in [0, 1].

    Returns:
        Residuals, float32, shape (batch, height, width, 3).

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> residuals = ni.ConstrainedConv2D()(np.full((1, 16, 16, 3), 0.5, np.float32))
        >>> bool(abs(residuals).numpy().max() < 1e-3)
        True

    Reference:
        B. Bayar, M. Stamm, "Constrained convolutional neural networks", IEEE TIFS 13(11), 2018.
    """

    def __init__(self, strength=100, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.strength = strength
        centre = np.zeros(kernels.RESIDUAL.shape)
        centre[2, 2] = 1
        self._centre = kernels.on_each_channel(centre)

    def build(self, input_shape):
        """Create the filter's weights."""
        start = keras.initializers.Constant(kernels.on_each_channel(kernels.RESIDUAL))
        self.kernel = self.add_weight(name="kernel", shape=(5, 5, 3, 3), initializer=start)

    def filter(self):
        """The constrained filter: the neighbourhood sums to `strength`, the centre is −`strength`."""
        centre = ops.convert_to_tensor(self._centre)
        neighbourhood = self.kernel * (1 - centre)
        total = ops.sum(neighbourhood, axis=(0, 1, 2), keepdims=True)
        return self.strength * (neighbourhood / total - centre)

    def call(self, images):
        """Filter the images."""
        return ops.conv(
            filters.continued(images, 2, "symmetric"), self.filter(), strides=1, padding="valid", data_format=LAST
        )

    def compute_output_shape(self, input_shape):
        """The shape does not change."""
        return input_shape

    def get_config(self):
        """Settings for saving."""
        return {**super().get_config(), "strength": self.strength}
