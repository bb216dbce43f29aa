"""Learned tiles: what is left of them in what is received, and how well strangers estimate them."""

import keras
import numpy as np
import pytest
import tiny_forensics

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import images
from neural_imaging.evaluation import signature
from neural_imaging.forensics import manipulations
from neural_imaging.forensics.channel import Channel
from neural_imaging.layers.tile import Signature

PERIOD = 8


def photograph():
    """A photograph of 96 × 128 pixels, grey with noise, on which no tile is clipped."""
    stack = np.random.default_rng(2).normal(12000, 500, (48, 64, 4)).astype(np.uint16)
    target = np.full((96, 128, 3), 128, np.uint8)
    return images.ImagePair("grey", "RGGB", np.eye(3, dtype=np.float32), stack, target, images.integral_images(target))


def rms(pattern):
    return float(np.sqrt(np.square(pattern).mean()))


@pytest.fixture(scope="module")
def measured():
    """What is left behind a blur and a channel that only pools."""
    channel = Channel(downsampling="pool", factor=2, codec="none")
    tile = Signature(strength=2.0, period=PERIOD, seed=1)
    pipeline = tiny_forensics.make(channel=channel, manipulations=("gaussian:0.83",), signature=tile)
    before = pipeline.get_weights()
    found = signature.measure(pipeline, [photograph()])
    for weight, kept in zip(pipeline.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, kept)
    return found


def test_a_developed_photograph_has_the_tile_itself(measured):
    assert rms(measured["tile"]) == pytest.approx(2.0, rel=1e-4)
    np.testing.assert_allclose(measured["manipulated"][0], measured["tile"], atol=1e-3)


def test_what_a_blur_leaves_is_the_blurred_tile(measured):
    grey = 0.5 + np.tile(measured["manipulated"][0], (5, 5, 1))[np.newaxis] / 255
    blurred = keras.ops.convert_to_numpy(manipulations.apply("gaussian", grey.astype(np.float32), 0.83))[0]
    expected = 255 * (blurred[2 * PERIOD : 3 * PERIOD, 2 * PERIOD : 3 * PERIOD] - 0.5)
    # At the photograph's borders the blur mirrors it.
    np.testing.assert_allclose(measured["manipulated"][1], expected, atol=0.15)


def test_what_is_received_has_the_period_in_received_pixels(measured):
    half = PERIOD // 2
    pooled = measured["manipulated"].reshape(2, half, 2, half, 2, 3).mean(axis=(2, 4))
    assert measured["received"].shape == (2, half, half, 3)
    # The channel rounds to 8 bits twice.
    np.testing.assert_allclose(measured["received"], pooled, atol=0.2)


def test_the_example_differs_by_the_tile_alone(measured):
    without, with_tile = measured["photos"].astype(int)
    assert rms(with_tile - without) == pytest.approx(2.0, rel=0.1)
    assert measured["amplified"].shape == without.shape


def test_the_tile_of_a_pipeline_is_followed_where_it_learned():
    pipeline = tiny_forensics.make(manipulations=("jpeg:80",), trainable=("isp",), phase=PERIOD)
    pipeline.isp.get_layer("phase").restart(2.0, 1)
    found = signature.measure(pipeline, [photograph()])
    assert rms(found["tile"]) > 1
    np.testing.assert_allclose(found["manipulated"][0], found["tile"], atol=1e-3)


@pytest.mark.parametrize("settings", [{}, {"phase": PERIOD}])
def test_a_model_without_a_learned_tile_is_refused(settings):
    with pytest.raises(UserError, match="the joint model has no learned tile"):
        signature.layer(tiny_forensics.make(**settings))


def test_a_photograph_smaller_than_a_period_is_refused():
    pipeline = tiny_forensics.make(signature=Signature(period=512, seed=1))
    with pytest.raises(UserError, match="photograph grey is smaller than one period of the tile"):
        signature.measure(pipeline, [photograph()])


def test_more_photographs_tell_more_of_the_tile():
    random = np.random.default_rng(0)
    tile = random.normal(size=(16, 16, 3))
    counts, correlations = signature.estimates(tile + random.normal(size=(8, 16, 16, 3)), tile)
    assert counts.tolist() == [1, 2, 4, 8]
    # Noise as strong as the tile falls with the number of photographs.
    np.testing.assert_allclose(correlations, 1 / np.sqrt(1 + 1 / counts), atol=0.03)


def test_groups_of_photographs_are_as_large_as_there_are():
    tile = np.random.default_rng(0).normal(size=(4, 4, 3))
    counts, correlations = signature.estimates(np.stack([tile, tile, -tile]), tile)
    assert counts.tolist() == [1, 2]
    np.testing.assert_allclose(correlations, [1 / 3, 1])


def test_a_spectrum_holds_the_tiles_strength_at_its_frequencies():
    wave = 2 * np.cos(2 * np.pi * np.arange(16) / 4)[:, None, None] * np.ones((1, 16, 3))
    magnitudes = signature.spectrum(wave)
    assert np.argwhere(magnitudes > 0.1).tolist() == [[4, 8], [12, 8]]
    assert np.sqrt(np.square(magnitudes).sum()) == pytest.approx(rms(wave), rel=1e-5)
