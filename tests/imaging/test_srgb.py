import numpy as np

from neural_imaging.imaging import srgb


def test_white_stays_white_through_the_camera_matrix():
    matrix = srgb.camera_to_srgb([[0.73, -0.14, -0.05], [-0.85, 1.6, 0.26], [-0.24, 0.28, 0.81]])
    np.testing.assert_allclose(matrix @ [1, 1, 1], [1, 1, 1], atol=1e-12)


def test_a_camera_that_sees_srgb_needs_no_matrix():
    np.testing.assert_allclose(srgb.camera_to_srgb(np.linalg.inv(srgb.XYZ_FROM_SRGB)), np.eye(3), atol=1e-9)


def test_eight_bit_values_survive_decoding_and_encoding():
    values = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(srgb.encode(srgb.decode(values)), values)


def test_encoding_is_the_power_of_one_by_two_point_two_rounded_to_the_nearest():
    linear = np.random.default_rng(0).random(1000, np.float32)
    expected = 255 * linear.astype(float) ** (1 / 2.2)
    assert np.abs(srgb.encode(linear) - expected).max() < 0.5001  # half a level, and float32
    np.testing.assert_array_equal(srgb.encode(np.array([-1.0, 2.0])), [0, 255])
