import io

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from neural_imaging.base.errors import UserError
from neural_imaging.coding import libjpeg, payload

PICTURE = np.random.default_rng(4).integers(0, 256, (40, 56, 3), dtype=np.uint8)
JPEG = libjpeg.encode(PICTURE, 60)
JP2 = imagecodecs.jpeg2k_encode(PICTURE, level=30, codecformat="jp2")
J2K = imagecodecs.jpeg2k_encode(PICTURE, level=30, codecformat="j2k")
WEBP = imagecodecs.webp_encode(PICTURE, level=50, lossless=False)
JXL = imagecodecs.jpegxl_encode(PICTURE, distance=2.0, usecontainer=False)
JXL_BOXES = imagecodecs.jpegxl_encode(PICTURE, distance=2.0, usecontainer=True)
AVIF = imagecodecs.avif_encode(PICTURE, level=50, speed=9)
# Header of 40 × 200 pixels: a width of 7 bits, a height of 8, five bytes of picture data.
BPG = b"BPG\xfb\x60\x00" + b"\x28" + b"\x81\x48" + b"\x05" + b"12345"
FILES = {
    "jpeg": JPEG, "jpeg2000": JP2, "webp": WEBP, "jpegxl": JXL_BOXES, "avif": AVIF, "bpg": BPG,
}  # fmt: skip


def _segment(kind, content):
    return b"\xff" + bytes([kind]) + (len(content) + 2).to_bytes(2, "big") + content


def test_jpeg_counts_from_the_first_huffman_table_on():
    # libjpeg writes all its tables and headers before: this is how the released toolbox counts.
    assert payload.jpeg(JPEG) == len(JPEG) - JPEG.index(b"\xff\xc4")


def test_jpeg_leaves_application_data_out_wherever_it_stands():
    more = _segment(0xE1, b"Exif\xff\xc4" + bytes(500)) + _segment(0xFE, b"comment")
    scan = JPEG.index(b"\xff\xda")
    assert payload.jpeg(JPEG[:2] + more + JPEG[2:]) == payload.jpeg(JPEG)
    assert payload.jpeg(JPEG[:scan] + more + JPEG[scan:]) == payload.jpeg(JPEG)
    assert payload.jpeg(JPEG + bytes(100)) == payload.jpeg(JPEG)


def test_jpeg_with_many_scans_and_restarts_counts_them_all():
    for options in ({"progressive": True}, {"restart_marker_blocks": 2}, {"optimize": True}):
        coded = io.BytesIO()
        Image.fromarray(PICTURE).save(coded, "JPEG", quality=60, subsampling=0, **options)
        data = coded.getvalue()
        tables = 2 * 69 + 19 + 18 + 2  # Quantisation, frame, JFIF and the start.
        intervals = data.count(b"\xff\xdd\x00\x04") * 6
        assert payload.jpeg(data) == len(data) - tables - intervals


def test_jpeg2000_counts_its_tile_parts_bare_or_in_a_file():
    start = J2K.index(b"\xff\x90")
    assert payload.jpeg2000(J2K) == len(J2K) - start - 2
    assert payload.jpeg2000(JP2) == payload.jpeg2000(J2K)


def test_jpeg2000_sums_the_tile_parts_of_all_tiles():
    coded = io.BytesIO()
    Image.fromarray(PICTURE).save(coded, "JPEG2000", tile_size=(24, 24), no_jp2=True)
    data, start = coded.getvalue(), b"\xff\x90\x00\x0a"
    assert data.count(start) == 6
    assert payload.jpeg2000(data) == len(data) - data.index(start) - 2


def test_jpeg2000_takes_a_last_tile_part_that_goes_on_to_the_end():
    start = J2K.index(b"\xff\x90")
    open_ended = J2K[: start + 6] + bytes(4) + J2K[start + 10 :]
    assert payload.jpeg2000(open_ended) == payload.jpeg2000(J2K)


def test_containers_are_left_out():
    assert payload.jpegxl(JXL) == len(JXL)
    assert payload.jpegxl(JXL_BOXES) == len(JXL)
    assert payload.webp(WEBP) == int.from_bytes(WEBP[16:20], "little")
    assert len(WEBP) - 21 <= payload.webp(WEBP) <= len(WEBP) - 20
    assert payload.avif(AVIF) == len(AVIF) - AVIF.index(b"mdat") - 4


def test_a_divided_jpegxl_stream_is_counted_without_the_numbers_of_its_parts():
    boxes = JXL_BOXES[: JXL_BOXES.index(b"jxlc") - 4]
    for number, part in ((0, JXL[:30]), (0x80000001, JXL[30:])):
        boxes += (12 + len(part)).to_bytes(4, "big") + b"jxlp" + number.to_bytes(4, "big") + part
    assert payload.jpegxl(boxes) == len(JXL)


def test_bpg_counts_its_picture_data():
    assert payload.bpg(BPG) == 5
    assert payload.bpg(BPG + b"more") == 5
    assert payload.bpg(BPG.replace(b"\x05", b"\x00", 1)) == 5  # 0: as long as the file
    extended = BPG[:5] + b"\x08" + BPG[6:10] + b"\x03abc" + BPG[10:]
    assert payload.bpg(extended) == 5
    assert payload.bpg(extended.replace(b"\x05", b"\x00", 1)) == 5


@pytest.mark.parametrize("name", FILES)
def test_files_of_other_formats_are_refused(name):
    for other, data in FILES.items():
        if other != name:
            with pytest.raises(UserError, match=r"not an? "):
                getattr(payload, name)(data)
    with pytest.raises(UserError, match=r"not an? "):
        getattr(payload, name)(b"")


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_cut_are_refused(name):
    data = FILES[name]
    for length in [*range(min(len(data), 300)), len(data) - 1]:
        with pytest.raises(UserError):
            getattr(payload, name)(data[:length])


@pytest.mark.parametrize("name", [*FILES, "codestream"])
@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.data())
def test_damaged_files_are_refused_or_counted_within_their_length(name, data):
    damaged = bytearray(J2K if name == "codestream" else FILES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, min(len(damaged), 700) - 1))
        damaged[at] = data.draw(st.sampled_from((0, 1, 0x7F, 0x80, 0xD9, 0xDA, 0xFE, 0xFF)) | st.integers(0, 255))
    try:
        counted = getattr(payload, "jpeg2000" if name == "codestream" else name)(bytes(damaged))
    except UserError:
        return
    assert 0 <= counted <= len(damaged)
