"""A trained DCN as a codec: pictures of any size to bytes and back; `coding.bitstream` has the format.

    model = codec.find("32c")
    data = codec.compress(picture, model)
    picture = codec.decompress(data)

Large pictures go through the network in strips, so that memory is bounded. Strips overlap by as much as the network
looks around, so that the latent is that of the whole picture: to the last bit where convolutions add up in the same
order whatever the height, as TensorFlow's do on processors. On some of these the order depends on the width, so that
only very wide pictures are cut in that direction, too. Where it differs, a value half-way between two codes may fall to
the other one.
"""

import functools

import numpy as np

from neural_imaging.base import runtime
from neural_imaging.base.errors import UserError
from neural_imaging.codec import archives
from neural_imaging.codec.archives import find, identity
from neural_imaging.coding import bitstream
from neural_imaging.coding.bitstream import BitstreamError
from neural_imaging.imaging import tiles

__all__ = ["check_size", "compress", "decode", "decompress", "encode", "find", "identity", "pack", "transmit", "unpack"]
# What goes through the network at once: so many latent cells, and so many across, margins included. With 65,536 cells
# of 8 × 8 pixels, the papers' codec takes up to about 1 GiB.
CELLS, WIDEST = 1 << 16, 1024
_CELL_OF_1, _LONGEST_OF_1 = 8, 2040


def compress(image, model, version=2):
    """Compress a picture.

    Args:
        image: uint8, shape (height, width, 3), of any size.
        model: a codec, see `models.dcn.base.DCN`.
        version: of the bit-stream: 2, or 1 for streams that the released l3ic reads. That one takes sides that are
            multiples of 8 up to 2,040 pixels only, and its reader has to know the model.

    Returns:
        bytes.

    Raises:
        UserError: no such picture, or one that does not fit the version.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> codec = ni.create("TwitterDCN", n_features=4, width=8, n_blocks=0)
        >>> type(ni.compress(np.zeros((40, 60, 3), np.uint8), codec))
        <class 'bytes'>
    """
    image = np.asarray(image)
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise UserError(f"a picture is uint8 of shape (height, width, 3), not {image.dtype} of shape {image.shape}")
    check_size(*image.shape[:2], version)
    return pack(encode(image, archives.check(model)), image.shape[:2], model, version)


def pack(indices, sides, model, version=2):
    """The bytes of a picture with these sides that `encode` has coded: the second half of `compress`."""
    height, width = sides
    return bitstream.write(indices, version=version, height=height, width=width, model=identity(model))


def check_size(height, width, version=2):
    """Refuse a picture that does not fit a version of the bit-stream, before any work.

    Version 1 has one byte for each side of the latent, and no place for the picture's own size.
    """
    if version not in bitstream.VERSIONS:
        raise UserError(f"version {version} of the bit-stream is not known; known are 1 and 2")
    if height * width > bitstream.MAX_PIXELS:
        raise UserError(f"a picture of {width} × {height} pixels is above the limit of {bitstream.MAX_PIXELS}")
    if version == 1 and (max(height, width) > _LONGEST_OF_1 or height % _CELL_OF_1 or width % _CELL_OF_1):
        raise UserError(
            f"version 1 of the bit-stream takes sides that are multiples of {_CELL_OF_1} up to {_LONGEST_OF_1} pixels, "
            f"not {width} × {height}; version 2 takes any"
        )


def decompress(data, model=None, folders=()):
    """Decompress what `compress` gave; also streams of the released l3ic, whose model has to be given.

    Whether the stream is whole and the model is the one that it was made with is checked before any picture is made.

    Args:
        data: bytes.
        model: the codec; by default the one that the stream names is looked for, see `find`.
        folders: folders of codecs to look in first.

    Returns:
        uint8, shape (height, width, 3).

    Raises:
        BitstreamError: a stream that is damaged, or was made with another model.
        UserError: the model is not found.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> codec = ni.create("TwitterDCN", n_features=4, width=8, n_blocks=0)
        >>> data = ni.compress(np.zeros((40, 60, 3), np.uint8), codec)
        >>> ni.decompress(data, codec).shape
        (40, 60, 3)
    """
    return decode(*unpack(data, model, folders))


def unpack(data, model=None, folders=()):
    """What `decode` needs of a stream, checked: `bitstream.Stream` and codec; the first half of `decompress`."""
    stream = bitstream.read(data)
    if model is None:
        if stream.model is None:
            raise UserError("the stream does not say with which model it was made; name one")
        model = archives.recall(stream.model, folders)
    elif stream.model is not None and stream.model != identity(archives.check(model)):
        maker, given = archives.describe(stream.model), archives.describe(identity(model))
        raise BitstreamError(f"made with {maker}, but the model given is {given}")
    return stream, archives.check(model)


def transmit(images, model):
    """Send pictures, uint8 of shape (count, height, width, 3), through their bit-streams.

    One by one: a processor may sum in another order where there are several, and what is half-way between two values
    would then be rounded to the other one.

    Returns:
        (pictures, streams), as `decompress` and `compress` give them.
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] != 3 or 0 in images.shape:
        raise UserError(f"pictures are uint8 of shape (count, height, width, 3), not {images.dtype} of {images.shape}")
    # Which codec it is takes as long to say as a small picture takes to code.
    height, width, named = *images.shape[1:3], identity(archives.check(model))
    streams = [bitstream.write(encode(image, model), height=height, width=width, model=named) for image in images]
    return np.stack([decode(bitstream.read(stream), model) for stream in streams]), streams


@functools.lru_cache(maxsize=4)
def _encoder(model):
    """The encoder as one graph, for pictures of all sizes."""
    return runtime.graph(lambda images: model.encoder(images))


def encode(image, model):
    """What the network makes of a picture, before it becomes bytes: the first half of `compress`.

    Pictures are continued to whole cells by their last rows and columns.

    Returns:
        Indices into the codebook, uint8, shape (⌈height / multiple⌉, ⌈width / multiple⌉, features).
    """
    from keras import ops

    cell, encoder, codebook = model.multiple, _encoder(model), model.codebook

    def coded(tile):
        latent = ops.convert_to_numpy(encoder(tile[np.newaxis].astype(np.float32) / np.float32(255)))[0]
        return _nearest(latent, codebook)

    whole = _whole(image, cell)
    return tiles.process(whole, coded, before=cell, reach=model.encoder_reach, side=_strip(whole.shape[1] // cell))


def _strip(columns):
    """Height and width of the largest strips of a latent that is so wide, in cells."""
    width = min(columns, WIDEST)
    return CELLS // width, width


def _whole(images, cell):
    """Pictures, one or a batch, with rows and columns for whole cells."""
    missing = [(0, -side % cell) for side in images.shape[-3:-1]]
    return np.pad(images, [(0, 0)] * (images.ndim - 3) + [*missing, (0, 0)], mode="edge") if np.any(missing) else images


def _nearest(latent, codebook):
    """Index of the nearest value; half-way between two, of the lower, as `ops.quantization.nearest` has it."""
    indices = np.zeros(latent.shape, np.uint8)
    # To compare with all of the few values is several times faster than to search.
    for middle in 0.5 * (codebook[1:] + codebook[:-1]):
        indices += latent > middle
    return indices


def decode(stream, model):
    """The picture, uint8, of what `unpack` gives: the second half of `decompress`."""
    cell, codebook = model.multiple, model.codebook
    rows, columns, features = stream.shape
    if features != model.settings["n_features"]:
        raise BitstreamError(f"has {features} features, but the model has {model.settings['n_features']}")
    if (rows, columns) != (-(-stream.height // cell), -(-stream.width // cell)):
        size = f"{stream.width} × {stream.height} pixels"
        raise BitstreamError(f"damaged: a latent of {columns} × {rows} cells does not fit {size}")
    if stream.indices.max() >= len(codebook):
        raise BitstreamError(f"damaged: has symbols beyond the model's codebook of {len(codebook)}")

    def shown(tile):
        return _shown(codebook[tile][np.newaxis], model)[0]

    picture = tiles.process(stream.indices, shown, after=cell, reach=model.decoder_reach, side=_strip(columns))
    return picture[: stream.height, : stream.width]


def _shown(latent, model):
    """Pictures of a batch of latents, uint8."""
    from keras import ops

    return np.rint(ops.convert_to_numpy(model.decode(latent)) * 255).astype(np.uint8)
