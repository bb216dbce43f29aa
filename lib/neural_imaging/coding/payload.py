"""How many bytes of a coded picture are picture: headers and containers are left out, as the papers count it.

What counts, format by format:

* JPEG: Huffman tables and scans, with their markers, and the end marker. Left out are quantisation tables, the frame's
  header, and application data. This is what the released toolbox counts.
* JPEG 2000: the tile-parts with their headers, by the lengths stated there. The toolbox sums the same numbers.
* BPG: the picture data that the header states, an HEVC stream without the file's header and extensions.
* WebP: the content of the `VP8 ` chunk.
* JPEG XL: the bare codestream.
* AVIF: the content of the `mdat` boxes.

The papers have none of the last three. Their streams begin with a small header of their own, which counts.

Every function takes a file's bytes and refuses what is cut or damaged with `UserError`. Nothing is decoded, lengths are
checked before they are used, and work grows with the number of bytes.
"""

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_segments

_TILE_PART, _CODESTREAM_END = b"\xff\x90", b"\xff\xd9"
_BPG_LONGEST_NUMBER = 5


def jpeg(data):
    """Bytes of a JPEG file's Huffman tables, scans and end marker."""
    counted, scans = 0, 0
    for kind, start, _, end in jpeg_segments.segments(data):
        counted += end - start if kind in (jpeg_segments.SCAN, jpeg_segments.HUFFMAN, jpeg_segments.END) else 0
        scans += kind == jpeg_segments.SCAN
    if not scans:
        raise UserError("a JPEG file without a picture")
    return counted


def jpeg2000(data):
    """Bytes of the tile-parts of a JPEG 2000 codestream, bare or in a JP2 file."""
    at, end = 0, len(data)
    if data[:4] != b"\xff\x4f\xff\x51":
        if data[4:8] != b"jP  ":
            raise UserError("not a JPEG 2000 file")
        streams = [(first, last) for kind, first, last in _boxes("JPEG 2000", data) if kind == b"jp2c"]
        if not streams:
            raise UserError("a JPEG 2000 file without a codestream")
        at, end = streams[0]
    data = memoryview(data)[at:end]
    if data[:2] != b"\xff\x4f":
        raise _damaged("JPEG 2000", at)
    at, counted = 2, 0
    while data[at : at + 2] != _TILE_PART:
        _number("JPEG 2000", data, at, 2)
        at += 2 + _length("JPEG 2000", data, at + 2, 2, least=2)
    while data[at : at + 2] != _CODESTREAM_END:
        if data[at : at + 2] != _TILE_PART:
            raise _damaged("JPEG 2000", at)
        # Marker, length and number of the tile, two bytes each; then the length of the tile-part from its marker on.
        length = _number("JPEG 2000", data, at + 6, 4) or len(data) - len(_CODESTREAM_END) - at
        if not 12 <= length <= len(data) - at:
            raise _damaged("JPEG 2000", at)
        at, counted = at + length, counted + length
    return counted


def webp(data):
    """Bytes of a WebP file's picture: the content of its `VP8 ` chunk, or of `VP8L` where it is lossless."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise UserError("not a WebP file")
    at, end = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at < end:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            raise _damaged("WebP", at)
        if data[at : at + 4] in (b"VP8 ", b"VP8L"):
            return length
        at += 8 + length + length % 2
    raise UserError("a WebP file without a picture")


def jpegxl(data):
    """Bytes of a JPEG XL codestream, bare or in a container."""
    if data[:2] == b"\xff\x0a":
        return len(data)
    if data[4:8] != b"JXL ":
        raise UserError("not a JPEG XL file")
    counted = 0
    for kind, first, last in _boxes("JPEG XL", data):
        # Boxes of a divided codestream begin with their number, four bytes.
        counted += {b"jxlc": last - first, b"jxlp": max(0, last - first - 4)}.get(kind, 0)
    if not counted:
        raise UserError("a JPEG XL file without a codestream")
    return counted


def avif(data):
    """Bytes in the `mdat` boxes of an AVIF file: the AV1 stream; other items too, where a file has them."""
    if data[4:8] != b"ftyp" or b"avif" not in data[8 : min(len(data), int.from_bytes(data[:4], "big"))]:
        raise UserError("not an AVIF file")
    counted = sum(last - first for kind, first, last in _boxes("AVIF", data) if kind == b"mdat")
    if not counted:
        raise UserError("an AVIF file without a picture")
    return counted


def bpg(data):
    """Bytes of a BPG file's picture data, by its header."""
    if data[:4] != b"BPG\xfb":
        raise UserError("not a BPG file")
    extension = _number("BPG", data, 5, 1) & 0x08
    _, at = _bpg_number(data, 6)  # Width,
    _, at = _bpg_number(data, at)  # and height.
    length, at = _bpg_number(data, at)
    if extension:
        size, at = _bpg_number(data, at)
        at += size
    rest = len(data) - at
    if rest < max(1, length):
        raise UserError("a BPG file that is cut: its picture data are missing")
    return length or rest  # A length of 0 stands for all that follows.


def _boxes(name, data):
    """Kind, first and last place of each top-level box's content (ISO base media, JP2 and JPEG XL)."""
    at = 0
    while at < len(data):
        length, header = _number(name, data, at, 4), 8
        if length == 1:
            length, header = _number(name, data, at + 8, 8), 16
        elif length == 0:
            length = len(data) - at
        if not header <= length <= len(data) - at:
            raise _damaged(name, at)
        yield bytes(data[at + 4 : at + 8]), at + header, at + length
        at += length


def _number(name, data, at, size):
    """A number of so many bytes, the most significant first."""
    if at + size > len(data):
        raise _damaged(name, at)
    return int.from_bytes(data[at : at + size], "big")


def _length(name, data, at, size, least):
    length = _number(name, data, at, size)
    if not least <= length <= len(data) - at:
        raise _damaged(name, at)
    return length


def _bpg_number(data, at):
    """A number of 7 bits a byte, the most significant first; a set eighth bit says that more follow."""
    value = 0
    for place in range(at, at + _BPG_LONGEST_NUMBER):
        byte = _number("BPG", data, place, 1)
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    raise _damaged("BPG", at)


def _damaged(name, at):
    return UserError(f"a {name} file that is cut or damaged at byte {at}")
