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


# In what period of pixels the blocks of codecs repeat: macroblocks, superblocks, largest transforms, and wavelets of
# five levels.
_PERIODS = {"webp": 16, "avif": 64, "jpegxl": 64, "jpeg2000": 32}


class RealCodec(Step):
    """A codec that writes files in training too; gradients pass as if it changed nothing."""

    codes = True

    def apply(self, images, training, seed):
        quality = ops.cast(self.value("quality", training, seed), "float32")

        @ops.custom_gradient
        def sent(values):
            def gradient(*arguments, upstream=None):
                return arguments[0] if upstream is None else upstream

            return runtime.on_host(self._sent, values, quality), gradient

        return sent(images)

    def _sent(self, images, quality):
        pictures = [self.decode(self.encode(picture, float(quality))) for picture in libjpeg.to_8_bits(images)]
        return np.stack(pictures).astype(np.float32) / np.float32(255) if pictures else images

    def real(self, picture):
        return self.decode(self.encode(picture))

    def encode(self, picture, quality=None):
        """The bytes of a file of a picture, uint8, shape (height, width, 3); by default of the steady quality."""
        raise NotImplementedError

    def decode(self, data):
        """The picture of a file."""
        raise NotImplementedError


@step(*_PERIODS)
class Standard(RealCodec):
    """One of `coding.standards`."""

    # Blocks are predicted from those before them, and filtered over their borders.
    reach = None

    def prepare(self, seed):
        self._standard, self.grid = standards.get(self.name), _PERIODS[self.name]
        self.quality = self.draws["quality"].steady

    def encode(self, picture, quality=None):
        quality = self.quality if quality is None else quality
        return self._standard.encode(picture, round(quality) if isinstance(self._standard.range[0], int) else quality)

    def decode(self, data):
        return self._standard.decode(data)


@step("jpeg")
class JPEG(RealCodec):
    """JPEG: differentiable where the colours keep their samples and tables are standard, and libjpeg."""

    def prepare(self, seed):
        quality, subsampling = self.draws["quality"], self.draws["subsampling"].steady
        self.quality, self._more = quality.steady, {"subsampling": subsampling}
        if "tables" in self.draws:
            self._more["tables"] = np.array(self.draws["tables"].setting, np.int64).reshape(2, _BLOCK, _BLOCK)
        if subsampling == "4:4:4" and "tables" not in self.draws:
            self.layer = DifferentiableJPEG(quality.setting, self.draws["rounding"].steady, seed=seed)
        # With fewer samples of colour a unit is 16 pixels, whose neighbours are interpolated between.
        self.grid, self.reach = (_BLOCK, _BLOCK - 1) if subsampling == "4:4:4" else (2 * _BLOCK, 2 * _BLOCK)

    def apply(self, images, training, seed):
        if self.layer is None:
            return super().apply(images, training, seed)
        return self.layer(images, quality=None if training else self.quality)

    def encode(self, picture, quality=None):
        return libjpeg.encode(picture, self.quality if quality is None else round(quality), **self._more)

    def decode(self, data):
        return libjpeg.decode(data)


@step(channels.LEARNED)
class Learned(Step):
    """The place of a learned codec, which the channel has."""

    codes = True
