import contextlib
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_tables, libjpeg

PICTURE = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)


def _pillow(mode="RGB", **settings):
    """The bytes of a JPEG file that Pillow writes."""
    coded = io.BytesIO()
    Image.fromarray(PICTURE).convert(mode).save(coded, "JPEG", **settings)
    return coded.getvalue()


@pytest.mark.parametrize("quality", range(1, 101))
def test_tables_are_those_that_libjpeg_writes(quality):
    written = jpeg_tables.parse(libjpeg.encode(np.zeros((8, 8, 3), np.uint8), quality)).tables
    np.testing.assert_array_equal(jpeg_tables.table(quality), written[0])
    np.testing.assert_array_equal(jpeg_tables.table(quality, chroma=True), written[1])


@pytest.mark.parametrize("quality", [10, 50, 80, 95])
def test_tables_are_those_of_the_released_toolbox(parity, quality):
    reference = parity("differentiable_jpeg")
    np.testing.assert_array_equal(jpeg_tables.table(quality), reference[f"q{quality}__qtable_luma"])
    np.testing.assert_array_equal(jpeg_tables.table(quality, chroma=True), reference[f"q{quality}__qtable_chroma"])


@given(st.integers(1, 100), st.booleans())
def test_the_estimated_quality_has_the_same_table(quality, chroma):
    table = jpeg_tables.table(quality, chroma)
    np.testing.assert_array_equal(jpeg_tables.table(jpeg_tables.estimate_quality(table, chroma), chroma), table)


@pytest.mark.parametrize("quality", [0, 101, 50.5, "50", None, True, float("nan")])
def test_a_quality_that_is_none_is_refused(quality):
    with pytest.raises(UserError, match="JPEG quality"):
        jpeg_tables.table(quality)


def test_tables_of_files_are_in_the_order_that_pillow_has():
    tables = np.random.default_rng(1).integers(1, 256, (2, 8, 8))
    data = _pillow(qtables=tables.reshape(2, 64).tolist())
    np.testing.assert_array_equal(jpeg_tables.parse(data).tables, tables)
    assert [Image.open(io.BytesIO(data)).quantization[k] for k in (0, 1)] == tables.reshape(2, 64).tolist()


def test_tables_of_16_bits_are_read():
    tables = np.random.default_rng(1).integers(256, 32768, (2, 8, 8))
    np.testing.assert_array_equal(jpeg_tables.parse(libjpeg.encode(PICTURE, 50, tables=tables)).tables, tables)


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"optimize": True}])
def test_a_file_tells_its_subsampling_and_quality(tmp_path, subsampling, options):
    path = tmp_path / "a.jpg"
    path.write_bytes(_pillow(quality=83, subsampling=subsampling, **options))
    assert jpeg_tables.read(path)[1:] == (subsampling, 83)
    np.testing.assert_array_equal(jpeg_tables.given(path), jpeg_tables.pair(83))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"GIF89a", "not a JPEG file"),
        (_pillow("L"), "that is grey"),
        (_pillow("CMYK"), "that is CMYK"),
        (_pillow(keep_rgb=True), "that is RGB"),
        (_pillow()[:100], "cut or damaged"),
        (_pillow().replace(b"\xff\xdb", b"\xff\xfe"), "without the quantisation tables"),
        (_pillow().replace(b"\xff\xc0", b"\xff\xc3"), "without a frame"),
        (_pillow(qtables=[[1] * 64, [2] * 64, [3] * 64]), "different tables"),
        (_pillow().replace(b"\x01\x22\x00", b"\x01\x23\x00"), "sub-sampling"),
    ],
)
def test_files_without_such_tables_are_refused_with_their_name(tmp_path, data, message):
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with pytest.raises(UserError, match=f"a.jpg: .*{message}"):
        jpeg_tables.read(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"none.jpg: cannot be read"):
        jpeg_tables.read(tmp_path / "none.jpg")


@given(st.integers(2, 700), st.integers(0, 255))
def test_damaged_files_are_refused_or_read_but_nothing_else(at, value):
    data = bytearray(_pillow())
    data[at % len(data)] = value
    with contextlib.suppress(UserError):
        assert jpeg_tables.parse(bytes(data)).tables.shape == (2, 8, 8)


@pytest.mark.parametrize(
    "tables", [np.ones((8, 8)), np.zeros((2, 8, 8)), np.full((2, 8, 8), 1.5), np.full((2, 8, 8), np.nan), [[1], [1, 2]]]
)
def test_what_are_no_tables_is_refused(tables):
    with pytest.raises(UserError, match="JPEG tables"):
        jpeg_tables.given(tables)
