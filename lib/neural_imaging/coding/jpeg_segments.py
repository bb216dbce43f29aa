"""The segments of a JPEG file (ITU-T T.81, Annex B), each from marker to marker."""

from typing import NamedTuple

from neural_imaging.base.errors import UserError

SCAN, HUFFMAN, QUANTISATION, END, ADOBE = 0xDA, 0xC4, 0xDB, 0xD9, 0xEE
# Frames whose samples are DCT coefficients: sequential and progressive, with Huffman or arithmetic coding.
FRAMES = (0xC0, 0xC1, 0xC2, 0xC9, 0xCA)
_RESTARTS = range(0xD0, 0xD8)
_WITHOUT_LENGTH = (0x01, *_RESTARTS)


class Segment(NamedTuple):
    """One segment: the second byte of its marker, and where its parts lie in the file."""

    kind: int
    start: int
    """Where it begins, with fill bytes in front of the marker."""
    content: int
    """Where its content begins, after marker and length."""
    end: int
    """Where it ends; a scan's coded data belong to it."""


def segments(data):
    """Segments of a JPEG file's bytes that have a content, and the end marker as the last one.

    Raises:
        UserError: no JPEG file, or one that is cut or damaged; when the walk gets there.
    """
    if data[:2] != b"\xff\xd8":
        raise UserError("not a JPEG file")
    at = 2
    while True:
        start = at
        if data[at : at + 1] != b"\xff":
            raise damaged(at)
        while data[at + 1 : at + 2] == b"\xff":  # Markers may have fill bytes in front.
            at += 1
        if at + 2 > len(data):
            raise damaged(at + 1)
        kind, at = data[at + 1], at + 2
        if kind == END:
            yield Segment(kind, start, at, at)
            return
        if kind in _WITHOUT_LENGTH:
            continue
        content, at = at + 2, at + _length(data, at)
        if kind == SCAN:
            at = _scan_end(data, at)
        yield Segment(kind, start, content, at)


def damaged(at):
    """The error for a file that is no JPEG from some byte on."""
    return UserError(f"a JPEG file that is cut or damaged at byte {at}")


def _length(data, at):
    length = int.from_bytes(data[at : at + 2], "big")
    if not 2 <= length <= len(data) - at:
        raise damaged(at)
    return length


def _scan_end(data, at):
    """Where a scan's coded data end: at a marker that is neither a stuffed 0xFF nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise UserError("a JPEG file that is cut: its end marker is missing")
        if data[at + 1] != 0 and data[at + 1] not in _RESTARTS:
            return at
        at += 2
