"""Version 2 of the l3ic stream: large pictures of any size, the model they need, and checksums; `bitstream` has it."""

import struct
import zlib

import numpy as np

from neural_imaging.coding import stream_parts
from neural_imaging.coding.stream_parts import BitstreamError, decode_symbols, encode_symbols

MAGIC, VERSION = b"L3IC", 2
_START, _SIZES = struct.Struct("<4sB4IHB"), struct.Struct("<BI")
_CHECKSUM = struct.Struct("<I")


def encode_channel(symbols):
    """Code a channel's symbols."""
    return encode_symbols(symbols, lambda count, symbol: bytes([symbol]))


def decode_channel(coded, out, what):
    """Fill `out`, uint8 in one dimension, with a channel's symbols."""
    if len(coded) == 1:
        out[:] = coded[0]
    else:
        decode_symbols(coded, out, what)


def write(planes, height, width, model):
    """Code a latent, uint8, shape (c, h, w)."""
    channels, rows, columns = planes.shape
    if max(channels >> 16, height >> 32, width >> 32, rows >> 32, columns >> 32):
        picture = f"a latent of {rows} × {columns} × {channels} for {height} × {width} pixels"
        raise BitstreamError(f"version 2 takes at most 65,535 channels, and sides below 2 ** 32, not {picture}")
    name = model.architecture.encode("ascii") if model else b""
    header = _START.pack(MAGIC, VERSION, height, width, rows, columns, channels, len(name)) + name
    if model:
        header += struct.pack("<HB", model.n_features, len(model.weights_hash)) + model.weights_hash
    coded = [encode_channel(plane) for plane in planes]
    lengths = np.array([len(channel) for channel in coded], "<u4")
    each = -(-int(lengths.max()).bit_length() // 8)
    coded_lengths = encode_channel(lengths.view(np.uint8).reshape(-1, 4)[:, :each])
    sizes = _SIZES.pack(each, len(coded_lengths)) + coded_lengths
    return b"".join(map(_sealed, (header, sizes, b"".join(coded))))


def _sealed(part):
    return part + _CHECKSUM.pack(zlib.crc32(part))


def _unseal(reader, start, what):
    """Check the checksum of what was taken since `start`."""
    part = reader.data[start : reader.at]
    (checksum,) = reader.unpack("<I", f"the checksum of {what}")
    if zlib.crc32(part) != checksum:
        raise BitstreamError(f"damaged: the checksum of {what} is wrong")


def parse(data, max_pixels):
    """Read everything but the symbols: a `Stream` without indices, and each channel's bytes."""
    reader = stream_parts.Reader(data)
    _, version, height, width, rows, columns, channels, name = reader.unpack(_START.format, "the header")
    if version != VERSION:
        raise BitstreamError(f"an l3ic stream of version {version}; versions 1 and 2 can be read")
    model = None
    if name:
        name = bytes(reader.take(name, "the model's name"))
        features, count = reader.unpack("<HB", "the model's identity")
        model = name, features, bytes(reader.take(count, "the hash of the model's weights"))
    _unseal(reader, 0, "the header")
    shape = rows, columns, channels
    stream_parts.check_size(shape, height, width, max_pixels)
    model = model and _identity(*model)
    parts = {"header": reader.at}
    lengths = _read_lengths(reader, channels)
    parts["sizes"] = reader.at - parts["header"]
    parts["channels"] = reader.left
    stream_parts.check_lengths(lengths, rows * columns, max(0, reader.left - _CHECKSUM.size))
    start = reader.at
    coded = [reader.take(length, "a channel") for length in lengths]
    _unseal(reader, start, "the channels")
    return stream_parts.Stream(version, height, width, shape, model, lengths, parts), coded


def _identity(name, features, weights_hash):
    try:
        return stream_parts.ModelIdentity(name.decode("ascii"), features, weights_hash)
    except UnicodeDecodeError:
        raise BitstreamError("damaged: the model's name is not ASCII") from None


def _read_lengths(reader, channels):
    start = reader.at
    each, count = reader.unpack(_SIZES.format, "the head of the list of channel sizes")
    coded = reader.take(count, "the list of channel sizes")
    _unseal(reader, start, "the list of channel sizes")
    if not 1 <= each <= 4 or not 1 <= count <= each * channels:
        raise BitstreamError(f"damaged: {count} bytes cannot be {channels} channel sizes of {each} bytes each")
    symbols = np.empty(each * channels, np.uint8)
    decode_channel(coded, symbols, "the list of channel sizes")
    lengths = np.zeros((channels, 4), np.uint8)
    lengths[:, :each] = symbols.reshape(channels, each)
    return tuple(lengths.view("<u4").ravel().tolist())
