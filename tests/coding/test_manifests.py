"""A C2PA manifest is found wherever the formats have it, and nothing is taken for one."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from neural_imaging.coding import manifests

# A superbox of JUMBF with its description: the UUID of a C2PA store begins with c2pa.
_STORE = b"c2pa" + bytes.fromhex("0011001080 0000aa00389b71".replace(" ", ""))


def box(kind, content):
    return struct.pack(">I4s", 8 + len(content), kind) + content


def jumbf(uuid=_STORE, size=40):
    return box(b"jumb", box(b"jumd", uuid + b"\x03c2pa\0") + box(b"cbor", bytes(size)))


def saved(kind, **options):
    data = io.BytesIO()
    Image.fromarray(np.zeros((16, 16, 3), np.uint8)).save(data, kind, **options)
    return data.getvalue()


def in_jpeg(superbox, parts=1):
    """A JPEG file with a box in so many segments, each of which repeats the box's head."""
    data, step = saved("JPEG"), -(-(len(superbox) - 8) // parts)
    segments = b""
    for part in range(parts):
        content = b"JP" + struct.pack(">HI", 1, part + 1) + superbox[:8] + superbox[8 + part * step :][:step]
        segments += b"\xff\xeb" + struct.pack(">H", 2 + len(content)) + content
    return data[:2] + segments + data[2:], len(segments)


def test_in_jpeg_it_lies_in_segments():
    for parts in (1, 3):
        data, size = in_jpeg(jumbf(size=300), parts)
        assert manifests.find(data) == ("C2PA", "APP11", size)


def test_another_box_is_not_called_a_manifest():
    data, size = in_jpeg(jumbf(uuid=bytes(16)))
    assert manifests.find(data) == ("JUMBF", "APP11", size)


def test_in_png_and_webp_it_is_a_chunk():
    store, data = jumbf(), saved("PNG")
    chunk = struct.pack(">I", len(store)) + b"caBX" + store + struct.pack(">I", zlib.crc32(b"caBX" + store))
    assert manifests.find(data[:33] + chunk + data[33:]) == ("C2PA", "chunk caBX", len(store))
    riff = saved("WEBP") + b"C2PA" + struct.pack("<I", len(store)) + store
    assert manifests.find(riff) == ("C2PA", "chunk C2PA", len(store))


def test_in_tiff_it_is_a_tag():
    tags, store = TiffImagePlugin.ImageFileDirectory_v2(), jumbf()
    tags[0xCD41] = store
    tags.tagtype[0xCD41] = 7
    assert manifests.find(saved("TIFF", tiffinfo=tags)) == ("C2PA", "tag 52545", len(store))


def test_in_avif_it_is_a_box():
    uuid = box(b"uuid", bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + bytes(30))
    data = saved("AVIF")
    length = struct.unpack(">I", data[:4])[0]
    assert manifests.find(data[:length] + uuid + data[length:]) == ("C2PA", "box uuid", len(uuid))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "BMP", "GIF"])
def test_plain_files_have_none_and_cut_ones_are_no_error(kind):
    data = saved(kind)
    assert manifests.find(data) is None
    for end in range(0, len(data), max(1, len(data) // 97)):
        assert manifests.find(data[:end]) is None
