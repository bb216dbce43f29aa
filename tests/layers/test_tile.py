"""Learned tiles: repeated over a picture from its first pixel on, free or of a fixed strength."""

import keras
import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.layers.tile import Signature, Tile


@pytest.fixture
def grey():
    return np.full((2, 24, 40, 3), 0.5, np.float32)


def test_a_tile_is_repeated_from_the_first_pixel_on(grey):
    layer = Tile(period=16, start=2.0, seed=1)
    added = 255 * (np.asarray(layer(grey)) - grey)
    tile = np.asarray(layer.tile())
    np.testing.assert_allclose(added[0], np.tile(tile, (2, 3, 1))[:24, :40], atol=1e-3)
    np.testing.assert_array_equal(added[0], added[1])


def test_a_free_tile_starts_as_nothing(grey):
    np.testing.assert_array_equal(Tile(period=16)(grey), grey)


@pytest.mark.parametrize("strength", [0.5, 2.0])
def test_a_signature_has_its_strength_whatever_was_learned(grey, strength):
    layer = Signature(strength=strength, period=8, seed=1)
    layer.build(grey.shape)
    layer.values.assign(17.0 * np.asarray(layer.values) + 3.0)
    tile = np.asarray(layer.tile())
    assert np.sqrt(np.mean(tile**2)) == pytest.approx(strength, rel=1e-5)
    np.testing.assert_allclose(tile.mean(axis=(0, 1)), 0, atol=1e-5)


@pytest.mark.parametrize(("warm", "strength"), [(0.0, 4.0), (0.5, 2.5), (1.0, 1.0)])
def test_a_signature_goes_from_its_start_to_its_strength(grey, warm, strength):
    layer = Signature(strength=1.0, start=4.0, period=8, seed=1)
    added = 255 * (np.asarray(layer(grey, warm=warm)) - grey)
    assert np.sqrt(np.mean(added**2)) == pytest.approx(strength, rel=1e-4)
    np.testing.assert_allclose(layer(grey), layer(grey, warm=1.0), atol=1e-7)


def test_a_signature_without_a_start_is_the_same_all_along(grey):
    layer = Signature(strength=2.0, seed=1)
    np.testing.assert_allclose(layer(grey, warm=0.0), layer(grey), atol=1e-7)


def test_pictures_with_a_signature_stay_in_range():
    white = np.ones((1, 16, 16, 3), np.float32)
    signed = np.asarray(Signature(strength=20, seed=1)(white))
    assert signed.max() == 1
    assert signed.min() < 1


def test_a_signature_is_the_same_after_it_was_made_from_its_settings(grey):
    layer = Signature(strength=1.5, period=12, rate=10.0, start=0.5, seed=3)
    again = Signature.from_config(layer.get_config())
    np.testing.assert_array_equal(layer(grey), again(grey))


def test_the_same_weights_change_a_tile_by_its_rate(grey):
    layer = Tile(period=8, rate=20.0)
    layer.build(grey.shape)
    layer.values.assign(np.full((8, 8, 3), 0.001))
    np.testing.assert_allclose(layer.tile(), 0.02, rtol=1e-5)


@pytest.mark.parametrize(("period", "height"), [(16, 2), (6, 2), (9, 1)])
def test_a_tile_starts_as_grey_stripes_across_the_picture(grey, period, height):
    layer = Tile(period=period, start=2.0, seed=1)
    layer.build(grey.shape)
    stripes = np.asarray(layer.tile())
    assert (stripes == stripes[:, :1, :1]).all()
    column = stripes[:, 0, 0]
    assert (column.reshape(-1, height) == column[::height, None]).all()
    assert len(set(column)) == period // height


def test_a_moved_tile_begins_elsewhere(grey):
    layer = Signature(strength=2.0, period=8, seed=1)
    layer.build(grey.shape)
    layer.values.assign(np.random.default_rng(0).normal(size=(8, 8, 3)))
    tile = 255 * (np.asarray(layer(grey, move=np.array([3, 5]))) - grey)
    np.testing.assert_allclose(tile[0, :8, :8], np.roll(np.asarray(layer.tile()), (-3, -5), (0, 1)), atol=1e-3)


@pytest.mark.parametrize("settings", [{"period": 1}, {"strength": 0}, {"rate": -1}, {"start": 0}])
def test_senseless_settings_are_refused_by_name(settings):
    with pytest.raises(UserError, match=next(iter(settings))):
        Signature(**settings)


def test_a_model_with_a_tile_can_be_saved_and_loaded(tmp_path, grey):
    pictures = keras.Input((None, None, 3))
    model = keras.Model(pictures, Signature(strength=3, seed=1)(pictures))
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "model.keras")(grey), model(grey))
