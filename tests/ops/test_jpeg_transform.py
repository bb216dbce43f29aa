import numpy as np
from keras import ops

from neural_imaging.ops import jpeg, jpeg_planes, jpeg_quality


def test_the_dct_is_orthonormal():
    matrix = jpeg_planes.dct_matrix()
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(8), atol=1e-12)


def test_blocks_put_together_give_the_picture():
    pictures = np.random.default_rng(0).random((2, 24, 40, 3), np.float32)
    np.testing.assert_array_equal(jpeg.from_blocks(*jpeg.to_blocks(ops.convert_to_tensor(pictures))), pictures)


def test_a_block_is_a_row_of_8_by_8_pixels():
    pictures = np.random.default_rng(0).random((1, 16, 16, 3), np.float32)
    blocks, grid = jpeg.to_blocks(ops.convert_to_tensor(pictures))
    assert grid == (2, 2)
    np.testing.assert_array_equal(np.asarray(blocks)[3], pictures[0, 8:, 8:].reshape(-1))


def test_no_rounding_gives_the_picture_back():
    pictures = np.random.default_rng(0).random((1, 16, 24, 3), np.float32)
    np.testing.assert_allclose(jpeg.compress(pictures, jpeg_quality.tables(50), "identity"), pictures, atol=2e-5)
