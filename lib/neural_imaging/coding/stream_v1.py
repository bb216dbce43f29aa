"""Version 1 of the l3ic stream, that of the released toolbox; `bitstream` has its layout."""

import struct

import numpy as np

from neural_imaging.coding import stream_parts
from neural_imaging.coding.stream_parts import BitstreamError, decode_symbols, encode_symbols

_CELL = 8
_RUN = struct.Struct("<HB")


def encode_channel(symbols):
    """Code a channel's symbols."""
    return encode_symbols(symbols, _RUN.pack)


def decode_channel(coded, out, what):
    """Fill `out`, uint8 in one dimension, with a channel's symbols."""
    if len(coded) != _RUN.size:
        return decode_symbols(coded, out, what)
    count, symbol = _RUN.unpack(coded)
    if count != out.size:
        raise BitstreamError(f"damaged: {what} repeats a symbol {count} times instead of {out.size}")
    out[:] = symbol


def write(planes, height, width, model):
    """Code a latent, uint8, shape (c, h, w): sides must fit one byte, the picture its cells, and no model is kept."""
    channels, rows, columns = planes.shape
    if max(planes.shape) > 255:
        shape = f"{rows} × {columns} × {channels}"
        raise BitstreamError(f"version 1 takes no latent of {shape}, since a side is at most 255; use version 2")
    if (height, width) != (_CELL * rows, _CELL * columns):
        picture, latent = f"{height} × {width} pixels", f"{rows} × {columns}"
        raise BitstreamError(f"version 1 keeps no size, and {picture} are not 8 times {latent}; use version 2")
    coded = [encode_channel(plane) for plane in planes]
    if rows * columns == _RUN.size and any(plane.min() < plane.max() for plane in planes):
        raise BitstreamError("version 1 cannot tell three different symbols from a run; use version 2")
    lengths = np.array([len(channel) for channel in coded], "<u2")
    # The list has no form for a run of one byte.
    coded_lengths = encode_symbols(lengths.view(np.uint8), lambda *run: lengths.tobytes())
    return b"".join([bytes((rows, columns, channels)), struct.pack("<H", len(coded_lengths)), coded_lengths, *coded])


def parse(data, max_pixels):
    """Read everything but the symbols: a `Stream` without indices, and each channel's bytes."""
    reader = stream_parts.Reader(data)
    shape = rows, columns, channels = reader.unpack("<3B", "the latent's shape")
    height, width = _CELL * rows, _CELL * columns
    stream_parts.check_size(shape, height, width, max_pixels)
    (count,) = reader.unpack("<H", "the length of the list of channel sizes")
    if not 1 <= count <= 2 * channels:
        raise BitstreamError(f"damaged: {count} bytes cannot be the sizes of {channels} channels")
    lengths = np.empty(2 * channels, np.uint8)
    decode_symbols(reader.take(count, "the list of channel sizes"), lengths, "the list of channel sizes")
    lengths = tuple(lengths.view("<u2").tolist())
    stream_parts.check_lengths(lengths, rows * columns, reader.left)
    parts = {"header": 3, "sizes": 2 + count, "channels": reader.left}
    stream = stream_parts.Stream(1, height, width, shape, None, lengths, parts)
    return stream, [reader.take(length, "a channel") for length in lengths]
