import subprocess
import sys

import keras
import numpy as np
import pytest

from neural_imaging import models
from neural_imaging.base.errors import UserError

REFERENCES = [
    ("inet", "INet", {}),
    ("inet_rggb_k7", "INet", {"kernel": 7, "cfa_pattern": "rggb"}),
    ("unet_3steps", "UNet", {"n_steps": 3}),
    ("dnet_4x8", "DNet", {"n_layers": 4, "n_features": 8}),
    ("classic_isp_res", "ClassicISP", {"c_filters": [8, 8], "kernel": 3}),
    ("classic_isp_bilinear", "ClassicISP", {}),
    ("fan_small", "FAN", {"n_filters": 8, "n_convolutions": 3, "n_dense": 0}),
    (
        "fan_dense",
        "FAN",
        {"n_classes": 7, "n_filters": 8, "n_convolutions": 3, "n_dense": 2, "use_gap": False, "patch_size": 64},
    ),
]
SMALL = {
    "INet": {},
    "UNet": {"n_steps": 2, "n_filters": 4},
    "DNet": {"n_layers": 3, "n_features": 8},
    "ONet": {},
    "ClassicISP": {"c_filters": [4, 4], "kernel": 3},
    "FAN": {"n_filters": 4, "n_convolutions": 2},
    "TwitterDCN": {"n_features": 4},
}


def _input(name, seed=0):
    shape = (2, 16, 16, 3) if name in ("FAN", "ONet", "TwitterDCN") else (2, 8, 12, 4)
    return np.random.default_rng(seed).random(shape, np.float32)


@pytest.mark.parametrize(("file", "name", "settings"), REFERENCES)
def test_weights_of_the_released_toolbox_give_its_outputs(parity, parity_folder, file, name, settings):
    network, reference = models.create(name, **settings), parity(file)
    models.import_weights(parity_folder / f"{file}.h5", network)
    inputs, outputs = ("x", "probabilities") if name == "FAN" else ("raw", "y")
    # Processors add sums up in different orders. A FAN's residuals of strength 100 and its softmax enlarge last bits.
    tolerance = 1e-4 if name == "FAN" else 1e-5
    np.testing.assert_allclose(network(reference[inputs]), reference[outputs], atol=tolerance)


@pytest.mark.parametrize(("file", "settings"), [("inet", {}), ("inet_rggb_k7", {"kernel": 7, "cfa_pattern": "RGGB"})])
def test_an_inet_starts_as_the_released_one(parity, file, settings):
    reference = parity(file)
    np.testing.assert_allclose(models.create("INet", **settings)(reference["raw"]), reference["y_initial"], atol=1e-5)


@pytest.mark.parametrize(
    ("name", "settings", "count"),
    [
        ("INet", {}, 321),
        ("INet", {"kernel": 7}, 537),
        ("UNet", {}, 7_763_820),
        ("UNet", {"n_steps": 3}, 470_252),
        ("DNet", {}, 493_068),
        ("DNet", {"n_layers": 4, "n_features": 8}, 2_804),
        ("ClassicISP", {"c_filters": [8, 8], "kernel": 3}, 836),
        ("ClassicISP", {}, 1),
        ("ONet", {}, 0),
        ("FAN", {"n_classes": 5}, 1_341_990),
        ("FAN", {"n_classes": 7}, 1_342_248),
        ("FAN", {"n_classes": 5, "n_dense": 0}, 1_145_382),
        ("TwitterDCN", {"n_features": 8}, 2_345_877),
    ],
)
def test_networks_have_as_many_weights_to_train_as_the_papers(name, settings, count):
    assert sum(np.prod(weight.shape) for weight in models.create(name, **settings).trainable_weights) == count


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
@pytest.mark.parametrize("name", models.names())
def test_networks_are_saved_and_loaded_with_their_settings(name, precision, tmp_path):
    network, inputs = models.create(name, precision=precision, **SMALL[name]), _input(name)
    network.save(tmp_path / "model.keras")
    loaded = models.load(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(inputs), network(inputs))
    assert type(loaded) is type(network)
    assert loaded.settings == network.settings
    assert [layer.compute_dtype for layer in loaded.layers] == [layer.compute_dtype for layer in network.layers]


@pytest.mark.parametrize("name", models.names())
def test_bfloat16_changes_neither_weights_nor_the_type_of_outputs_and_little_of_their_values(name):
    exact = models.create(name, **SMALL[name])
    network = models.create(name, precision="mixed_bfloat16", **SMALL[name])
    network.set_weights(exact.get_weights())
    outputs = network(_input(name))
    assert {weight.dtype for weight in network.weights} <= {"float32"}
    assert keras.backend.standardize_dtype(outputs.dtype) == "float32"
    np.testing.assert_allclose(outputs, exact(_input(name)), atol=0.03)


def test_colour_residuals_and_outputs_stay_in_float32():
    unet = models.create("UNet", precision="mixed_bfloat16", n_steps=2, n_filters=4)
    convolutions = [layer for layer in unet.layers if isinstance(layer, keras.layers.Conv2D)]
    assert convolutions[0].compute_dtype == convolutions[-1].compute_dtype == "float32"
    assert {layer.compute_dtype for layer in convolutions[1:-1]} == {"bfloat16"}
    fan = models.create("FAN", precision="mixed_bfloat16", n_filters=4, n_convolutions=2)
    types = [layer.compute_dtype for layer in fan.layers if layer.weights]
    assert types == ["float32", "bfloat16", "bfloat16", "bfloat16", "float32", "float32", "float32"]


@pytest.mark.parametrize("name", ["INet", "UNet", "DNet", "ClassicISP"])
def test_pipelines_take_any_size_and_give_rgb_of_twice_the_size(name):
    network = models.create(name, **SMALL[name])
    for height, width in ((8, 8), (16, 10), (6, 24)):
        developed = np.asarray(network(np.random.default_rng(0).random((1, height, width, 4), np.float32)))
        assert developed.shape == (1, 2 * height, 2 * width, 3)
        assert developed.min() >= 0
        assert developed.max() <= 1


def test_a_flat_stack_develops_to_a_flat_picture_whatever_the_pattern():
    for pattern in ("RGGB", "bggr", "GRBG", "gbrg"):
        stack = np.full((1, 8, 8, 4), 0.2, np.float32)
        developed = np.asarray(models.create("INet", cfa_pattern=pattern, srgb=np.eye(3))(stack))
        np.testing.assert_allclose(developed, developed[0, 0, 0, 0], atol=1e-5)
        assert developed[0, 0, 0, 0] == pytest.approx(0.2 ** (1 / 2.2), abs=0.02)


def test_saturated_pixels_still_pass_gradients():
    from gradients import value_and_gradient

    network = models.create("INet")
    developed, gradient = value_and_gradient(network, np.full((1, 8, 8, 4), 3, np.float32))
    assert developed.max() == 1
    assert np.abs(gradient).max() > 0


def test_probabilities_sum_to_one():
    probabilities = np.asarray(models.create("FAN", n_classes=7, **SMALL["FAN"])(_input("FAN")))
    assert probabilities.shape == (2, 7)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("VNet", {}, "'VNet' is not known; known are INet, UNet, DNet, ONet, ClassicISP, FAN"),
        ("UNet", {"steps": 3}, "no setting 'steps'; known are n_steps"),
        ("UNet", {"n_steps": 7}, "n_steps must be a whole number from 2 to 6"),
        ("UNet", {"borders": "mirror"}, "borders must be one of zero, reflect"),
        ("UNet", {"precision": "float16"}, "precision must be one of float32, mixed_bfloat16"),
        ("INet", {"kernel": 4}, "kernel must be an odd whole number from 3 to 11, not 4"),
        ("INet", {"cfa_pattern": "XTRANS"}, "cfa_pattern 'XTRANS' is not known"),
        ("INet", {"srgb": [1, 2, 3]}, "3×3 matrix"),
        ("DNet", {"n_layers": 0}, "n_layers must be a whole number from 1 to 32"),
        ("DNet", {"kernel": 4}, "kernel must be an odd whole number from 3 to 11, not 4"),
        ("ClassicISP", {"c_filters": 32}, "c_filters must be a list of whole numbers"),
        ("ClassicISP", {"c_filters": [0]}, "c_filters must be a whole number from 1"),
        ("ClassicISP", {"residual": "no"}, "residual must be true or false"),
        ("ClassicISP", {"brightness": "auto"}, "brightness must be one of none, percentile, shift"),
        ("ClassicISP", {"cameras": {"D90": "GBRG"}}, "cameras must be a mapping"),
        ("FAN", {"use_gap": False}, "patch_size"),
        ("FAN", {"activation": "gelu"}, "activation must be one of"),
        ("FAN", {"dense": 512}, "dense must be a list"),
        ("FAN", {"n_classes": 1}, "n_classes must be a whole number from 2"),
        ("TwitterDCN", {"n_features": 3}, "n_features must be a whole number from 4 to 128"),
        ("TwitterDCN", {"latent_bpf": 9}, "latent_bpf must be a whole number from 1 to 8"),
        ("TwitterDCN", {"rounding": "floor"}, "rounding must be one of identity, round, sin, soft"),
        ("TwitterDCN", {"gamma": 0}, "gamma must be a number from 0.001"),
        ("TwitterDCN", {"train_codebook": "no"}, "train_codebook must be true or false"),
        (
            "TwitterDCN",
            {"bits": 5},
            "TwitterDCN has no setting 'bits'; known are width, n_blocks, start, n_features",
        ),
        ("FAN", {"n_convolutions": 12}, "n_convolutions 12, .* weights; 250,000,000 are allowed"),
        ("FAN", {"n_convolutions": 32}, "n_convolutions must be a whole number from 1 to 13"),
        ("FAN", {"dense": [65536, 65536]}, "the hidden layers give 4,313,347,366 weights"),
        ("FAN", {"use_gap": False, "patch_size": 4096, "n_filters": 256}, "250,000,000 are allowed"),
        ("FAN", {"use_gap": False, "patch_size": 8, "n_convolutions": 4}, "cannot be halved by 4 convolutions"),
        ("UNet", {"n_steps": 6, "n_filters": 129}, "n_filters must be a whole number from 1 to 128"),
    ],
)
def test_a_wrong_name_or_setting_is_refused_by_name(name, settings, message):
    with pytest.raises(UserError, match=message):
        models.create(name, **settings)


def test_a_dnet_names_the_sizes_it_takes():
    with pytest.raises(UserError, match="kernel 5 takes Bayer stacks with sides of at least 7, not 6 × 8"):
        models.create("DNet", n_layers=2, n_features=4, kernel=5)(np.zeros((1, 6, 8, 4), np.float32))


def test_a_unet_names_the_sizes_it_takes():
    with pytest.raises(UserError, match="3 steps takes Bayer stacks whose sides are multiples of 4, not 8 × 10"):
        models.create("UNet", n_steps=3, n_filters=4)(np.zeros((1, 8, 10, 4), np.float32))


def test_a_unet_with_reflected_borders_takes_two_cells_of_its_lowest_resolution():
    with pytest.raises(UserError, match="multiples of 4 and at least 8, not 4 × 8"):
        models.create("UNet", n_steps=3, n_filters=4, borders="reflect")(np.zeros((1, 4, 8, 4), np.float32))


def test_reflected_borders_change_what_a_unet_develops_near_the_border_and_nothing_else():
    zero, reflected = (models.create("UNet", n_steps=2, n_filters=4, borders=name) for name in ("zero", "reflect"))
    reflected.set_weights(zero.get_weights())
    stack = np.random.default_rng(0).random((1, 32, 32, 4), np.float32)
    difference = np.abs(np.asarray(zero(stack)) - np.asarray(reflected(stack))).max(axis=(0, 3))
    margin = 2 * zero.reach
    # Sums of single precision numbers in another order.
    assert difference[margin:-margin, margin:-margin].max() < 1e-5
    assert difference[0].max() > 1e-3


def test_files_that_hold_no_model_are_refused(tmp_path):
    (tmp_path / "text.keras").write_text("not an archive")
    (tmp_path / "weights.h5").write_bytes(b"")
    for file, message in (
        ("none.keras", "no such"),
        ("text.keras", "damaged"),
        ("weights.h5", "import_w"),
    ):
        with pytest.raises(UserError, match=message):
            models.load(tmp_path / file)


def test_a_damaged_archive_is_named(tmp_path):
    models.create("INet").save(tmp_path / "whole.keras")
    content = (tmp_path / "whole.keras").read_bytes()
    damaged = tmp_path / "damaged.keras"
    for place in (content.index(b"INet"), content.index(b"\x89HDF") + 3000, len(content) - 10):
        damaged.write_bytes(content[:place] + b"\xff\x00\xff\x00" + content[place + 4 :])
        with pytest.raises(UserError, match=r"damaged\.keras: "):
            models.load(damaged)
    damaged.write_bytes(content[: len(content) // 2])
    with pytest.raises(UserError, match=r"damaged\.keras: damaged, or no \.keras archive"):
        models.load(damaged)


@pytest.mark.parametrize("name", ["INet", "TwitterDCN"])
@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_network_whose_weights_are_no_numbers_is_refused_in_one_line(tmp_path, name, number):
    network = models.create(name, **SMALL[name])
    weight = network.weights[-1]
    weight.assign(np.full(weight.shape, number))
    network.save(tmp_path / "model.keras")
    with pytest.raises(UserError, match=r"model\.keras: 1 of \d+ weights are not finite numbers") as refused:
        models.load(tmp_path / "model.keras")
    assert "\n" not in str(refused.value)


def test_a_folder_in_the_place_of_an_archive_is_named(tmp_path):
    with pytest.raises(UserError, match=r"is a folder; name the model\.keras in it"):
        models.load(tmp_path)


def test_importing_the_package_loads_no_backend():
    code = "import sys, neural_imaging.models as m; m.names(); assert not {'keras', 'tensorflow'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "lib", "PATH": ""}, timeout=60)
