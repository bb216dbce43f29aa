import numpy as np
import pytest
from gradients import value_and_gradient

from neural_imaging.base.errors import UserError
from neural_imaging.ops import fidelity


def _pictures(height, width, noise=0.1):
    rng = np.random.default_rng(height)
    coarse = np.kron(rng.random((2, height // 8 + 1, width // 8 + 1, 3)), np.ones((1, 8, 8, 1)))[:, :height, :width]
    return tuple(np.clip(coarse + noise * rng.standard_normal(coarse.shape), 0, 1).astype(np.float32) for _ in range(2))


@pytest.mark.parametrize(("height", "width"), [(176, 176), (181, 192), (256, 200)])
def test_ms_ssim_is_that_of_tensorflow_where_five_scales_fit(height, width):
    import tensorflow as tf

    images, targets = _pictures(height, width)
    expected = tf.image.ssim_multiscale(images, targets, 1.0)
    np.testing.assert_allclose(fidelity.ms_ssim(images, targets), expected, atol=1e-4)


@pytest.mark.parametrize("side", [11, 32, 64, 128])
def test_ms_ssim_takes_patches_that_are_too_small_for_five_scales(side):
    images, targets = _pictures(side, side)
    assert 0 < float(fidelity.ms_ssim(images, targets)[0]) < 1
    np.testing.assert_allclose(fidelity.ms_ssim(images, images), 1, atol=1e-6)
    if side < 22:
        np.testing.assert_allclose(fidelity.ms_ssim(images, targets), fidelity.ssim(images, targets), atol=1e-3)


def test_ms_ssim_forgives_noise_more_than_ssim_does():
    images, targets = _pictures(192, 192)
    assert float(fidelity.loss("MS-SSIM")(images, targets)) < float(fidelity.loss("SSIM")(images, targets))


@pytest.mark.parametrize("name", fidelity.LOSSES)
def test_losses_are_zero_for_equal_pictures_and_have_finite_gradients_for_the_least_alike(name):
    images, _ = _pictures(64, 64, 0)
    loss, gradient = value_and_gradient(lambda x: fidelity.loss(name)(x, images), images)
    assert loss == pytest.approx(0, abs=1e-3)
    loss, gradient = value_and_gradient(lambda x: fidelity.loss(name)(x, 1 - images), images)
    assert loss > 10
    assert np.isfinite(gradient).all()
    assert np.abs(gradient).max() > 0


def test_an_unknown_loss_is_refused():
    with pytest.raises(UserError, match="unknown loss 'PSNR'; known: L2, L1, SSIM, MS-SSIM"):
        fidelity.loss("PSNR")
