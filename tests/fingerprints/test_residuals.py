from pathlib import Path

import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.fingerprints import residuals
from neural_imaging.imaging import bayer, raw

REFERENCE = Path(__file__).resolve().parents[1] / "reference/prnu_python.npz"


@pytest.fixture(scope="module")
def noisy():
    rows, columns = np.mgrid[:704, :832]
    edges = 60 * ((rows // 64 + columns // 96) % 2) + 90
    return (edges + np.random.default_rng(1).normal(0, 3, edges.shape)).astype(np.float32)


def test_matches_the_public_implementation():
    reference = np.load(REFERENCE)
    found = residuals.residual(reference["photograph"])
    # Sums of float32 in another order.
    np.testing.assert_allclose(found[:32, :32], reference["residual"], atol=1e-4)


def test_tiles_change_nothing(noisy):
    np.testing.assert_allclose(residuals.residual(noisy, side=640), residuals.residual(noisy), atol=1e-4)


def test_of_an_even_area_it_is_the_noise_and_no_coarse_part():
    noise = np.random.default_rng(2).normal(0, 2, (256, 256)).astype(np.float32)
    found = residuals.residual(120 + noise)
    assert np.corrcoef(found.ravel(), noise.ravel())[0, 1] > 0.99
    slope = np.linspace(0, 40, 256, dtype=np.float32)[None].repeat(256, 0)
    # The gradient's trace at the border stays: reflection makes a bend of it.
    assert np.abs(residuals.residual(120 + noise + slope) - found)[64:-64, 64:-64].max() < 0.2


def test_less_of_texture_is_taken_for_noise(noisy):
    texture = np.random.default_rng(3).normal(0, 25, (256, 256)).astype(np.float32)
    assert residuals.residual(120 + texture).std() < 0.3 * texture.std()


def test_channels_are_filtered_on_their_own(noisy):
    both = np.stack([noisy[:128, :128], noisy[128:256, :128]], axis=-1)
    np.testing.assert_array_equal(residuals.residual(both)[..., 1], residuals.residual(noisy[128:256, :128]))


def test_small_photographs_have_fewer_levels_and_the_smallest_none(noisy):
    assert residuals.residual(noisy[:64, :64]).shape == (64, 64)
    with pytest.raises(UserError, match="at least 16 rows and columns"):
        residuals.residual(noisy[:15, :64])


def test_equalised_residuals_are_as_strong_everywhere():
    noise = np.random.default_rng(4).normal(0, 1, (128, 128)).astype(np.float32)
    noise[:, 64:] *= 20
    noise[::2, ::2] *= 3
    found = residuals.equalised(noise)
    assert found[:, 70:].std() == pytest.approx(found[:, :58].std(), rel=0.02)
    assert found[::2, ::2].std() == pytest.approx(found[1::2, 1::2].std(), rel=0.02)


def test_samples_of_a_raw_file_are_those_of_the_sensor(photograph, profile):
    read = raw.read(photograph("a.dng"))
    samples, saturated = residuals.of_raw(read)
    camera, light = profile(), (samples / 255) ** 2.2
    gains = np.array(camera.white_balance)[[0, 1, 1, 2]]
    np.testing.assert_allclose(light * gains, read.stack, atol=1e-4)
    # White balance, then clipping, has cut off red and blue before green.
    np.testing.assert_allclose((saturated / 255) ** 2.2, 0.98 / gains, rtol=1e-4)
    assert bayer.positions(read.cfa)[0] == (1, 0)
