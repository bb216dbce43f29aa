"""Code lengths of the standard Huffman tables (ITU-T T.81, tables K.3 to K.6), as libjpeg writes them to files."""

import functools

import numpy as np

from neural_imaging.coding import jpeg_segments, libjpeg


@functools.cache
def code_lengths():
    """Bits of each symbol's code: int, shape (2, 2, 256): brightness and colour differences; mean (DC) and others (AC).

    Symbols that have no code have 0.
    """
    lengths = np.zeros((2, 2, 256), int)
    data = libjpeg.encode(np.zeros((8, 8, 3), np.uint8), 50)
    for kind, _, start, end in jpeg_segments.segments(data):
        at = start
        while kind == jpeg_segments.HUFFMAN and at < end:
            coefficients, number = data[at] >> 4, data[at] & 15
            counts = np.frombuffer(data[at + 1 : at + 17], np.uint8)
            symbols = np.frombuffer(data[at + 17 : at + 17 + counts.sum()], np.uint8)
            lengths[number, coefficients, symbols] = np.repeat(np.arange(1, 17), counts)
            at += 17 + len(symbols)
    return lengths
