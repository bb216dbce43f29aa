"""The l3ic stream: the latent of a learned codec as bytes.

A stream holds indices into the model's codebook, whose values ascend: the papers' −15 … 16 are stored as 0 … 31. All
numbers are little-endian. h × w × c is the shape of the latent: height, width, channels.

Version 2, the default for files:

    bytes   field
    4       the letters L3IC
    1       2
    4, 4    height and width of the picture in pixels
    4, 4    h and w, at most height and width
    2       c
    1       a, characters of the name of the model's architecture; 0 if the stream names no model
    a       that name, ASCII                   ⎫
    2       features of the model              ⎬ not there if a is 0
    1, k    k (8 to 16), hash of the weights   ⎭
    4       CRC-32 of all bytes so far
    1       b (1 to 4), bytes for the size of a channel
    4       s, bytes of the list of sizes
    s       c sizes of b bytes each, stored as symbols
    4       CRC-32 of b, s and the list
            the channels, one after another, each stored as symbols, row by row
    4       CRC-32 of all channels

Symbols are stored, n symbols in m bytes, as one byte if m is 1 (all n are that one), as they are if m is n, or else as
finite state entropy (see `fse`), which is always shorter than n. The stream ends with the last checksum.

Version 1, that of the released toolbox, for its streams and for comparisons:

    bytes   field
    1, 1, 1 h, w, c
    2       s, bytes of the list of sizes
    s       c sizes of two bytes each: as they are if s is 2 c, or else as finite state entropy
            the channels, one after another, row by row: three bytes say how many symbols (2) and which one (1), if all
            are the same; h w bytes are the symbols as they are; or else they are finite state entropy

It has no checksums, so not every damage is seen; it names no model, and a picture has 8 h × 8 w pixels. No stream of
version 1 begins as one of version 2 does: the sizes of 73 (I) channels take 146 bytes at most, and C and 2 say 579.
"""

import dataclasses

import numpy as np

from neural_imaging.coding import stream_v1, stream_v2
from neural_imaging.coding.stream_parts import BitstreamError, ModelIdentity, Stream, check_size

__all__ = ["VERSIONS", "BitstreamError", "ModelIdentity", "Stream", "channel_bytes", "header", "read", "write"]

_FORMATS = {1: stream_v1, 2: stream_v2}
VERSIONS = tuple(_FORMATS)
# The largest picture that is written and read if nothing else is said: 16,384 × 16,384.
MAX_PIXELS = 2**28


def write(indices, version=2, height=None, width=None, model=None, max_pixels=MAX_PIXELS):
    """Code a latent.

    Args:
        indices: uint8, shape (h, w, c): for each value, its place in the codebook.
        version: 2; or 1 for streams that the released toolbox reads: sides of at most 255, and neither the model nor
            a size that is not 8 times that of the latent is kept.
        height, width: of the picture in pixels; by default 8 times those of the latent.
        model: `ModelIdentity` of the model that made the latent.
        max_pixels: the largest picture to write; readers have the same limit.

    Returns:
        The stream, bytes.

    Raises:
        BitstreamError: no such latent or version, a picture that is too large, or one that does not fit the version.
    """
    coder = _format(version)
    indices = np.asarray(indices)
    if indices.dtype != np.uint8 or indices.ndim != 3 or not indices.size:
        raise BitstreamError(f"indices are uint8, shape (h, w, c), not {indices.dtype} of shape {indices.shape}")
    height = 8 * indices.shape[0] if height is None else height
    width = 8 * indices.shape[1] if width is None else width
    check_size(indices.shape, height, width, max_pixels)
    return coder.write(np.ascontiguousarray(indices.transpose(2, 0, 1)), height, width, model)


def read(data, max_pixels=MAX_PIXELS):
    """Decode a stream.

    Sizes and checksums are checked before memory is taken for the latent: no more than the header's size needs.

    Args:
        data: bytes, the whole stream.
        max_pixels: the largest picture to read.

    Returns:
        `Stream`. Its indices may lie beyond a model's codebook; whoever looks them up has to see to that.

    Raises:
        BitstreamError: not a stream, a damaged one, or one of a larger picture.
    """
    stream, channels = _parse(data, max_pixels)
    rows, columns, count = stream.shape
    planes = np.empty((count, rows * columns), np.uint8)
    for number, (coded, plane) in enumerate(zip(channels, planes, strict=True)):
        _format(stream.version).decode_channel(coded, plane, f"channel {number}")
    return dataclasses.replace(stream, indices=planes.reshape(count, rows, columns).transpose(1, 2, 0))


def header(data, max_pixels=MAX_PIXELS):
    """What `read` says of a stream, without its indices: sizes and checksums are checked, symbols are not decoded."""
    return _parse(data, max_pixels)[0]


def channel_bytes(symbols, version=2):
    """Bytes that symbols take as one channel of a stream, without their share of the list of sizes.

    Args:
        symbols: uint8, any shape, not empty.
        version: of the stream.
    """
    return len(_format(version).encode_channel(np.asarray(symbols)))


def _format(version):
    if version not in _FORMATS:
        raise BitstreamError(f"version {version!r} of the stream is not known; known are 1 and 2")
    return _FORMATS[version]


def _parse(data, max_pixels):
    if bytes(data[:4]) == stream_v2.MAGIC:
        return stream_v2.parse(data, max_pixels)
    try:
        return stream_v1.parse(data, max_pixels)
    except BitstreamError as error:
        raise BitstreamError(f"no l3ic stream, or one of version 1 that is {error}") from None
