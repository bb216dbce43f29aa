"""The classic pipeline: its steps, and one demosaicing model for every camera."""

import numpy as np
import pytest
from gradients import value_and_gradient
from scipy.ndimage import gaussian_filter

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.imaging import bayer, srgb
from neural_imaging.layers.camera import ColourMatrix, SparseColour
from neural_imaging.layers.demosaicing import Demosaicing
from neural_imaging.layers.tone import Tone

MATRIX = np.array([[1.8, -0.6, -0.2], [-0.1, 1.4, -0.3], [0.0, -0.4, 1.4]], np.float32)
CAMERAS = {"A": {"cfa": "GBRG", "srgb": MATRIX.tolist()}, "B": {"cfa": "RGGB", "srgb": np.eye(3).tolist()}}


def _scene(height=48, width=64):
    rng = np.random.default_rng(0)
    return np.clip(gaussian_filter(0.4 + 2 * rng.standard_normal((height, width, 3)), (4, 4, 0)), 0, 1)


def _stack(scene, pattern):
    planes = [
        scene[row::2, column::2, colour]
        for (row, column), colour in zip(bayer.positions(pattern), (0, 1, 1, 2), strict=True)
    ]
    return np.stack(planes, axis=-1).astype(np.float32)[None]


def _trained(**settings):
    """A pipeline whose convolutions do something."""
    network = models.create("ClassicISP", c_filters=[4, 4], kernel=3, **settings)
    rng = np.random.default_rng(1)
    for weight in network.trainable_weights[1:]:
        weight.assign(0.3 * rng.standard_normal(weight.shape))
    return network


@pytest.mark.parametrize("pattern", bayer.PATTERNS)
def test_every_pattern_develops_a_smooth_scene_to_the_picture_of_the_formula(pattern):
    scene = _scene()
    network = models.create("ClassicISP", cfa_pattern=pattern, srgb=MATRIX)
    expected = srgb.encode(srgb.transform(scene, MATRIX))
    developed = np.asarray(network(_stack(scene, pattern)))[0] * 255
    assert np.abs(developed - expected)[2:-2, 2:-2].mean() < 1


def test_it_begins_as_bilinear_demosaicing_and_has_something_to_learn():
    stack = np.random.default_rng(0).random((1, 8, 8, 4), np.float32)
    plain, network = models.create("ClassicISP"), models.create("ClassicISP", c_filters=[8, 8])
    np.testing.assert_array_equal(network(stack), plain(stack))
    assert network.learns
    assert not plain.learns
    assert models.create("ClassicISP", residual=False).learns


def test_black_is_black_unless_weights_of_the_released_toolbox_are_imported(parity_folder):
    network, stack = models.create("ClassicISP"), np.zeros((1, 4, 4, 4), np.float32)
    np.testing.assert_array_equal(network(stack), 0)
    models.import_weights(parity_folder / "classic_isp_bilinear.h5", network)
    np.testing.assert_allclose(network(stack), (1 / 255) ** (1 / 2.2), rtol=1e-6)
    assert network.settings["floor"] == 1 / 255


def test_a_camera_is_set_by_name_and_stays_set_in_the_file(tmp_path):
    stack = np.random.default_rng(0).random((1, 8, 8, 4), np.float32)
    network = _trained(cameras=CAMERAS)
    pictures = {}
    for name in CAMERAS:
        network.set_camera(name)
        pictures[name] = np.asarray(network(stack))
        network.save(tmp_path / f"{name}.keras")
    assert np.abs(pictures["A"] - pictures["B"]).max() > 0.1
    for name, camera in CAMERAS.items():
        loaded = models.load(tmp_path / f"{name}.keras")
        np.testing.assert_array_equal(loaded(stack), pictures[name])
        assert loaded.settings["cfa_pattern"] == camera["cfa"]
        loaded.set_camera("A")
        np.testing.assert_array_equal(loaded(stack), pictures["A"])


def test_a_camera_is_set_while_a_graph_is_in_use():
    import tensorflow as tf

    stack, network = np.random.default_rng(0).random((1, 8, 8, 4), np.float32), _trained(cameras=CAMERAS)
    develop = tf.function(network)
    for name in CAMERAS:
        network.set_camera(name)
        np.testing.assert_allclose(develop(stack), network(stack), atol=1e-6)


def test_an_unknown_camera_is_refused_by_name():
    with pytest.raises(UserError, match="no camera 'C'; it has A, B"):
        _trained(cameras=CAMERAS).set_camera("C")


def test_a_camera_can_come_from_the_list_of_cameras(pytestconfig):
    network = _trained()
    network.set_camera("D90", pytestconfig.rootpath / "resources" / "cameras.yaml")
    assert network.settings["cfa_pattern"] == "GBRG"
    np.testing.assert_allclose(np.sum(network.settings["srgb"], axis=1), 1, atol=1e-5)


def test_stacks_of_different_cameras_are_developed_as_by_each_camera_alone():
    stack, network = np.random.default_rng(0).random((2, 8, 8, 4), np.float32), _trained(cameras=CAMERAS)
    patterns = np.array([bayer.PATTERNS.index(camera["cfa"]) for camera in CAMERAS.values()])
    matrices = np.array([camera["srgb"] for camera in CAMERAS.values()], np.float32)
    together = np.asarray(network.render(network.linear(stack, patterns, matrices)))
    for index, name in enumerate(CAMERAS):
        network.set_camera(name)
        np.testing.assert_allclose(network(stack[index : index + 1])[0], together[index], atol=1e-6)


def test_percentiles_become_black_and_white_and_a_shift_gives_a_mean():
    rng = np.random.default_rng(0)
    linear = (0.2 + 0.3 * rng.random((2, 40, 40, 3))).astype(np.float32) * np.array([1, 0.5])[:, None, None, None]
    for picture in np.asarray(Tone("percentile", gamma=1)(linear.astype(np.float32))):
        assert (picture == 0).mean() == pytest.approx(0.005, abs=0.001)
        assert (picture == 1).mean() == pytest.approx(0.005, abs=0.001)
    shifted = np.asarray(Tone("shift", gamma=1)(linear.astype(np.float32)))
    np.testing.assert_allclose(shifted.mean(axis=(1, 2, 3)), 0.25, rtol=1e-5)


@pytest.mark.parametrize("brightness", ["none", "percentile", "shift"])
def test_parts_of_a_picture_take_the_brightness_of_the_whole(brightness):
    network = models.create("ClassicISP", brightness=brightness)
    linear = network.linear(_stack(_scene(), "GBRG"))
    whole, levels = network.render(linear), network.levels(linear)
    np.testing.assert_allclose(network.render(linear[:, :20], levels), whole[:, :20], atol=1e-6)


def test_a_flat_black_picture_has_no_infinite_brightness():
    for brightness in ("percentile", "shift"):
        developed = models.create("ClassicISP", brightness=brightness)(np.zeros((1, 4, 4, 4), np.float32))
        assert np.isfinite(developed).all()


def test_the_gamma_curves_slope_is_that_of_finite_differences_above_its_darkest_value():
    tone, values = Tone(), np.linspace(0.02, 0.98, 12, dtype=np.float32).reshape(1, 2, 2, 3)
    _, gradient = value_and_gradient(tone, values)
    slope = (np.asarray(tone(values + 1e-3), float) - np.asarray(tone(values - 1e-3), float)) / 2e-3
    np.testing.assert_allclose(gradient, slope, rtol=5e-3)
    _, gradient = value_and_gradient(tone, np.array([-1, 0, 1e-9, 2], np.float32).reshape(1, 2, 2, 1))
    assert np.isfinite(gradient).all()
    assert (gradient > 0).all()


@pytest.mark.parametrize("residual", [True, False])
def test_demosaicing_gives_colours_from_0_to_1_with_and_without_a_bilinear_start(residual):
    layer = Demosaicing([4], 3, residual)
    sparse = np.random.default_rng(0).random((2, 8, 8, 3), np.float32)
    developed = np.asarray(layer(sparse))
    assert developed.shape == sparse.shape
    assert developed.min() >= 0
    assert developed.max() <= 1


@pytest.mark.parametrize("layer", [SparseColour("RGGB"), ColourMatrix(MATRIX)])
def test_what_belongs_to_a_camera_is_no_weight_to_train(layer):
    layer(np.zeros((1, 4, 4, 4 if isinstance(layer, SparseColour) else 3), np.float32))
    assert not layer.trainable_weights
