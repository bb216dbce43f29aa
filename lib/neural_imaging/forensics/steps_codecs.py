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


# With fewer samples of colour: the period, and how far a pixel looks.
_COARSE = 16, 16
# In what period of pixels the blocks of codecs repeat: macroblocks, superblocks, largest transforms, and wavelets of
# five levels.
_PERIODS = {"webp": 16, "avif": 64, "jpegxl": 64, "jpeg2000": 32}


@step("jpeg")
class JPEG(Step):
    """The differentiable JPEG, and libjpeg."""

    codes = True

    def prepare(self, seed):
        quality, self.quality = self.draws["quality"].setting, self.draws["quality"].steady
        self._form = {"subsampling": self.draws["subsampling"].steady, "tables": None}
        if "tables" in self.draws:
            self._form["tables"] = np.array(self.draws["tables"].setting, np.int64).reshape(2, _BLOCK, _BLOCK)
        self.layer = DifferentiableJPEG(quality, self.draws["rounding"].steady, seed=seed, **self._form)
        # With fewer samples of colour a unit is 16 pixels, whose neighbours are interpolated between.
        self.grid, self.reach = (_BLOCK, _BLOCK - 1) if self._form["subsampling"] == "4:4:4" else _COARSE

    def apply(self, images, training, seed):
        return self.layer(images, quality=None if training else self.quality)

    def real(self, picture):
        return self.decode(self.encode(picture))

    def encode(self, picture):
        """The bytes of a file of a picture, uint8, shape (height, width, 3)."""
        return libjpeg.encode(picture, self.quality, **self._form)

    def decode(self, data):
        """The picture of a file."""
        return libjpeg.decode(data)


@step(*_PERIODS)
class Standard(Step):
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
        pictures = [self.decode(self._encoded(picture, float(quality))) for picture in libjpeg.to_8_bits(images)]
        return np.stack(pictures).astype(np.float32) / np.float32(255) if pictures else images

    def _encoded(self, picture, quality):
        return self._standard.encode(picture, round(quality) if isinstance(self._standard.range[0], int) else quality)

    def real(self, picture):
        return self.decode(self.encode(picture))

    def encode(self, picture):
        """The bytes of a file of a picture, uint8, shape (height, width, 3)."""
        return self._encoded(picture, self.quality)

    def decode(self, data):
        """The picture of a file."""
        return self._standard.decode(data)


@step(channels.LEARNED)
class Learned(Step):
    """The place of a learned codec, which the channel has."""

    codes = True
