import numpy as np
import pytest
from skimage.metrics import structural_similarity

from neural_imaging.errors import UserError
from neural_imaging.imaging import measures


@pytest.fixture
def pictures():
    generator = np.random.default_rng(3)
    first = generator.random((40, 50, 3))
    return first, np.clip(first + generator.normal(0, 0.05, first.shape), 0, 1)


def test_an_error_of_one_tenth_everywhere_is_20_db():
    assert measures.psnr(np.full((8, 8), 0.5), np.full((8, 8), 0.6)) == pytest.approx(20)


def test_equal_pictures_have_infinite_psnr_and_ssim_one(pictures):
    assert measures.psnr(pictures[0], pictures[0]) == float("inf")
    assert measures.ssim(pictures[0], pictures[0]) == pytest.approx(1)


def test_eight_bit_pictures_measure_like_their_fractions(pictures):
    whole = [np.uint8(255 * picture) for picture in pictures]
    fractions = [picture / 255 for picture in whole]
    assert measures.psnr(*whole) == pytest.approx(measures.psnr(*fractions))
    assert measures.ssim(*whole) == pytest.approx(measures.ssim(*fractions))


def test_ssim_agrees_with_scikit_image_inside_the_border(pictures):
    _, full = structural_similarity(
        *pictures, data_range=1, channel_axis=-1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
        full=True,
    )  # fmt: skip
    assert measures.ssim(*pictures) == pytest.approx(full[5:-5, 5:-5].mean(), abs=1e-9)


def test_pictures_of_different_shapes_are_refused():
    with pytest.raises(UserError, match="different shapes"):
        measures.psnr(np.zeros((2, 2)), np.zeros((3, 3)))
