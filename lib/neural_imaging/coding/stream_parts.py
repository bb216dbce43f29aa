"""What the versions of the l3ic stream share: what is said of one, how it is read, and how symbols are stored."""

import dataclasses
import struct

import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.coding import fse

# A latent of 128 channels on cells of 8×8 pixels has two symbols for each pixel; no stream needs more.
SYMBOLS_A_PIXEL = 2
_LONGEST_NAME = 64


class BitstreamError(UserError):
    """Bytes that are no l3ic stream, or a damaged one; or a latent that does not fit the format."""


@dataclasses.dataclass(frozen=True)
class ModelIdentity:
    """Which model a stream was made with; a `BitstreamError` says what does not fit the format."""

    architecture: str  # Name of its class, such as "TwitterDCN": 1 to 64 visible ASCII characters.
    n_features: int  # Its channels, 1 to 65,535.
    weights_hash: bytes  # 8 to 16 of them.

    def __post_init__(self):
        name = self.architecture
        if not 1 <= len(name) <= _LONGEST_NAME or not all("!" <= character <= "~" for character in name):
            raise BitstreamError(f"an architecture's name has 1 to 64 visible ASCII characters, not {name!r}")
        if not 1 <= self.n_features <= 0xFFFF:
            raise BitstreamError(f"a model has 1 to 65,535 features, not {self.n_features}")
        if not 8 <= len(self.weights_hash) <= 16:
            raise BitstreamError(f"the hash of a model's weights has 8 to 16 bytes, not {len(self.weights_hash)}")


@dataclasses.dataclass(frozen=True, eq=False)
class Stream:
    """A stream that was read."""

    version: int
    height: int  # Of the picture in pixels; in version 1 eight times those of the latent.
    width: int
    shape: tuple  # Of the latent: height, width, channels.
    model: ModelIdentity | None  # None where the stream does not say.
    channel_bytes: tuple  # Coded bytes of each channel.
    parts: dict  # Bytes of each part by its name; they sum to those of the stream.
    # uint8, of that shape: for each value of the latent, its place in the codebook. None in a header.
    indices: np.ndarray | None = dataclasses.field(default=None, repr=False)


class Reader:
    """Takes a stream's parts one after another."""

    def __init__(self, data):
        self.data, self.at = memoryview(data).cast("B"), 0

    @property
    def left(self):
        """Bytes that were not taken yet."""
        return len(self.data) - self.at

    def take(self, count, what):
        """The next `count` bytes, not copied; what they are is for the error."""
        if count > self.left:
            raise BitstreamError(f"cut or damaged: {what} should have {count} bytes, {self.left} are left")
        self.at += count
        return self.data[self.at - count : self.at]

    def unpack(self, layout, what):
        """The next numbers, laid out as for `struct`."""
        return struct.unpack(layout, self.take(struct.calcsize(layout), what))


def check_size(shape, height, width, max_pixels):
    """Refuse a latent (height, width, channels) or a picture that is empty or too large, before memory is taken."""
    rows, columns, channels = shape
    what = f"a latent of {rows} × {columns} × {channels} for a picture of {height} × {width} pixels"
    if min(rows, columns, channels, height, width) < 1:
        raise BitstreamError(f"empty: {what}")
    if rows > height or columns > width:
        raise BitstreamError(f"impossible: {what} has more cells on a side than pixels")
    if height * width > max_pixels or rows * columns * channels > SYMBOLS_A_PIXEL * max_pixels:
        limit = f"{max_pixels} pixels and {SYMBOLS_A_PIXEL} symbols for each"
        raise BitstreamError(f"too large: {what} is above the limit of {limit}")


def check_lengths(lengths, symbols, left):
    """Refuse channels that cannot have been coded, or that do not end where the stream does.

    `lengths` are the coded bytes of each channel of so many `symbols`, and `left` the bytes that are left for all.
    """
    for channel, length in enumerate(lengths):
        if not 1 <= length <= max(symbols, 3):
            raise BitstreamError(f"damaged: channel {channel} of {symbols} symbols says that it has {length} bytes")
    if sum(lengths) > left:
        raise BitstreamError(f"cut: the channels should have {sum(lengths)} bytes, {left} are left")
    if sum(lengths) < left:
        raise BitstreamError(f"damaged: bytes after the end of the channels: {left - sum(lengths)}")


def encode_symbols(symbols, run):
    """Code uint8 symbols, as they are where they do not compress.

    Symbols that are all the same become what the function `run` gives for their number and the symbol.
    """
    data = symbols.tobytes()
    try:
        return fse.compress(data)
    except fse.FSESymbolRepetitionError:
        return run(len(data), data[0])
    except fse.FSEException:
        return data


def decode_symbols(coded, out, what):
    """Fill `out`, uint8 in one dimension, with what `encode_symbols` coded, other than runs."""
    if len(coded) == out.size:
        out[:] = np.frombuffer(coded, np.uint8)
        return
    try:
        length = fse.decompress_into(coded, out)
    except fse.FSEException as error:
        raise BitstreamError(f"damaged: {what}: {error}") from None
    if length != out.size:
        raise BitstreamError(f"damaged: {what} has {length} symbols instead of {out.size}")
