"""Soft codebook and entropy against the released toolbox, and against plain NumPy in float64."""

import numpy as np
import pytest
from gradients import value_and_gradient
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_imaging.ops import entropy, quantization

CODES = quantization.codebook(5)
KERNELS = [(50, 25), (0, 5), (25, 5), (1, 1), (0, 0.5)]
# Every kernel that a codec's settings allow is among these or between them.
EXTREMES = [*KERNELS, (50, 1e6), (1e6, 1e6), (1e-6, 1e6), (0, 1e6), (1e6, 1e-3), (0, 1e-3), (1e-6, 1e-3)]


def exact_weights(x, codes, v, gamma):
    """Weights (numbers, codes) in float64."""
    distances = np.asarray(x, np.float64).reshape(-1, 1) - np.asarray(codes, np.float64)
    student = -(v + 1) / 2 * np.log1p((gamma * distances) ** 2 / (v or 1))
    logarithms = student if v > 0 else -gamma * distances**2
    weights = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def exact_mean(x, codes, v, gamma):
    return exact_weights(x, codes, v, gamma) @ np.asarray(codes, np.float64)


def exact_entropy(x, codes, v, gamma):
    shares = np.maximum(exact_weights(x, codes, v, gamma).mean(axis=0), 1e-9)
    shares /= shares.sum()
    return -np.sum(shares * np.log2(shares))


def slope(function, place, step=1e-6):
    """Central differences of a function of a vector, in float64."""
    return np.array([(function(place + one) - function(place - one)) / (2 * step) for one in step * np.eye(len(place))])


@pytest.mark.parametrize("bits", [1, 2, 5, 8])
def test_a_codebook_holds_the_whole_numbers_of_its_bits(bits):
    codes = quantization.codebook(bits)
    assert len(codes) == 2**bits
    assert (codes[0], codes[-1]) == (1 - 2 ** (bits - 1), 2 ** (bits - 1))
    np.testing.assert_array_equal(np.diff(codes), 1)


def test_soft_codebook_and_its_gradient_are_those_of_the_released_toolbox(parity):
    reference = parity("quantization")
    values, gradient = value_and_gradient(
        lambda z: quantization.soft_codebook(z, CODES, 50, 25), reference["z"], reference["cotangent"]
    )
    np.testing.assert_array_equal(values, reference["soft-codebook_5bpf__y"])
    # The toolbox computes in float64; gradients reach 73, and float32 has 7 digits.
    np.testing.assert_allclose(gradient, reference["soft-codebook_5bpf__grad"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("v", "gamma"), [(50, 25), (0, 5)])
def test_entropy_histogram_and_gradient_are_those_of_the_released_toolbox(parity, v, gamma):
    reference, name = parity("quantization"), f"entropy_v{v}_gamma{gamma}__"
    bits, gradient = value_and_gradient(lambda z: entropy.entropy(z, CODES, v, gamma)[0], reference["z"])
    # The toolbox takes 0.6931 for the logarithm of 2, which makes 4 bits 0.0003 too many.
    assert bits == pytest.approx(float(reference[f"{name}bits"]) * 0.6931 / np.log(2), abs=1e-6)
    # The same number divides the gradients, of which the largest is 0.02.
    np.testing.assert_allclose(gradient, reference[f"{name}grad"], rtol=2e-4, atol=1e-8)
    histogram = entropy.entropy(reference["z"], CODES, v, gamma)[1]
    np.testing.assert_allclose(histogram, reference[f"{name}histogram"], atol=1e-7)


@pytest.mark.parametrize(("v", "gamma"), KERNELS)
@pytest.mark.parametrize("scale", [0.01, 0.3, 3, 30])
def test_entropy_is_that_of_float64(v, gamma, scale):
    x = np.random.default_rng(1).laplace(0.2, scale, 4096).astype(np.float32)
    bits = float(entropy.entropy(x, CODES, v, gamma)[0])
    # The issue asks for 1e-3 bits; what float32 loses is a hundredth of that.
    assert bits == pytest.approx(exact_entropy(x, CODES, v, gamma), abs=1e-5)


def soft_codebook(x, codes, v, gamma):
    return quantization.soft_codebook(x, codes, v, gamma)


def bits_a_symbol(x, codes, v, gamma):
    return entropy.entropy(x, codes, v, gamma)[0]


@pytest.mark.parametrize(("v", "gamma"), KERNELS)
@pytest.mark.parametrize(("ours", "exact"), [(soft_codebook, exact_mean), (bits_a_symbol, exact_entropy)])
def test_gradients_by_numbers_and_by_codes_are_those_of_float64(ours, exact, v, gamma):
    # Unevenly spaced, as a trained codebook is.
    codes = np.array([-4.1, -2.6, -1.0, 0.1, 0.9, 2.2, 3.4, 5.0], np.float32)
    x = np.random.default_rng(2).uniform(-7, 8, 40).astype(np.float32)
    # Differences of steps of 1e-6 have 7 digits, of the largest.
    for by_codes in (False, True):
        expected = slope(
            lambda one, swap=by_codes: np.sum(exact(x, one, v, gamma) if swap else exact(one, codes, v, gamma)),
            (codes if by_codes else x).astype(float),
        )
        _, gradient = value_and_gradient(
            lambda one, swap=by_codes: ours(x, one, v, gamma) if swap else ours(one, codes, v, gamma),
            codes if by_codes else x,
        )
        np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=2e-6 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize(("v", "gamma"), EXTREMES)
@pytest.mark.parametrize("codes", [CODES, np.zeros(4, np.float32)])
@pytest.mark.parametrize("function", [soft_codebook, bits_a_symbol])
def test_no_number_and_no_kernel_gives_anything_but_finite_values_and_gradients(function, codes, v, gamma):
    x = [0, 0.5, -0.5, 0.49999997, 3, 16, 17, -15, 1e-30, 1e3, -1e6, 1e12, 1e30, -3e38, np.inf, -np.inf]
    values, gradient = value_and_gradient(lambda z: function(z, codes, v, gamma), np.array(x, np.float32))
    assert np.isfinite(values).all()
    assert np.isfinite(gradient).all()


def test_a_gradient_vanishes_upon_the_codes_and_pulls_apart_between_them():
    x = np.array([-3, 0, 0.1, 0.49, 0.51, 7], np.float32)
    _, gradient = value_and_gradient(lambda z: quantization.soft_codebook(z, CODES), x)
    assert np.abs(gradient[[0, 1, 2, 5]]).max() < 1e-9
    assert gradient[[3, 4]].min() > 10


@settings(max_examples=200, deadline=None)
@given(st.floats(-1e4, 1e4, width=32))
def test_no_code_is_nearer_than_the_nearest(number):
    codes = np.array([-15, -7.25, -1, 0, 0.5, 3, 16], np.float32)
    chosen = float(quantization.nearest(np.float32([number]), codes)[0])
    assert chosen in codes
    assert abs(number - chosen) == np.abs(np.float64(number) - codes).min()


def test_half_way_between_two_codes_the_lower_is_taken_as_in_the_released_toolbox():
    middles = np.arange(-14.5, 16, dtype=np.float32)
    np.testing.assert_array_equal(quantization.nearest(middles, CODES), middles - 0.5)


def test_whole_numbers_have_the_entropy_of_their_counts():
    x = np.repeat([-2, 0, 1, 5], [8, 4, 2, 2]).astype(np.float32)
    bits, histogram = entropy.entropy(x, CODES)
    assert float(bits) == pytest.approx(1.75, abs=1e-5)
    assert float(histogram[13]) == pytest.approx(0.5, abs=1e-6)
