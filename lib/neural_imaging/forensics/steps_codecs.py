"""Steps of a channel that write files."""

import numpy as np
from keras import ops

from neural_imaging.base import runtime
from neural_imaging.coding import libjpeg, standards
from neural_imaging.forensics.steps import Step, step
from neural_imaging.models.jpeg import DifferentiableJPEG
from neural_imaging.study import channels

# How far a pixel of an 8 × 8 block lies from the block's other pixels.
_BLOCK = 8


@step("jpeg")
class JPEG(Step):
    """The differentiable JPEG, and libjpeg."""

    codes = True

    def prepare(self, seed):
        quality = self.draws["quality"]
        self._more = {key: self.draws[key].steady for key in ("subsampling",) if self.draws[key].steady != "4:4:4"}
        self.quality = quality.steady
        self.layer = DifferentiableJPEG(quality.setting, self.draws["rounding"].steady, seed=seed, **self._more)
        # With fewer samples of colour a unit is 16 pixels, whose neighbours are interpolated between.
        self.grid, self.reach = (_BLOCK, _BLOCK - 1) if not self._more else (2 * _BLOCK, 2 * _BLOCK)

    def apply(self, images, training, seed):
        return self.layer(images, quality=None if training else self.quality)

    def real(self, picture):
        return self.decode(self.encode(picture))

    def encode(self, picture):
        """The bytes of a file of a picture."""
        return libjpeg.encode(picture, self.quality, **self._more)

    def decode(self, data):
        """The picture of a file."""
        return libjpeg.decode(data)


# In what period of pixels the blocks of codecs repeat: macroblocks, superblocks, largest transforms, and wavelets of
# five levels.
_PERIODS = {"webp": 16, "avif": 64, "jpegxl": 64, "jpeg2000": 32}


@step(*_PERIODS)
class RealCodec(Step):
    """A standard codec, which writes files in training too; gradients pass as if it changed nothing."""

    # Blocks are predicted from those before them, and filtered over their borders.
    codes, reach = True, None

    def prepare(self, seed):
        self._standard, self.grid = standards.get(self.name), _PERIODS[self.name]
        self.quality = self.draws["quality"].steady

    def apply(self, images, training, seed):
        quality = ops.cast(self.value("quality", training, seed), "float32")

        @ops.custom_gradient
        def sent(values):
            def gradient(*arguments, upstream=None):
                return arguments[0] if upstream is None else upstream

            return runtime.on_host(self._sent, values, quality), gradient

        return sent(images)

    def _sent(self, images, quality):
        quality = float(quality)
        quality = round(quality) if isinstance(self._standard.range[0], int) else quality
        pictures = [
            self._standard.decode(self._standard.encode(picture, quality)) for picture in libjpeg.to_8_bits(images)
        ]
        return np.stack(pictures).astype(np.float32) / np.float32(255) if pictures else images

    def real(self, picture):
        return self.decode(self.encode(picture))

    def encode(self, picture):
        """The bytes of a file of a picture."""
        return self._standard.encode(picture, self.quality)

    def decode(self, data):
        """The picture of a file."""
        return self._standard.decode(data)


@step(channels.LEARNED)
class Learned(Step):
    """The place of a learned codec, which the channel has."""

    codes = True
