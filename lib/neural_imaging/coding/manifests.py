"""Whether a file carries a manifest of its origin (C2PA, in a box of JUMBF). What it says is not read or judged.

Reference:
    C2PA Technical Specification, "Embedding manifests into various file formats"; ISO/IEC 19566-5 (JUMBF).
"""

import struct
from typing import NamedTuple

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_segments

C2PA, JUMBF = "C2PA", "JUMBF"
_APP11, _JPEG, _PNG = 0xEB, b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
# The type of a box in HEIF, AVIF and other files of ISO's base media format.
_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
# Tag of TIFF and DNG, with the number of bytes behind it.
_TAG = 0xCD41
_TIFF = {b"II*\0": "<", b"MM\0*": ">"}


class Manifest(NamedTuple):
    """A manifest, or another box of JUMBF."""

    kind: str
    """`C2PA`, or `JUMBF` for a box with something else in it."""
    where: str
    """The part of the file that it lies in."""
    size: int
    """Bytes of that part."""


def find(data):
    """The first `Manifest` in a file's bytes, one of C2PA before others; None where there is none that is known.

    Looked at are JPEG, PNG, WebP, TIFF and DNG, HEIF, AVIF and JPEG XL.
    """
    found = []
    # Of a damaged file what lies in front of the damage counts.
    try:
        for manifest in _walk(data):
            if manifest.kind == C2PA:
                return manifest
            found.append(manifest)
    except (UserError, struct.error, LookupError):
        pass
    return found[0] if found else None


def _walk(data):
    if data[:2] == _JPEG:
        yield from _of_jpeg(data)
    elif data[:8] == _PNG:
        yield from _chunks(data, 8, ">", extra=4, wanted=b"caBX")
    elif data[:4] == b"RIFF":
        yield from _chunks(data, 12, "<", extra=0, wanted=b"C2PA")
    elif data[:4] in _TIFF:
        yield from _of_tiff(data, _TIFF[data[:4]])
    elif data[4:8] in (b"ftyp", b"JXL "):
        yield from _boxes(data)


def _of_jpeg(data):
    """A box lies in several segments where it is long; all of them have its number."""
    sizes, kinds = {}, {}
    try:
        for kind, start, content, end in jpeg_segments.segments(data):
            if kind == _APP11 and data[content : content + 2] == b"JP":
                number = data[content + 2 : content + 4]
                kinds.setdefault(number, C2PA if b"jumdc2pa" in data[content:end] else JUMBF)
                sizes[number] = sizes.get(number, 0) + end - start
    finally:
        for number, kind in kinds.items():
            yield Manifest(kind, "APP11", sizes[number])


def _chunks(data, at, order, extra, wanted):
    """Chunks of PNG, which have a checksum, and of RIFF, which have even lengths."""
    while at + 8 <= len(data):
        first, second = data[at : at + 4], data[at + 4 : at + 8]
        name, stored = (second, first) if extra else (first, second)
        (length,) = struct.unpack(f"{order}I", stored)
        if name == wanted:
            yield Manifest(C2PA, f"chunk {wanted.decode()}", length)
        at += 8 + length + (extra or length % 2)


def _of_tiff(data, order):
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, at)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, _, length = struct.unpack_from(f"{order}HHI", data, entry)
        if tag == _TAG:
            yield Manifest(C2PA, f"tag {_TAG}", length)


def _boxes(data):
    at = 0
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        end = at + length if length else len(data)
        if name == b"uuid" and data[at + head : at + head + 16] == _BOX:
            yield Manifest(C2PA, "box uuid", end - at)
        elif name == b"jumb":
            yield Manifest(C2PA if b"jumdc2pa" in data[at : at + 64] else JUMBF, "box jumb", end - at)
        if end <= at:
            return
        at = end
