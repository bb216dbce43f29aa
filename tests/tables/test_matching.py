import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.coding import libjpeg, payload
from neural_imaging.imaging import measures
from neural_imaging.tables import matching


@pytest.fixture(scope="module")
def picture():
    generator = np.random.default_rng(6)
    coarse = np.kron(generator.integers(0, 256, (8, 8, 3)).astype(float), np.ones((8, 8, 1)))
    return np.clip(coarse + generator.normal(0, 10, coarse.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("window", ["gaussian", "uniform"])
@pytest.mark.parametrize("quality", [20, 55, 90])
def test_the_quality_of_an_ssim_is_found(picture, quality, window):
    wanted = measures.ssim(picture, libjpeg.decode(libjpeg.encode(picture, quality)), window=window)
    found = matching.jpeg_at_ssim(picture, wanted, window=window)
    assert found.value == pytest.approx(wanted, abs=1e-6)
    np.testing.assert_array_equal(found.decoded, libjpeg.decode(found.data))


@pytest.mark.parametrize("effective", [True, False])
def test_the_quality_of_bits_a_pixel_is_found(picture, effective):
    data = libjpeg.encode(picture, 65)
    size = payload.jpeg(data) if effective else len(data)
    found = matching.jpeg_at_bpp(picture, 8 * size / 64**2, effective=effective)
    assert found.data == data
    assert found.quality == 65
    assert found.bpp == 8 * len(data) / 64**2
    assert found.effective_bpp == 8 * payload.jpeg(data) / 64**2


def test_between_two_qualities_the_nearer_is_taken(picture):
    sizes = [8 * payload.jpeg(libjpeg.encode(picture, quality)) / 64**2 for quality in (60, 61)]
    assert matching.jpeg_at_bpp(picture, 0.9 * sizes[0] + 0.1 * sizes[1]).quality == 60
    assert matching.jpeg_at_bpp(picture, 0.1 * sizes[0] + 0.9 * sizes[1]).quality == 61


def test_out_of_reach_the_end_of_the_range_is_given_with_its_value(picture):
    assert matching.jpeg_at_ssim(picture, 1.0).quality == 100
    lowest = matching.jpeg_at_bpp(picture, 1e-3)
    assert lowest.quality == 1
    assert lowest.value > 0.1


def test_what_cannot_be_reached_by_any_picture_is_refused(picture):
    with pytest.raises(UserError, match="an SSIM lies between"):
        matching.jpeg_at_ssim(picture, 1.2)
    with pytest.raises(UserError, match="bits a pixel are more than 0"):
        matching.jpeg_at_bpp(picture, 0)
    with pytest.raises(UserError, match="8-bit RGB"):
        matching.jpeg_at_bpp(picture / 255, 1.0)
