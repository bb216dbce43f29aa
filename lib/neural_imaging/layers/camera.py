"""What belongs to a camera and not to a network: where its colours lie on the sensor, and what they mean."""

import keras
import numpy as np
from keras import ops

from neural_imaging.layers import kernels
from neural_imaging.ops.samples import LAST
from neural_imaging.study.settings import CFA_PATTERNS


class _OfCamera(keras.layers.Layer):
    """A layer with one weight that is set, not learned. It computes in float32.

    Files of the released toolbox do not hold such weights; `of_camera` says so to whoever imports them.
    """

    of_camera = True

    def __init__(self, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})

    def _constant(self, name, values):
        start = keras.initializers.Constant(values)
        return self.add_weight(name=name, shape=np.shape(values), initializer=start, trainable=False)


@keras.saving.register_keras_serializable(package="neural_imaging")
class SparseColour(_OfCamera):
    """Puts the samples of a Bayer stack to their places in a picture that is black elsewhere.

    Args:
        cfa_pattern: RGGB, BGGR, GRBG or GBRG, in either case; `set` changes it.

    Call arguments:
        stack: float32, shape (batch, height, width, 4), R, G1, G2, B.
        patterns: optional, whole numbers of shape (batch,): each stack's own pattern, as its place in
            `study.settings.CFA_PATTERNS`.

    Returns:
        RGB, float32, shape (batch, 2 · height, 2 · width, 3), one colour a pixel.
    """

    def __init__(self, cfa_pattern="GBRG", **kwargs):
        super().__init__(**kwargs)
        self._pattern = kernels.cfa_pattern(cfa_pattern)

    def build(self, stack_shape):
        """Create the weight."""
        self.kernel = self._constant("kernel", kernels.upsampling(self._pattern)[0, 0])

    def set(self, cfa_pattern):
        """Change the pattern."""
        self._pattern = kernels.cfa_pattern(cfa_pattern)
        self.kernel.assign(kernels.upsampling(self._pattern)[0, 0])

    def call(self, stack, patterns=None):
        """Rearrange the samples."""
        kernel = self.kernel
        if patterns is not None:
            known = np.stack([kernels.upsampling(name)[0, 0] for name in CFA_PATTERNS])
            kernel = ops.take(known, patterns, axis=0)
        return ops.depth_to_space(_mix(stack, kernel), 2, data_format=LAST)

    def compute_output_shape(self, stack_shape, patterns_shape=None):
        """Sides are doubled."""
        batch, height, width, _ = stack_shape
        sides = (None if side is None else 2 * side for side in (height, width))
        return (batch, *sides, 3)

    def get_config(self):
        """Settings for saving."""
        return {**super().get_config(), "cfa_pattern": self._pattern}


@keras.saving.register_keras_serializable(package="neural_imaging")
class ColourMatrix(_OfCamera):
    """Brings a camera's colours to linear sRGB.

    Args:
        srgb: 3×3 matrix, one row an output; `set` changes it.

    Call arguments:
        images: float32, shape (batch, height, width, 3).
        matrices: optional, float32, shape (batch, 3, 3): each picture's own matrix.

    Returns:
        float32, same shape, not clipped.
    """

    def __init__(self, srgb=None, **kwargs):
        super().__init__(**kwargs)
        self._srgb = kernels.colour_matrix(srgb, kernels.IDENTITY)

    def build(self, images_shape):
        """Create the weight."""
        self.kernel = self._constant("kernel", self._srgb.T)

    def set(self, srgb):
        """Change the matrix."""
        self._srgb = kernels.colour_matrix(srgb, kernels.IDENTITY)
        self.kernel.assign(self._srgb.T)

    def call(self, images, matrices=None):
        """Multiply each pixel by the matrix."""
        return _mix(images, self.kernel if matrices is None else ops.transpose(matrices, (0, 2, 1)))

    def compute_output_shape(self, images_shape, matrices_shape=None):
        """The shape does not change."""
        return images_shape

    def get_config(self):
        """Settings for saving."""
        return {**super().get_config(), "srgb": self._srgb.tolist()}


def _mix(images, kernel):
    """Channels times a matrix, the same for all pictures or one a picture."""
    if len(kernel.shape) == 2:
        return ops.conv(images, kernel[None, None], strides=1, padding="valid", data_format=LAST)
    return ops.einsum("bhwi,bio->bhwo", images, kernel)
