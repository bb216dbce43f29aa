"""A learned codec in the form of `coding.standards`, so that both are measured alike."""

from pathlib import Path

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.codec import codec
from neural_imaging.coding import bitstream
from neural_imaging.imaging import measures


class Learned:
    """A trained codec: one point of rate and distortion, since it has no quality to choose."""

    qualities = (None,)

    def __init__(self, model, name):
        self.model, self.name, self.label = model, name, name
        identity = codec.identity(model)
        self.version = f"{identity.architecture} {identity.weights_hash.hex()}"
        self.settings = dict(model.settings)

    def check(self, quality):
        """Refuse any quality but None."""
        if quality is not None:
            raise UserError(f"{self.name} is a learned codec, which has no quality; leave {quality!r} out")

    def encode(self, image, quality=None):
        """From uint8, shape (height, width, 3), to the bytes of an l3ic stream."""
        self.check(quality)
        return codec.compress(image, self.model)

    def decode(self, data):
        """From the bytes of an l3ic stream to uint8, shape (height, width, 3)."""
        return codec.decompress(data, self.model)

    @staticmethod
    def payload(data):
        """Bytes of the coded channels, and of the list of their sizes: without it they could not be decoded."""
        stream = bitstream.header(data)
        return sum(stream.channel_bytes) + stream.parts["sizes"]

    def coded(self, picture):
        """A picture as the codec leaves it, effective bits a pixel, PSNR in dB and SSIM (the papers' window)."""
        data = self.encode(picture)
        decoded = self.decode(data)
        bpp = 8 * self.payload(data) / (picture.shape[0] * picture.shape[1])
        return decoded, bpp, measures.psnr(picture, decoded), measures.ssim(picture, decoded, window="uniform")


def find(text, folders=()):
    """Load a learned codec by a name such as "32c", an archive or its folder; see `codec.find`.

    It is called after its archive, or the folder of an archive that is just called model.keras.
    """
    model, path = codec.find(text, folders), Path(text)
    name = path.stem if path.suffix == ".keras" else path.resolve().name
    return Learned(model, path.resolve().parent.name if path.name == "model.keras" else name)


def load(texts):
    """Load codecs given to programs as `[NAME=]CODEC`, see `find`: models by their names, in their order."""
    models = {}
    for text in texts:
        name, place = files.named(text)
        if name == "" or not place:
            raise UserError(f"{text}: must be a codec, or a name and a codec, as in 16c=results/codecs/16c/model.keras")
        learned = find(place)
        name = name or learned.name
        if name in models:
            raise UserError(f"two codecs are called {name}; name them, as in before={place}")
        models[name] = learned.model
    return models
