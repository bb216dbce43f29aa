import numpy as np
import pytest
from skimage.metrics import structural_similarity

from neural_imaging.base.errors import UserError
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


def test_ssim_with_the_uniform_window_is_that_of_scikit_image(pictures):
    expected = structural_similarity(*pictures, data_range=1, channel_axis=-1)
    assert measures.ssim(*pictures, window="uniform") == pytest.approx(expected, abs=1e-9)
    with pytest.raises(UserError, match="no window 'square'; there are gaussian, uniform"):
        measures.ssim(*pictures, window="square")


@pytest.mark.parametrize(("height", "width"), [(176, 180), (181, 177), (352, 200)])
def test_ms_ssim_is_that_of_the_networks(height, width):
    from neural_imaging.ops import fidelity

    generator = np.random.default_rng(height)
    coarse = np.kron(generator.random((height // 8 + 1, width // 8 + 1, 3)), np.ones((8, 8, 1)))[:height, :width]
    noisy = np.clip(coarse + generator.normal(0, 0.1, coarse.shape), 0, 1)
    expected = fidelity.ms_ssim(noisy[None].astype(np.float32), coarse[None].astype(np.float32))
    # The networks' is computed in 32 bits.
    assert measures.ms_ssim(noisy, coarse) == pytest.approx(float(expected[0]), abs=1e-5)


def test_ms_ssim_of_equal_pictures_is_one_and_of_inverted_ones_zero():
    picture = np.random.default_rng(1).random((176, 200, 3))
    assert measures.ms_ssim(picture, picture) == 1
    assert measures.ms_ssim(picture, 1 - picture) == 0


def test_ms_ssim_refuses_pictures_that_have_no_five_scales():
    assert measures.ms_ssim(np.zeros((176, 176)), np.zeros((176, 176))) == 1
    with pytest.raises(UserError, match="MS-SSIM needs pictures of at least 176 × 176 pixels, not 175 × 300"):
        measures.ms_ssim(np.zeros((175, 300, 3)), np.zeros((175, 300, 3)))


def test_similarities_in_decibels_tell_small_differences_near_one_apart():
    assert measures.decibels(0.9) == pytest.approx(10)
    assert measures.decibels(0.999) == pytest.approx(30)
    assert measures.decibels(1.0) == float("inf")


def test_pictures_of_different_shapes_are_refused():
    with pytest.raises(UserError, match="different shapes"):
        measures.psnr(np.zeros((2, 2)), np.zeros((3, 3)))
