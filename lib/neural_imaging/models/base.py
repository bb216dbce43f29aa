"""What all networks share: they are saved as their settings and weights."""

# First, since it says in one line if Keras has no backend.
import neural_imaging.ops  # noqa: F401  # isort: skip

import inspect
import math

import keras

from neural_imaging.base import runtime
from neural_imaging.study import settings


class Network(keras.Model):
    """A functional Keras model that is saved as the settings it was made from; `study.networks` has those of each
    class.

    A camera pipeline takes Bayer stacks, float32, shape (batch, height, width, 4), R, G1, G2, B in [0, 1]. It gives RGB
    in [0, 1], float32, shape (batch, 2 · height, 2 · width, 3), clipped with a straight-through gradient.

    Args:
        inputs: the model's input tensor.
        outputs: the model's output tensor.
        settings: JSON-able settings that make the same network again, given to the class by name.

    Raises:
        UserError: Keras is set to compute in another way than networks need.

    Attributes:
        declared: the settings that there are, each with its default and its kind; see `study.settings`.
        takes_rgb: of a camera pipeline: it passes developed pictures through, and takes no Bayer stacks.
        unit: of a camera pipeline: it takes Bayer stacks whose sides are multiples of so many cells.
        multiple: of a camera pipeline: in so many cells all that it does repeats, its learned tile included.
        reach: of a camera pipeline: on how many Bayer cells around a block of cells the block's pixels depend at most,
            where the block's borders are at multiples of `multiple`. Photographs are developed by tiles with such
            margins; where it is None, the default, they are developed in one piece.
    """

    declared, takes_rgb, unit, reach = {}, False, 1, None

    def __new__(cls, *arguments, **settings):
        """Refuse wrong settings of Keras before layers are made, which would fail or be of another type."""
        runtime.check_settings()
        return super().__new__(cls, *arguments, **settings)

    def __init__(self, inputs, outputs, settings, **kwargs):
        super().__init__(inputs=inputs, outputs=outputs, **kwargs)
        self._settings = settings

    @classmethod
    def choose(cls, given):
        """All settings, checked, with their defaults; and what else was given, which is for Keras."""
        return settings.choose(cls.declared, given)

    @classmethod
    def setting_names(cls):
        """Names of the settings that there are; a plugin's class may say them in the head of its function alone."""
        return list(cls.declared or list(inspect.signature(cls.__init__).parameters)[1:])

    @property
    def settings(self):
        """The settings that this network was made from."""
        return dict(self._settings)

    @property
    def multiple(self):
        """See the class; a tile's period is even and in pixels, of which two make a cell."""
        return math.lcm(self.unit, max(1, self.settings.get("phase", 0) // 2))

    @property
    def learns(self):
        """Whether there is anything to train."""
        return bool(self.trainable_weights)

    def get_config(self):
        """Settings for saving."""
        return {**self._settings, "name": self.name, "trainable": self.trainable}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make the network from its settings."""
        return cls(**config)


def features(network, *shape, learns=True):
    """Bytes that a functional network's layers give for one picture, at least.

    Args:
        network: Keras model of one input.
        shape: of the picture: height, width, channels.
        learns: the results of all layers are kept for their gradients; otherwise only one layer's at a time.
    """
    tensors = [tensor for operation in network.operations for tensor in keras.tree.flatten(operation.output)]
    layers = keras.Model(network.inputs, tensors, name="sizes")
    given = layers.compute_output_spec(keras.KerasTensor((1, *shape), dtype=network.inputs[0].dtype))
    sizes = [_size(tensor) for tensor in keras.tree.flatten(given)]
    return sum(sizes) if learns else max(sizes)


def _size(tensor):
    return (2 if "16" in tensor.dtype else 4) * math.prod(side or 1 for side in tensor.shape)
