import keras
import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.layers.quantizer import ROUNDINGS, Quantizer
from neural_imaging.layers.scale import Scale


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_quantised_latents_are_those_of_the_released_toolbox(parity, rounding):
    reference = parity("quantization")
    latent = Quantizer(rounding, latent_bpf=5)(reference["z"])
    np.testing.assert_allclose(latent, reference[f"{rounding}_5bpf__y"], atol=1e-5)


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_what_is_written_are_values_of_the_codebook_whatever_the_rounding(rounding):
    quantizer = Quantizer(rounding, latent_bpf=3)
    written = np.asarray(quantizer.nearest(np.linspace(-9, 9, 64, dtype=np.float32)))
    np.testing.assert_array_equal(np.unique(written), [-3, -2, -1, 0, 1, 2, 3, 4])


def test_every_rounding_passes_gradients():
    latent = np.random.default_rng(0).laplace(0, 3, (4, 8, 8, 4)).astype(np.float32)
    for rounding in ROUNDINGS:
        _, gradient = value_and_gradient(Quantizer(rounding, v=0, gamma=2), latent)
        assert np.isfinite(gradient).all()
        assert np.abs(gradient).max() > 0.1, rounding


def test_a_trained_codebook_follows_its_gradient_and_stays_in_order():
    quantizer = Quantizer(latent_bpf=2, v=0, gamma=2, train_codebook=True)
    latent = np.random.default_rng(1).normal(0.5, 0.5, (512, 1)).astype(np.float32)
    inputs = keras.Input((1,))
    model = keras.Model(inputs, quantizer(inputs))
    model.compile(keras.optimizers.SGD(0.5), "mean_squared_error", jit_compile=False)
    before = model.evaluate(latent, latent, verbose=0)
    model.fit(latent, latent, batch_size=512, epochs=20, verbose=0)
    codes = ops.convert_to_numpy(quantizer.codebook)
    assert not np.array_equal(codes, [-1, 0, 1, 2])
    assert (np.diff(codes) > 0).all()
    assert model.evaluate(latent, latent, verbose=0) < before
    quantizer.trainable_weights[0].assign([2, -1, 0.5, 0])
    np.testing.assert_array_equal(quantizer.codebook, [-1, 0, 0.5, 2])
    np.testing.assert_array_equal(quantizer(np.float32([[1.9], [0.3], [-7]])), [[2], [0.5], [-1]])


def test_an_unknown_rounding_is_named_with_the_known_ones():
    with pytest.raises(UserError, match=r"'floor'.*identity, round, sin, soft, harmonic, soft-codebook"):
        Quantizer("floor")


def test_latents_stay_in_float32_under_any_policy():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        for layer in (Quantizer(), Scale()):
            assert keras.backend.standardize_dtype(layer(np.ones((2, 2), np.float32)).dtype) == "float32"
            assert layer.compute_dtype == "float32"
    finally:
        keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize("layer", [Quantizer("soft-codebook", 3, 0, 5, True), Quantizer("sin"), Scale()])
def test_quantiser_and_scale_are_saved_and_loaded(layer, tmp_path):
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layer(inputs))
    for weight in layer.weights:
        weight.assign(weight + 0.3)
    model.save(tmp_path / "layer.keras")
    loaded = keras.saving.load_model(tmp_path / "layer.keras", safe_mode=True)
    latent = np.random.default_rng(0).normal(0, 2, (3, 4)).astype(np.float32)
    np.testing.assert_array_equal(loaded(latent), model(latent))
    assert loaded.layers[-1].get_config() == layer.get_config()
