"""The state machines of finite state entropy: symbols to bits and back; `fse` is the door to them.

`shares` and `log` are those of `fse_shares`, whose sum is the table's size. Two states take turns, the first at even
places. Symbols are coded from the last to the first, so that reading from the last bit on gives them from the first.
"""

import numpy as np

from neural_imaging.coding.compiled import compiled, highest_bit

# Bits that a pair of symbols takes at most: twice the largest log.
_PAIR = 24

# What `encode` returns for symbols that do not become fewer bytes, and `decode` for bytes that it cannot read.
NOT_COMPRESSIBLE = 0
CUT, NO_END_MARK, TOO_LONG, BITS_LEFT = -11, -12, -13, -14


@compiled
def _spread(shares, log):
    """Symbol of each cell, uint8: rare ones at the end, the others strewn over the rest."""
    size = 1 << log
    cells = np.zeros(size, np.uint8)
    last = size - 1
    for symbol in range(256):
        if shares[symbol] == -1:
            cells[last] = symbol
            last -= 1
    # The step is odd, so it meets every cell once.
    step, at = (size >> 1) + (size >> 3) + 3, 0
    for symbol in range(256):
        for _ in range(shares[symbol]):
            cells[at] = symbol
            at = (at + step) & (size - 1)
            while at > last:
                at = (at + step) & (size - 1)
    return cells


@compiled
def _encoding_tables(shares, log):
    """Successors of all states, sorted by symbol; and for each symbol two numbers, for its bits and its successor.

    In state s, from 2 ** log to twice that, symbol x takes n = (s + widths[x]) >> 16 bits, the lowest of s, and leads
    to the state successors[(s >> n) + starts[x]].
    """
    size = 1 << log
    cells = _spread(shares, log)
    successors = np.empty(size, np.uint16)
    widths, starts, places = np.zeros(256, np.int64), np.zeros(256, np.int64), np.zeros(256, np.int64)
    first = 0
    for symbol in range(256):
        share = abs(shares[symbol])
        if share > 0:
            most = log - highest_bit(share - 1) if share > 1 else log
            widths[symbol] = (most << 16) - (share << most)
            starts[symbol] = first - share
            places[symbol] = first
        first += share
    for cell in range(size):
        symbol = cells[cell]
        successors[places[symbol]] = size + cell
        places[symbol] += 1
    return successors, widths, starts


@compiled
def _first_state(symbol, successors, widths, starts):
    """The lowest state that a symbol leads to: a coder that begins there spends no bits on the symbol."""
    width = (widths[symbol] + (1 << 15)) >> 16
    return np.int64(successors[(((width << 16) - widths[symbol]) >> width) + starts[symbol]])


@compiled
def encode(symbols, shares, log, out, at):
    """Code at least three uint8 symbols into `out`, from place `at`.

    From there on, `out` has room for 8 bytes more than there are symbols. Returns the place after the last byte, or
    NOT_COMPRESSIBLE if that is not at least 2 below the number of symbols.
    """
    length = symbols.size
    successors, widths, starts = _encoding_tables(shares, log)
    even = _first_state(symbols[length - 1 - (length - 1) % 2], successors, widths, starts)
    odd = _first_state(symbols[length - 1 - length % 2], successors, widths, starts)
    place = length - 3
    bits, filled = 0, 0
    if place % 2 == 0:
        symbol = symbols[place]
        filled = (even + widths[symbol]) >> 16
        bits = even & ((1 << filled) - 1)
        even = np.int64(successors[(even >> filled) + starts[symbol]])
        place -= 1
    while place > 0:
        symbol = symbols[place]
        width = (odd + widths[symbol]) >> 16
        bits |= (odd & ((1 << width) - 1)) << filled
        filled += width
        odd = np.int64(successors[(odd >> width) + starts[symbol]])
        symbol = symbols[place - 1]
        width = (even + widths[symbol]) >> 16
        bits |= (even & ((1 << width) - 1)) << filled
        filled += width
        even = np.int64(successors[(even >> width) + starts[symbol]])
        place -= 2
        # Four bytes at a time: fewer than 32 bits stay, so they and those of a pair fit int64.
        if filled >= 32:
            if at + 4 >= length:
                return NOT_COMPRESSIBLE
            for byte in range(4):
                out[at + byte] = (bits >> (8 * byte)) & 255
            at += 4
            bits >>= 32
            filled -= 32
    states = 1 << (2 * log) | (even - (1 << log)) << log | (odd - (1 << log))
    bits |= states << filled
    filled += 2 * log + 1
    while filled > 0:
        out[at] = bits & 255
        at += 1
        bits >>= 8
        filled -= 8
    return at if at < length - 1 else NOT_COMPRESSIBLE


@compiled
def _decoding_table(shares, log):
    """For each state, in one number: the bits to read (from bit 24), its symbol (16 to 23), the next state's base."""
    size = 1 << log
    cells = _spread(shares, log)
    table = np.empty(size, np.uint32)
    successor = np.abs(shares)
    for cell in range(size):
        symbol = np.int64(cells[cell])
        width = log - highest_bit(successor[symbol])
        # The base ends with `width` zeros and is below the size, so that no bits lead out of the table.
        table[cell] = (width << 24) | (symbol << 16) | ((successor[symbol] << width) - size)
        successor[symbol] += 1
    return table


@compiled
def decode(data, start, shares, log, out):
    """Decode the uint8 `data` from place `start`, where at least one byte is, into the uint8 `out`.

    Returns the number of symbols, or one of the reasons, which are below 0.
    """
    rest = data.size - 1
    if data[rest] == 0:
        return NO_END_MARK
    table = _decoding_table(shares, log)
    # `left` bits wait in `bits`; bytes from `start` to before `rest` are still to be read, from the last to the first.
    left = highest_bit(data[rest])
    bits = data[rest] & ((1 << left) - 1)
    while left < _PAIR and rest > start:
        rest -= 1
        bits = bits << 8 | data[rest]
        left += 8
    left -= 2 * log
    if left < 0:
        return CUT
    state = (bits >> (left + log)) & ((1 << log) - 1)
    other = (bits >> left) & ((1 << log) - 1)
    length, room = 0, out.size
    # While there are four bytes to fill up with, a pair of symbols always finds its bits.
    while rest >= start + 4 and length + 2 <= room:
        if left < _PAIR:
            bits &= (1 << left) - 1
            for _ in range(4):
                rest -= 1
                bits = bits << 8 | data[rest]
            left += 32
        cell = np.int64(table[state])
        width = cell >> 24
        left -= width
        state = (cell & 0xFFFF) + ((bits >> left) & ((1 << width) - 1))
        out[length] = (cell >> 16) & 255
        cell = np.int64(table[other])
        width = cell >> 24
        left -= width
        other = (cell & 0xFFFF) + ((bits >> left) & ((1 << width) - 1))
        out[length + 1] = (cell >> 16) & 255
        length += 2
    while length + 2 <= room:
        while left < _PAIR and rest > start:
            bits = (bits & ((1 << left) - 1)) << 8 | data[rest - 1]
            rest -= 1
            left += 8
        cell = np.int64(table[state])
        width = cell >> 24
        out[length] = (cell >> 16) & 255
        length += 1
        if width > left:
            # The coders began with these symbols, which took no bits: this one, and the other state's.
            out[length] = (np.int64(table[other]) >> 16) & 255
            return length + 1 if left == 0 else BITS_LEFT
        left -= width
        state, other = other, (cell & 0xFFFF) + ((bits >> left) & ((1 << width) - 1))
    return TOO_LONG
