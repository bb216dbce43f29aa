"""What all learned codecs share: the latent between two networks, its entropy, the loss, and coding itself."""

import functools
import hashlib
import json

import keras
import numpy as np
from keras import ops

from neural_imaging.base import runtime
from neural_imaging.base.errors import UserError
from neural_imaging.layers.clip import ClipStraightThrough
from neural_imaging.layers.quantizer import Quantizer
from neural_imaging.layers.scale import Scale
from neural_imaging.models.base import Network
from neural_imaging.ops import samples
from neural_imaging.study import networks

# Settings that say how a codec is trained and computed. All others say what it is.
_OF_TRAINING = ("rounding", "train_codebook", "scale_latent", "v", "gamma", "entropy_weight", "precision", "start")


class DCN(Network):
    """A learned codec: an encoder, a quantised latent, and a decoder.

    A codec is a class that says what its two networks are, in `encoder_stack` and `decoder_stack`, and how far they
    look. Settings of its own it declares before the common ones, `study.networks.DCN`. "mixed_bfloat16" computes all
    but each network's first and last convolution in bfloat16.

    Call arguments:
        images: float32, shape (batch, height, width, 3), in [0, 1]; sides are multiples of `multiple`.

    Returns:
        Images as they look after the codec, same shape, in [0, 1]; clipped with a straight-through gradient.

    Attributes:
        multiple: pixels along a side of a latent's cell.
        encoder_reach: how many cells away from a latent's cell the pixels lie, at most, that it depends on.
        decoder_reach: how many cells away from a cell's pixels the latent lies, at most, that they depend on.
    """

    multiple, encoder_reach, decoder_reach = 8, None, None

    declared = networks.DCN

    def __init__(self, **given):
        chosen, others = self.choose(given)
        images = keras.Input((None, None, 3), name="images")
        latent = self.encoder_stack(images, chosen)
        if chosen["scale_latent"]:
            latent = Scale(name="latent_scaling")(latent)
        encoder = keras.Model(images, latent, name="encoder")
        latent = keras.Input((None, None, chosen["n_features"]), name="latent")
        pictures = ClipStraightThrough(dtype="float32", name="clip")(self.decoder_stack(latent, chosen))
        decoder = keras.Model(latent, pictures, name="decoder")
        quantised = (chosen[name] for name in ("rounding", "latent_bpf", "v", "gamma", "train_codebook"))
        quantizer = Quantizer(*quantised, name="quantizer")
        super().__init__(images, decoder(quantizer(encoder(images))), chosen, **others)

    @staticmethod
    def encoder_stack(images, settings):
        """The encoder's layers: from a Keras tensor of images in [0, 1], and all settings by name, to a latent.

        Shapes are (batch, height, width, 3) and (batch, height / multiple, width / multiple, n_features), float32.
        """
        raise NotImplementedError

    @staticmethod
    def decoder_stack(latent, settings):
        """The decoder's layers: from a Keras tensor of the latent back to images for [0, 1], not clipped yet."""
        raise NotImplementedError

    @property
    def encoder(self):
        """The network from images in [0, 1] to a latent that is not quantised yet."""
        return self.get_layer("encoder")

    @property
    def decoder(self):
        """The network from a latent to images in [0, 1]."""
        return self.get_layer("decoder")

    @property
    def quantizer(self):
        """The layer between them."""
        return self.get_layer("quantizer")

    @property
    def codebook(self):
        """Values of a quantised latent, ascending: float32 array, (2^latent_bpf,)."""
        return ops.convert_to_numpy(self.quantizer.codebook)

    def reconstruct(self, images, training=False, margin=0):
        """(Images as a call gives them, estimated entropy in bits a symbol, a scalar).

        `margin`: pixels on each side whose cost does not count, as far as whole symbols lie in them.
        """
        latent = self.encoder(images, training=training)
        entropy, _ = self.quantizer.entropy(samples.inside(latent, margin // self.multiple))
        return self.decoder(self.quantizer(latent), training=training), entropy

    def codec_loss(self, images, reconstructed, entropy):
        """What the codec's training makes small: half the summed squared error, and the weighted entropy.

        Args:
            images: what was coded, (batch, height, width, 3), in [0, 1].
            reconstructed, entropy: what `reconstruct` gave.

        Returns:
            A scalar. The error is that of the whole batch, the entropy that of a symbol, so that their balance
            depends on the number of pixels: that of the papers is for 50 patches of 128 × 128.
        """
        return 0.5 * ops.sum(ops.square(images - reconstructed)) + self.settings["entropy_weight"] * entropy

    def encode(self, images):
        """Quantised latent of images. The kernel of the soft codebook is not computed here.

        Args:
            images: float32, (batch, height, width, 3), in [0, 1]; sides are multiples of `multiple`.

        Returns:
            float32, (batch, height / multiple, width / multiple, n_features): values of the codebook, the nearest
            ones whatever the rounding.

        Raises:
            UserError: other sides, or no batch of RGB images in [0, 1].
        """
        unit = self.multiple
        images = samples.pictures(images)
        if any(side is not None and (side < unit or side % unit) for side in images.shape[1:3]):
            height, width = images.shape[1:3]
            raise UserError(
                f"{type(self).__name__} codes images whose sides are multiples of {unit}, not {height} × {width}"
            )
        return self._encode(images)

    def decode(self, latent):
        """Images of a latent as `encode` gives it: float32, (batch, multiple · height, multiple · width, 3)."""
        return self._decode(latent)

    @functools.cached_property
    def _encode(self):
        return runtime.graph(lambda images: self.quantizer.nearest(self.encoder(images)))

    @functools.cached_property
    def _decode(self):
        return runtime.graph(lambda latent: self.decoder(latent))

    def weights_hash(self):
        """What tells this codec from others: 8 bytes, from its class, its settings, its codebook and its weights.

        It stays the same when the codec is saved and loaded, on any backend, machine and precision.
        """
        shape = {name: value for name, value in self.settings.items() if name not in _OF_TRAINING}
        digest = hashlib.sha256(json.dumps([type(self).__name__, shape], sort_keys=True).encode())
        for array in (self.codebook, *map(ops.convert_to_numpy, self.weights)):
            digest.update(np.ascontiguousarray(array, "<f4").tobytes())
        return digest.digest()[:8]
