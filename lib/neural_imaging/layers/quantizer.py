"""Quantisation of a codec's latent."""

import keras
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.ops import entropy, quantization, rounding
from neural_imaging.study.networks import ROUNDINGS


@keras.saving.register_keras_serializable(package="neural_imaging")
class Quantizer(keras.layers.Layer):
    """Quantises a latent so that gradients pass through, and estimates the entropy of what comes out.

    Always computes in float32.

    Args:
        rounding: identity, round, sin, soft, harmonic, or soft-codebook (the nearest value of the codebook, with the
            gradient of the codebook's mean under the kernel).
        latent_bpf: bits a feature, 1 to 8: the codebook has 2^latent_bpf whole numbers.
        v: degrees of freedom of the t-Student kernel; 0 is the Gaussian one.
        gamma: how narrow the kernel is.
        train_codebook: the codebook is learned.

    Call arguments:
        latent: float32, any shape.

    Returns:
        Quantised latent, float32, same shape.
    """

    def __init__(self, rounding="soft-codebook", latent_bpf=5, v=50.0, gamma=25.0, train_codebook=False, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        if rounding not in ROUNDINGS:
            raise UserError(f"rounding {rounding!r} is not known; known are {', '.join(ROUNDINGS)}")
        self.rounding, self.latent_bpf, self.v, self.gamma = rounding, latent_bpf, v, gamma
        self.train_codebook = train_codebook
        self._start = quantization.codebook(latent_bpf)

    def build(self, input_shape):
        """Create the codebook where it is trained."""
        if self.train_codebook:
            start = keras.initializers.Constant(self._start)
            self._trained = self.add_weight(name="codebook", shape=self._start.shape, initializer=start)

    @property
    def codebook(self):
        """The values, ascending, a tensor of shape (codes,)."""
        return ops.sort(self._trained) if self.train_codebook else ops.convert_to_tensor(self._start)

    def call(self, latent):
        """Quantise."""
        if self.rounding == "soft-codebook":
            return quantization.soft_codebook(latent, self.codebook, self.v, self.gamma)
        return rounding.get(self.rounding)(latent)

    def nearest(self, latent):
        """The codebook's nearest values, whatever the rounding; latents get no gradient."""
        return quantization.nearest(latent, self.codebook)

    def entropy(self, latent):
        """Entropy of a latent (not quantised yet) once it is, and the shares of the codes; see `ops.entropy`."""
        return entropy.entropy(latent, self.codebook, self.v, self.gamma)

    def compute_output_shape(self, input_shape):
        """The shape does not change."""
        return input_shape

    def get_config(self):
        """Settings for saving."""
        names = ("rounding", "latent_bpf", "v", "gamma", "train_codebook")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
