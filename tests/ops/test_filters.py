import numpy as np
import pytest
from gradients import value_and_gradient
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops
from scipy import ndimage

from neural_imaging.ops import colour, filters


def _pictures(seed=0, shape=(2, 20, 24, 3)):
    return np.random.default_rng(seed).random(shape, np.float32)


@pytest.mark.parametrize("size", [3, 5, 7])
def test_the_median_is_scipys(size):
    pictures = _pictures()
    expected = ndimage.median_filter(pictures, size=(1, size, size, 1), mode="mirror")
    np.testing.assert_array_equal(filters.median(ops.convert_to_tensor(pictures), size), expected)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_the_medians_gradient_goes_to_one_pixel_each_also_where_many_are_equal(seed, levels):
    pictures = np.floor(levels * _pictures(seed, (1, 9, 9, 1))) / levels
    median, gradient = value_and_gradient(lambda x: filters.median(x, 3), pictures.astype(np.float32))
    assert gradient.sum() == pytest.approx(median.size)
    np.testing.assert_array_equal(gradient, np.round(gradient))


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_pooling_and_its_gradient_are_those_of_averages(factor):
    pictures = _pictures(shape=(2, 12, 24, 3))

    def averages(images):
        return ops.average_pool(images, factor, factor, padding="valid", data_format="channels_last")

    for ours, theirs in zip(
        value_and_gradient(lambda x: filters.pool(x, factor), pictures),
        value_and_gradient(averages, pictures),
        strict=True,
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_filters_keep_flat_pictures():
    flat = np.full((1, 12, 12, 3), 0.3, np.float32)
    for filtered in (
        filters.blur(flat, 0.83),
        filters.convolve(flat, filters.sharpening_kernel(1), "symmetric"),
        filters.median(ops.convert_to_tensor(flat)),
        filters.resample(flat, 50),
    ):
        np.testing.assert_allclose(filtered, flat, atol=1e-6)


def test_channels_are_filtered_each_on_its_own():
    pictures = _pictures()
    pictures[..., 1:] = 0
    filtered = np.asarray(filters.blur(pictures, 1.5))
    assert np.abs(filtered[..., 1:]).max() == 0
    # Two samples on either side of the middle one, as in a kernel of five.
    expected = ndimage.gaussian_filter(pictures[0, ..., 0], 1.5, radius=2, mode="mirror")
    np.testing.assert_allclose(filtered[0, ..., 0], expected, atol=1e-6)


@pytest.mark.parametrize("shape", [(3, 3), (5, 1), (1, 5)])
def test_filtering_and_its_gradient_are_those_of_a_convolution(shape):
    rng = np.random.default_rng(3)
    pictures, kernel = _pictures(), rng.normal(size=shape).astype(np.float32)
    each = np.repeat(kernel[:, :, None, None], 3, axis=2)
    filtered, gradient = value_and_gradient(lambda x: filters.correlate(x, kernel), pictures)
    expected, expected_gradient = value_and_gradient(lambda x: ops.depthwise_conv(x, each, padding="valid"), pictures)
    np.testing.assert_allclose(filtered, expected, atol=1e-5)
    np.testing.assert_allclose(gradient, expected_gradient, atol=1e-5)


@pytest.mark.parametrize("percent", [30, 50, 73, 100])
def test_resampling_by_a_drawn_percentage_is_resampling_by_the_number(percent):
    pictures = ops.convert_to_tensor(_pictures())
    by_number = filters.resample(pictures, percent)
    np.testing.assert_allclose(filters.resample(pictures, ops.convert_to_tensor(float(percent))), by_number, atol=1e-5)


def test_hue_saturation_and_value_are_matplotlibs():
    matplotlib_colors = pytest.importorskip("matplotlib.colors")
    pictures = _pictures()
    hsv = np.asarray(colour.rgb_to_hsv(ops.convert_to_tensor(pictures)))
    np.testing.assert_allclose(hsv, matplotlib_colors.rgb_to_hsv(pictures), atol=1e-5)
    np.testing.assert_allclose(colour.hsv_to_rgb(hsv), pictures, atol=1e-5)


def test_changing_the_value_channel_keeps_hue_and_saturation():
    pictures = 0.02 + 0.9 * _pictures()
    changed = np.asarray(colour.change_value(ops.convert_to_tensor(pictures), lambda value: 0.5 * value))
    np.testing.assert_allclose(changed, 0.5 * pictures, atol=1e-6)


def test_the_gradient_of_a_changed_value_channel_is_finite_in_black():
    black = np.zeros((1, 8, 8, 3), np.float32)
    changed, gradient = value_and_gradient(lambda x: colour.change_value(x, lambda value: value + 0.1), black)
    np.testing.assert_allclose(changed, 0.1, atol=1e-6)
    assert np.isfinite(gradient).all()
