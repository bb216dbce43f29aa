"""Finite state entropy: the format of Yann Collet's FSE library, through the interface of pyfse.

Coded bytes are those of FSE_compress with its default settings, so that streams written with pyfse can be read, and the
other way round. They are, in this order and with low bits first:

* The table: four bits with log - 5, then for each symbol from 0 its share of 2 ** log, plus 1 (a rare symbol has 0, and
  one cell), in as few bits as the shares before it allow. After a symbol with no cell, pairs of bits say how many more
  of the next have none: 3 means three, and another pair follows. It ends when the shares are complete, and is filled
  up to a byte.
* The bits, to be read from the last byte to the first: an end mark (the highest bit set), the states of two coders that
  take turns, and then for each symbol as many bits as its state asks for.

Neither the number of symbols nor that of bytes is in there; whoever stores it must keep them.

Reference:
    J. Duda, "Asymmetric numeral systems", arXiv:1311.2540; Y. Collet, github.com/Cyan4973/FiniteStateEntropy.
"""

import operator

import numpy as np

from neural_imaging.base.errors import UserError


class FSEException(UserError):
    """Data that cannot be coded, or coded data that cannot be read."""


class FSENotCompressibleError(FSEException):
    """Coded, the data would not be shorter."""


class FSESymbolRepetitionError(FSEException):
    """The data repeats one symbol: store the symbol and how often it comes."""


def compress(data):
    """Code bytes.

    Args:
        data: bytes, or what can be seen as bytes; all values from 0 to 255 are symbols.

    Returns:
        The coded bytes, at least 4, and at least 2 fewer than the data's.

    Raises:
        FSENotCompressibleError: coded, it would not be shorter; or there are fewer than two bytes.
        FSESymbolRepetitionError: all bytes are the same.
        FSEException: no table could be made for it.
    """
    # Imported when it is needed, since numba takes half a second.
    from neural_imaging.coding import fse_shares, fse_states

    symbols, shares = _view(data), np.zeros(256, np.int64)
    log = fse_shares.plan(symbols, shares)
    if log == fse_shares.REPETITION:
        raise FSESymbolRepetitionError(f"{symbols.size} bytes are all the same: store the byte, and how often it comes")
    if log < 0:
        raise FSEException(f"no table could be made for {symbols.size} bytes")
    length = 0
    if log != fse_shares.NOT_COMPRESSIBLE:
        out = np.empty(symbols.size + fse_shares.LONGEST_DESCRIPTION, np.uint8)
        length = fse_states.encode(symbols, shares, log, out, fse_shares.write(shares, log, out))
    if length == 0:
        raise FSENotCompressibleError(f"{symbols.size} bytes would not become fewer: store them as they are")
    return out[:length].tobytes()


def decompress(data, max_length=0):
    """Decode bytes that `compress` or pyfse made.

    Whatever the bytes are, nothing is read or written outside of them and of `max_length`.

    Args:
        data: the coded bytes, from their first to their last.
        max_length: the most bytes that may come out; 0 for ten times the coded ones, as in pyfse.

    Returns:
        The decoded bytes, at least two.

    Raises:
        FSEException: not coded bytes, or cut, damaged, or more than `max_length` come out.
    """
    data, max_length = _view(data), operator.index(max_length)
    if max_length < 0:
        raise FSEException(f"max_length must be at least 0, not {max_length}")
    # A state reads no bit at most 4,096 times on end, so no more than this can come out.
    possible = 4096 * (8 * data.size + 2)
    out = np.empty(min(max_length or 10 * data.size, possible), np.uint8)
    return out[: decompress_into(data, out)].tobytes()


def decompress_into(data, out):
    """Decode into an array.

    Args:
        data: the coded bytes, from their first to their last.
        out: contiguous uint8, one dimension; what stands there after the decoded symbols, and after an error, is open.

    Returns:
        The number of symbols, at least two and at most the size of `out`.

    Raises:
        FSEException: not coded bytes, or cut, damaged, or more symbols than `out` has room for.
    """
    from neural_imaging.coding import fse_shares, fse_states

    data, shares = _view(data), np.zeros(256, np.int64)
    length, start = fse_shares.read(data, shares)
    if length > 0:
        length = fse_states.decode(data, start, shares, length, out)
    if length > 0:
        return length
    reason = {
        fse_shares.CUT: "they end too early",
        fse_shares.LOG_TOO_LARGE: "the table is larger than the format allows",
        fse_shares.TOO_MANY_SYMBOLS: "the table has more than 256 symbols",
        fse_shares.ONE_SYMBOL: "the table has one symbol alone",
        fse_states.CUT: "they end too early",
        fse_states.NO_END_MARK: "the end mark is missing",
        fse_states.TOO_LONG: f"more than {out.size} symbols come out",
        fse_states.BITS_LEFT: "bits are left over",
    }[length]
    raise FSEException(f"entropy-coded bytes cannot be read: {reason}")


def _view(data):
    """Bytes as a read-only array, so that every function is compiled for one type alone."""
    view = np.frombuffer(data, np.uint8)
    view.flags.writeable = False
    return view
