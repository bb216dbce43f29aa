import io

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_tables, libjpeg


def _picture(height=37, width=50):
    """A smooth picture with some noise, of sides that are no multiples of 16."""
    rng, (rows, columns) = np.random.default_rng(0), np.mgrid[:height, :width]
    waves = np.stack([128 + 90 * np.sin(rows / (3 + k) + columns / (5 + k)) for k in range(3)], axis=-1)
    return np.clip(waves + 6 * rng.standard_normal(waves.shape), 0, 255).astype(np.uint8)


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


@pytest.mark.parametrize(("subsampling", "factors"), [("4:4:4", 0x11), ("4:2:2", 0x21), ("4:2:0", 0x22)])
@pytest.mark.parametrize("tables", [None, jpeg_tables.pair(50)])
def test_libjpeg_writes_the_subsampling_asked_for(subsampling, factors, tables):
    data = libjpeg.encode(_picture(), 75, subsampling, tables)
    frame = data.index(b"\xff\xc0")
    assert [data[frame + 11 + 3 * component] for component in range(3)] == [factors, 0x11, 0x11]


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("quality", [1, 30, 75, 98])
@pytest.mark.parametrize("size", [(37, 50), (16, 16), (1, 1), (3, 21)])
def test_given_tables_give_the_same_bytes_as_the_quality_that_has_them(subsampling, quality, size):
    # imagecodecs writes standard tables, Pillow given ones: both must be the same codec.
    picture = _picture(*size)
    standard = libjpeg.encode(picture, quality, subsampling)
    given = libjpeg.encode(picture, 50, subsampling, jpeg_tables.pair(quality))
    np.testing.assert_array_equal(libjpeg.decode(standard), libjpeg.decode(given))
    np.testing.assert_array_equal(libjpeg.decode(given), np.asarray(Image.open(io.BytesIO(given))))


def test_quality_scales_given_tables_as_it_scales_standard_ones():
    picture = _picture()
    scaled = libjpeg.encode(picture, 80, "4:2:0", jpeg_tables.STANDARD)
    np.testing.assert_array_equal(libjpeg.decode(scaled), libjpeg.decode(libjpeg.encode(picture, 80, "4:2:0")))


def test_a_quality_between_two_has_tables_between_theirs():
    written = jpeg_tables.parse(libjpeg.encode(_picture(), 20.5)).tables
    assert np.all((written <= jpeg_tables.pair(20)) & (written >= jpeg_tables.pair(21)))
    assert np.any(written != jpeg_tables.pair(20))
    assert np.any(written != jpeg_tables.pair(21))


def test_each_picture_has_its_own_quality_and_tables():
    pictures = np.stack([_picture(), _picture()[::-1]])
    tables = np.stack([jpeg_tables.pair(30), jpeg_tables.pair(90)])
    own = libjpeg.compress(pictures, [30, 90], "4:2:2")
    np.testing.assert_array_equal(libjpeg.compress(pictures, 50, "4:2:2", tables), own)
    np.testing.assert_array_equal(libjpeg.compress(pictures[1:], 90, "4:2:2"), own[1:])


def test_libjpeg_says_which_setting_is_wrong():
    with pytest.raises(UserError, match=r"sub-sampling must be one of 4:4:4, 4:2:2, 4:2:0, not '4:1:1'"):
        libjpeg.encode(_picture(), 75, "4:1:1")
    with pytest.raises(UserError, match=r"shape \(2, 8, 8\), brightness first, not \(8, 8\)"):
        libjpeg.encode(_picture(), 75, tables=jpeg_tables.LUMA)
    with pytest.raises(UserError, match="3 qualities for 2 pictures"):
        libjpeg.compress(np.stack([_picture()] * 2), [30, 40, 50])
