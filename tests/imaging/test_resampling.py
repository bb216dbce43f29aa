"""Resampling: what Pillow does, kernel by kernel, and what a matrix of weights must be."""

import numpy as np
import pytest
from PIL import Image

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import resampling

PILLOW = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
# Smaller and larger, whole factors and others, odd sides, one pixel.
SIZES = [(48, 64), (45, 31), (33, 17), (120, 160), (1, 1), (91, 125), (200, 40)]


def _picture(height=90, width=124):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (height, width, 3))
    coarse = np.kron(rng.integers(0, 256, (height // 10 + 1, width // 10 + 1, 3)), np.ones((10, 10, 1), int))
    return ((noise + 3 * coarse[:height, :width]) // 4).astype(np.uint8)


@pytest.mark.parametrize("kernel", PILLOW)
@pytest.mark.parametrize("size", SIZES)
def test_pictures_are_those_of_pillow(kernel, size):
    picture = _picture()
    theirs = np.asarray(Image.fromarray(picture).resize(size[::-1], PILLOW[kernel])).astype(int)
    ours = resampling.resized_levels(picture, *size, kernel)
    assert ours.dtype == np.uint8
    assert ours.shape == (*size, 3)
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("factor", [2, 3, 5])
def test_area_is_the_mean_of_blocks_and_box_of_pillow_for_whole_factors(factor):
    picture = _picture(60, 90)
    blocks = picture.reshape(60 // factor, factor, 90 // factor, factor, 3).astype(float).mean((1, 3))
    ours = resampling.resized_levels(picture, 60 // factor, 90 // factor, "area").astype(int)
    assert np.abs(ours - blocks).max() <= 0.5 + 1e-3
    theirs = Image.fromarray(picture).resize((90 // factor, 60 // factor), Image.Resampling.BOX)
    assert np.abs(ours - np.asarray(theirs)).max() <= 1


@pytest.mark.parametrize("kernel", resampling.KERNELS)
def test_a_part_is_what_the_whole_has_there(kernel):
    picture, part = _picture(700, 900), (slice(16, 300), slice(32, 400))
    whole = resampling.resized_levels(picture, 350, 450, kernel)
    np.testing.assert_array_equal(resampling.resized_levels(picture, 350, 450, kernel, part), whole[part])


def test_area_counts_parts_of_pixels():
    expected = [[2 / 3, 1 / 3, 0], [0, 1 / 3, 2 / 3]]
    np.testing.assert_allclose(resampling.weights("area", 3, 2), expected, atol=1e-6)


def test_bilinear_aliased_takes_two_pixels_and_no_more():
    matrix = resampling.weights("bilinear-aliased", 64, 8)
    assert (matrix > 0).sum(axis=1).tolist() == [2] * 8
    np.testing.assert_allclose(matrix[1, 11:13], [0.5, 0.5])


@pytest.mark.parametrize("kernel", resampling.KERNELS)
@pytest.mark.parametrize(("source", "size"), [(30, 30), (31, 7), (7, 31), (5, 1), (1, 5), (1000, 333)])
def test_weights_keep_a_flat_picture(kernel, source, size):
    matrix = resampling.weights(kernel, source, size)
    assert matrix.shape == (size, source)
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("kernel", resampling.KERNELS)
def test_the_same_size_is_the_same_picture(kernel):
    picture = _picture(21, 34)
    np.testing.assert_array_equal(resampling.resized_levels(picture, 21, 34, kernel), picture)


@pytest.mark.parametrize("kernel", resampling.KERNELS)
@pytest.mark.parametrize("factor", [2, 3, 4])
def test_a_pixel_depends_on_nothing_beyond_the_reach(kernel, factor):
    # Reach is in pixels of the smaller picture, of which each stands for so many of the larger.
    matrix = resampling.weights(kernel, 24 * factor, 24)
    for row in range(24):
        seen = np.flatnonzero(matrix[row]) // factor
        assert np.abs(seen - row).max() <= resampling.reach(kernel)


def test_large_pictures_give_the_same_as_small_ones_do(monkeypatch):
    picture = _picture()
    expected = resampling.resized_levels(picture, 40, 50, "lanczos")
    monkeypatch.setattr(resampling, "_DENSE", 0)
    assert np.abs(resampling.resized_levels(picture, 40, 50, "lanczos").astype(int) - expected).max() <= 1


def test_other_kernels_and_sides_without_pixels_are_refused():
    with pytest.raises(UserError, match="known are bilinear"):
        resampling.weights("nearest", 4, 2)
    with pytest.raises(UserError, match="at least one"):
        resampling.weights("area", 4, 0)
