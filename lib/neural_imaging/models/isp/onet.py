"""The camera pipeline of pictures that are developed already."""

import keras
from keras import layers

from neural_imaging.models.base import Network
from neural_imaging.study.networks import NETWORKS


@keras.saving.register_keras_serializable(package="neural_imaging")
class ONet(Network):
    """Passes RGB pictures, (batch, height, width, 3), through, so that sets without RAW go through the same workflow.

    It has no weights, and `precision` no effect.
    """

    declared = NETWORKS["ONet"].settings
    # Trainings and evaluations give it developed pictures in place of Bayer stacks.
    takes_rgb = NETWORKS["ONet"].takes_rgb

    def __init__(self, **given):
        chosen, others = self.choose(given)
        images = keras.Input((None, None, 3), name="images")
        same = layers.Identity(dtype="float32")(images)
        super().__init__(images, same, chosen, **others)
