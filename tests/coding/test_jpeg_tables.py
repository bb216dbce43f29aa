import imagecodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_tables, libjpeg

ZIGZAG = sorted(range(64), key=lambda at: (at // 8 + at % 8, at // 8 if (at // 8 + at % 8) % 2 else at % 8))


def _tables_in_file(data):
    """Quantisation tables of a JPEG file in natural order."""
    tables, start = {}, 2
    while data[start + 1] != 0xDA:
        length = int.from_bytes(data[start + 2 : start + 4], "big")
        if data[start + 1] == 0xDB:
            segment = data[start + 4 : start + 2 + length]
            for at in range(0, len(segment), 65):
                natural = np.empty(64, int)
                natural[ZIGZAG] = list(segment[at + 1 : at + 65])
                tables[segment[at]] = natural.reshape(8, 8)
        start += 2 + length
    return tables


@pytest.mark.parametrize("quality", range(1, 101))
def test_tables_are_those_that_libjpeg_writes(quality):
    written = _tables_in_file(libjpeg.encode(np.zeros((8, 8, 3), np.uint8), quality))
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


def test_libjpeg_does_not_subsample_colour():
    picture = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    data = libjpeg.encode(picture, 75)
    frame = data.index(b"\xff\xc0")
    assert [data[frame + 11 + 3 * component] for component in range(3)] == [0x11] * 3
    np.testing.assert_array_equal(imagecodecs.jpeg8_decode(data), libjpeg.decode(data))


def test_libjpeg_takes_floats_as_their_nearest_level():
    levels = np.random.default_rng(0).integers(0, 256, (2, 16, 24, 3), dtype=np.uint8)
    compressed = libjpeg.compress(levels, 90)
    assert compressed.dtype == np.float32
    np.testing.assert_array_equal(libjpeg.compress(levels / np.float32(255) + 0.001, 90), compressed)
    np.testing.assert_allclose(255 * compressed, np.rint(255 * compressed), atol=1e-4)


def test_libjpeg_refuses_what_is_no_batch_of_rgb_pictures():
    with pytest.raises(UserError, match="batch"):
        libjpeg.compress(np.zeros((8, 8, 3), np.uint8), 50)
    with pytest.raises(UserError, match=r"not \(1, 8, 8, 1\)"):
        libjpeg.compress(np.zeros((1, 8, 8, 1), np.uint8), 50)
    with pytest.raises(UserError, match="8-bit RGB"):
        libjpeg.encode(np.zeros((8, 8, 1), np.uint8), 50)
    with pytest.raises(UserError, match="not from 0 to 255"):
        libjpeg.compress(np.array([0, 255, 0] * 64, np.float32).reshape(1, 8, 8, 3), 50)
    with pytest.raises(UserError, match="not int64"):
        libjpeg.compress(np.zeros((1, 8, 8, 3), np.int64), 50)
