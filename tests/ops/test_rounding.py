import numpy as np
import pytest
from gradients import value_and_gradient
from hypothesis import given
from hypothesis import strategies as st
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.ops import rounding


@pytest.mark.parametrize("name", ["round", "sin", "soft", "harmonic", "identity"])
def test_values_are_those_of_the_released_toolbox(parity, name):
    reference = parity("quantization")
    rounded = ops.convert_to_numpy(rounding.get(name)(ops.convert_to_tensor(reference["z"])))
    np.testing.assert_allclose(rounded, reference[f"{name}_5bpf__y"], atol=1e-5)


@pytest.mark.parametrize("name", ["sin", "soft", "harmonic", "identity"])
def test_gradients_are_those_of_the_released_toolbox(parity, name):
    reference = parity("quantization")
    _, gradient = value_and_gradient(rounding.get(name), reference["z"], reference["cotangent"])
    np.testing.assert_allclose(gradient, reference[f"{name}_5bpf__grad"], rtol=1e-3, atol=1e-5)


def test_hard_rounding_passes_gradients_on_unchanged(parity):
    reference = parity("quantization")
    _, gradient = value_and_gradient(rounding.hard, reference["z"], reference["cotangent"])
    np.testing.assert_array_equal(gradient, reference["cotangent"])


def test_an_unknown_rounding_is_named_with_the_known_ones():
    with pytest.raises(UserError, match=r"'floor'.*round, sin, soft, harmonic"):
        rounding.get("floor")


@given(st.floats(-1000, 1000, width=32))
def test_sinusoidal_rounding_stays_within_a_sixth_of_its_input_and_keeps_whole_numbers(number):
    assert abs(float(rounding.sinusoidal(ops.convert_to_tensor(number, "float32"))) - number) < 0.1593
    whole = np.float32(round(number))
    assert float(rounding.sinusoidal(ops.convert_to_tensor(whole))) == pytest.approx(whole, abs=2e-4)


def test_clipping_that_lets_gradients_through_and_clipping_that_stops_them():
    values, ones = np.array([-0.5, 0.0, 0.3, 1.0, 2.0], np.float32), np.ones(5, np.float32)
    clipped, gradient = value_and_gradient(rounding.clip, values, ones)
    np.testing.assert_array_equal(clipped, [0, 0, np.float32(0.3), 1, 1])
    np.testing.assert_array_equal(gradient, ones)
    limited, gradient = value_and_gradient(rounding.limit, values, ones)
    np.testing.assert_array_equal(limited, clipped)
    np.testing.assert_array_equal(gradient, [0, 1, 1, 1, 0])


def test_8_bit_rounding_is_that_of_the_released_toolbox(parity):
    reference = parity("manipulations")
    levels = ops.clip(rounding.to_8_bits(ops.convert_to_tensor(reference["x"] + 0.01)), 0, 1)
    np.testing.assert_allclose(levels, reference["soft_quantization__y"], atol=1e-6)
