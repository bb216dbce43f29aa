"""How finite state entropy shares out its table among symbols, and how it writes that down; `fse` is the door to it.

A table has 2 ** log cells. Shares are an int64 array of 256: how many cells each symbol has, and -1 for a rare symbol,
which has one. Every number here fits int64.
"""

import numpy as np

from neural_imaging.coding.compiled import compiled, highest_bit

SMALLEST_LOG, USUAL_LOG, LARGEST_LOG = 5, 11, 12
# Room for any description: four bits, and for each of 256 symbols at most LARGEST_LOG + 1 bits and two for a run.
LONGEST_DESCRIPTION = 512

# What `plan` returns instead of a log for symbols that are not coded, and `read` for bytes that describe no shares.
NOT_COMPRESSIBLE, REPETITION = 0, 1
NOT_NORMALISED, CUT, LOG_TOO_LARGE, TOO_MANY_SYMBOLS, ONE_SYMBOL = -1, -2, -3, -4, -5

# Fractions, over 2 ** 20, from which a share below 8 is rounded up: found by the library's author.
_ROUND_UP = np.array([0, 473195, 504333, 520860, 550000, 700000, 750000, 830000])


@compiled
def plan(symbols, shares):
    """Share out a table that suits uint8 symbols into `shares`.

    Returns the log, or NOT_COMPRESSIBLE, REPETITION or NOT_NORMALISED.
    """
    length = symbols.size
    counts = np.zeros(256, np.int64)
    for symbol in symbols:
        counts[symbol] += 1
    most = counts.max()
    if most == length and length > 1:
        return REPETITION
    # With fewer than five symbols, the table alone takes as much.
    if most <= 1 or most < length >> 7 or length < 5:
        return NOT_COMPRESSIBLE
    last = 255
    while counts[last] == 0:
        last -= 1
    log = _table_log(length, last)
    return log if _normalise(counts, length, log, shares) else NOT_NORMALISED


@compiled
def _table_log(length, last_symbol):
    """Table size that suits so many symbols: small enough to pay, large enough for every symbol to have a cell."""
    # The library's early releases have length - 1 here, which matters where the length is a power of two.
    least = min(highest_bit(length) + 1, highest_bit(last_symbol) + 2)
    log = max(min(USUAL_LOG, highest_bit(length - 1) - 2), least)
    return min(max(log, SMALLEST_LOG), LARGEST_LOG)


@compiled
def _normalise(counts, total, log, shares):
    """Fill `shares` with whole shares of 2 ** log in proportion to `counts`; -1 is a cell for a rare symbol.

    The rounding is the library's, since coded bytes depend on it. Returns whether it succeeded.
    """
    scale = 62 - log
    step = (1 << 62) // total
    rare = total >> log
    left = 1 << log
    largest, largest_share = 0, 0
    for symbol in range(256):
        count = counts[symbol]
        if count == 0:
            shares[symbol] = 0
        elif count <= rare:
            shares[symbol] = -1
            left -= 1
        else:
            share = (count * step) >> scale
            if share < 8 and count * step - (share << scale) > _ROUND_UP[share] << (scale - 20):
                share += 1
            if share > largest_share:
                largest, largest_share = symbol, share
            shares[symbol] = share
            left -= share
    if -left >= shares[largest] >> 1:
        return _normalise_evenly(counts, total, log, shares)
    shares[largest] += left
    return True


@compiled
def _normalise_evenly(counts, total, log, shares):
    """The other way to normalise, for when the largest share cannot pay for all that was rounded up."""
    undecided = -2
    rare, single = total >> log, (total * 3) >> (log + 1)
    left = 1 << log
    for symbol in range(256):
        count = counts[symbol]
        if count == 0:
            shares[symbol] = 0
        elif count <= single:
            shares[symbol] = -1 if count <= rare else 1
            left -= 1
            total -= count
        else:
            shares[symbol] = undecided
    # Neither is 0 here: a table has twice the cells that all symbols need, or a cell for every byte to code.
    if total // left > single:
        single = (total * 3) // (left * 2)
        for symbol in range(256):
            if shares[symbol] == undecided and counts[symbol] <= single:
                shares[symbol] = 1
                left -= 1
                total -= counts[symbol]
    scale = 62 - log
    middle = (1 << (scale - 1)) - 1
    step = ((left << scale) + middle) // total
    reached = middle
    for symbol in range(256):
        if shares[symbol] == undecided:
            start = reached
            reached += counts[symbol] * step
            shares[symbol] = (reached >> scale) - (start >> scale)
            if shares[symbol] < 1:
                return False
    return True


@compiled
def _put(out, position, value, width):
    """Write a number of `width` bits, low ones first, at a place counted in bits; returns the place after them."""
    while width > 0:
        at, shift = position >> 3, position & 7
        if shift == 0:
            out[at] = 0
        out[at] |= (value << shift) & 255
        taken = min(8 - shift, width)
        value >>= taken
        position += taken
        width -= taken
    return position


@compiled
def _look(data, position, width):
    """The `width` bits at a place counted in bits; those after the end of the data are 0."""
    value, taken = 0, 0
    while taken < width:
        at, shift = (position + taken) >> 3, (position + taken) & 7
        if at < data.size:
            value |= (np.int64(data[at]) >> shift) << taken
        taken += 8 - shift
    return value & ((1 << width) - 1)


@compiled
def write(shares, log, out):
    """Describe the shares at the start of `out`; returns the number of bytes."""
    position = _put(out, 0, log - SMALLEST_LOG, 4)
    threshold, width = 1 << log, log + 1
    remaining = threshold + 1
    symbol, after_none = 0, False
    while remaining > 1:
        if after_none:
            start = symbol
            while shares[symbol] == 0:
                symbol += 1
            for _ in range((symbol - start) // 3):
                position = _put(out, position, 3, 2)
            position = _put(out, position, (symbol - start) % 3, 2)
        share = shares[symbol]
        # Numbers up to `remaining` are possible: that many of the smallest have one bit less than the others.
        shorter = 2 * threshold - 1 - remaining
        remaining -= abs(share)
        code = share + 1
        if code >= threshold:
            code += shorter
        position = _put(out, position, code, width - 1 if code < shorter else width)
        after_none = share == 0
        symbol += 1
        while remaining < threshold:
            threshold >>= 1
            width -= 1
    return (position + 7) >> 3


@compiled
def read(data, shares):
    """Read a description at the start of `data`, with at least one byte after it, into `shares`, which must be zeros.

    Returns (log, number of bytes), or (reason, 0). The shares that were read always fill the table.
    """
    log = SMALLEST_LOG + _look(data, 0, 4)
    if log > LARGEST_LOG:
        return LOG_TOO_LARGE, 0
    position = 4
    threshold, width = 1 << log, log + 1
    remaining = threshold + 1
    symbol, after_none = 0, False
    while remaining > 1:
        if after_none:
            step = 3
            while step == 3 and symbol < 256:
                step = _look(data, position, 2)
                position += 2
                symbol += step
        if symbol > 255:
            return TOO_MANY_SYMBOLS, 0
        shorter = 2 * threshold - 1 - remaining
        code = _look(data, position, width - 1)
        if code < shorter:
            position += width - 1
        else:
            code = _look(data, position, width)
            position += width
            if code >= threshold:
                code -= shorter
        # No code is above `remaining`, so what remains stays at least 1.
        share = code - 1
        remaining -= abs(share)
        shares[symbol] = share
        after_none = share == 0
        symbol += 1
        while remaining < threshold:
            threshold >>= 1
            width -= 1
    length = (position + 7) >> 3
    if length >= data.size:
        return CUT, 0
    # One symbol in all cells needs no bits: it would never end.
    if shares.max() == 1 << log:
        return ONE_SYMBOL, 0
    return log, length
