"""The papers' learned codec."""

import keras
from keras import layers

from neural_imaging.layers.depth_to_space import DepthToSpace
from neural_imaging.models.dcn import transform
from neural_imaging.models.dcn.base import DCN
from neural_imaging.study.networks import NETWORKS


@keras.saving.register_keras_serializable(package="neural_imaging")
class TwitterDCN(DCN):
    """Auto-encoder after Theis et al., without their normalisation, as in the released toolbox.

    16, 32 and 64 features are the papers' low, medium and high quality. The outermost convolutions have half as many as
    `width` says. Fewer than the papers' 3 residual blocks (`n_blocks`) make a network that learns faster and codes less
    well. From the block transform (`start` "dct", see `models.dcn.transform`) a small training comes much further; it
    wants a lower learning rate. Weights are in the toolbox's order.

    Reference:
        L. Theis, W. Shi, A. Cunningham, F. Huszár, "Lossy image compression with compressive autoencoders", ICLR 2017.
    """

    declared = NETWORKS["TwitterDCN"].settings

    def __init__(self, **given):
        super().__init__(**given)
        if self.settings["start"] == "dct":
            convolutions = (_convolutions(part) for part in (self.encoder, self.decoder))
            transform.begin(*convolutions, self.settings["width"], self.settings["n_features"], self.codebook[-1])

    @property
    def encoder_reach(self):
        """Each block looks a cell further; the other convolutions together less than two."""
        return self.settings["n_blocks"] + 2

    @property
    def decoder_reach(self):
        """As the encoder's."""
        return self.settings["n_blocks"] + 2

    @staticmethod
    def encoder_stack(images, settings):
        """Three convolutions of stride 2, with residual blocks before the last; see `DCN`."""
        activation, deep, width = settings["activation"], settings["precision"], settings["width"]
        features = layers.Rescaling(2.0, -1.0, dtype="float32")(images)
        features = _convolution(width // 2, 5, 2, activation)(features)
        features = _convolution(width, 5, 2, dtype=deep)(features)
        start = layers.Activation(activation, dtype=deep)(features)
        if settings["n_blocks"]:
            features = layers.Add(dtype=deep)([features, _change(start, settings)])
            features = _blocks(features, settings["n_blocks"] - 1, settings)
        else:
            features = start
        return _convolution(settings["n_features"], 5, 2)(features)

    @staticmethod
    def decoder_stack(latent, settings):
        """Three convolutions with depth-to-space, and residual blocks after the first; see `DCN`."""
        activation, deep, width = settings["activation"], settings["precision"], settings["width"]
        features = DepthToSpace(2, dtype=deep)(_convolution(4 * width, 3)(latent))
        # The blocks have activations of their own.
        if settings["n_blocks"]:
            features = _blocks(features, settings["n_blocks"], settings)
        else:
            features = layers.Activation(activation, dtype=deep)(features)
        features = DepthToSpace(2, dtype=deep)(_convolution(2 * width, 3, 1, activation, deep)(features))
        features = DepthToSpace(2, dtype="float32")(_convolution(12, 3)(features))
        return layers.Rescaling(0.5, 0.5, dtype="float32")(features)


def _convolutions(network):
    return [layer for layer in network.layers if isinstance(layer, layers.Conv2D)]


def _convolution(filters, kernel, stride=1, activation=None, dtype="float32"):
    return layers.Conv2D(filters, kernel, stride, padding="same", activation=activation, dtype=dtype)


def _blocks(features, count, settings):
    for _ in range(count):
        features = layers.Add(dtype=settings["precision"])([features, _change(features, settings)])
    return features


def _change(features, settings):
    """Two convolutions, whose result a residual block adds."""
    deep, width = settings["precision"], settings["width"]
    return _convolution(width, 3, dtype=deep)(_convolution(width, 3, 1, settings["activation"], deep)(features))
