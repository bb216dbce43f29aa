import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.layers import kernels
from neural_imaging.layers.constrained_conv import ConstrainedConv2D
from neural_imaging.layers.depth_to_space import DepthToSpace
from neural_imaging.layers.pooled_conv import PooledConv2D
from neural_imaging.study.settings import CFA_PATTERNS


def test_the_constrained_filter_is_that_of_the_released_toolbox(parity):
    reference = parity("constrained_conv")
    layer = ConstrainedConv2D()
    # Values reach 100, so that a tolerance of 1e-4 is one of 1e-6 of the largest.
    np.testing.assert_allclose(layer(reference["x"]), reference["y_initial"], atol=1e-4)
    np.testing.assert_array_equal(layer.kernel, reference["kernel_initial"])
    layer.kernel.assign(reference["kernel"])
    expected = reference["y"]
    np.testing.assert_allclose(layer(reference["x"]), expected, rtol=1e-5, atol=1e-6 * np.abs(expected).max())


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_output_channel_ignores_constant_pictures(seed):
    layer = ConstrainedConv2D()
    layer.build((None, None, None, 3))
    layer.kernel.assign(0.5 + np.random.default_rng(seed).random((5, 5, 3, 3)))
    np.testing.assert_allclose(layer(np.full((1, 8, 8, 3), 0.7, np.float32)), 0, atol=1e-4)
    np.testing.assert_allclose(ops.diagonal(layer.filter()[2, 2]), -100, atol=1e-4)


@pytest.mark.parametrize("activation", ["leaky_relu", "relu", "tanh", "sigmoid", "softsign", None])
def test_pooling_before_bias_and_activation_gives_the_same_bits_as_after(activation):
    features = np.random.default_rng(0).standard_normal((2, 17, 16, 4)).astype(np.float32)
    early = PooledConv2D(8, 5, activation=activation)
    early(features)
    early.bias.assign(np.random.default_rng(1).standard_normal(8))
    late = keras.layers.Conv2D(8, 5, padding="same", activation=activation)
    late.build(features.shape)
    late.set_weights(early.get_weights())
    expected = ops.max_pool(late(features), 2, 2, padding="valid")
    np.testing.assert_array_equal(early(features), expected)
    assert tuple(expected.shape) == early.compute_output_shape(features.shape)


@pytest.mark.parametrize("pattern", CFA_PATTERNS)
def test_each_sample_of_a_bayer_stack_goes_to_its_place_and_colour(pattern):
    stack = np.random.default_rng(0).random((1, 3, 4, 4), np.float32)
    sparse = np.asarray(DepthToSpace(2)(stack @ kernels.upsampling(pattern)[0, 0]))[0]
    planes = iter([1, 2])
    for position, colour in enumerate(pattern):
        plane = {"R": 0, "B": 3}.get(colour) or (next(planes) if colour == "G" else 0)
        cell = sparse[position // 2 :: 2, position % 2 :: 2]
        np.testing.assert_array_equal(cell[..., "RGB".index(colour)], stack[0, ..., plane])
        assert np.count_nonzero(cell) == np.count_nonzero(stack[0, ..., plane])


def test_an_unknown_cfa_pattern_is_refused():
    with pytest.raises(UserError, match="RGGB, BGGR, GRBG, GBRG"):
        kernels.upsampling("XTRANS")


def test_bilinear_demosaicing_keeps_samples_and_flat_colours():
    kernel = kernels.bilinear_demosaicing(5)
    assert kernel.shape == (5, 5, 3, 3)
    np.testing.assert_allclose(np.diagonal(kernel[2, 2]), 1)
    # Each colour reaches a pixel with the weights of its own sites alone, which sum to one at each kind of site.
    np.testing.assert_allclose(kernel[::2, ::2, 0, 0].sum(), 1)
    np.testing.assert_allclose(kernel.sum((0, 1)), np.diag([4, 2, 4]))


@pytest.mark.parametrize("layer", [ConstrainedConv2D(50), PooledConv2D(4, 3, activation="relu"), DepthToSpace(2)])
def test_layers_are_saved_and_loaded(layer, tmp_path):
    inputs = keras.Input((None, None, 12 if isinstance(layer, DepthToSpace) else 3))
    model = keras.Model(inputs, layer(inputs))
    pictures = np.random.default_rng(0).random((1, 8, 8, inputs.shape[-1]), np.float32)
    model.save(tmp_path / "layer.keras")
    loaded = keras.saving.load_model(tmp_path / "layer.keras", safe_mode=True)
    np.testing.assert_array_equal(loaded(pictures), model(pictures))
