"""A learned codec that is quick to make and to run, for tests of what is done with codecs."""

import keras
import numpy as np

from neural_imaging.models.dcn.base import DCN


@keras.saving.register_keras_serializable(package="tests")
class TinyCodec(DCN):
    """Each latent cell holds means of its own pixels alone."""

    encoder_reach, decoder_reach = 0, 0

    @staticmethod
    def encoder_stack(images, settings):
        """Weighted sums of the cell's pixels."""
        return keras.layers.Conv2D(settings["n_features"], 8, 8, name="down")(images)

    @staticmethod
    def decoder_stack(latent, settings):
        """The cell's pixels, each a weighted sum of the features."""
        return keras.layers.Conv2DTranspose(3, 8, 8, name="up")(latent)


def make(n_features=4, seed=0):
    """A codec whose first feature is the brightness of a cell in 20 steps; the others are small details of it."""
    model, random = TinyCodec(n_features=n_features), np.random.default_rng(seed)
    down, _ = model.encoder.get_layer("down").weights
    kernel = random.normal(scale=0.05, size=down.shape).astype(np.float32)
    kernel[..., 0] = 20 / (64 * 3)
    down.assign(kernel)
    up, _ = model.decoder.get_layer("up").weights
    kernel = np.zeros(up.shape, np.float32)
    kernel[..., 0] = 1 / 20
    up.assign(kernel)
    return model
