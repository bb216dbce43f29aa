"""Crops of a learned codec and of JPEG beside each other: what is measured and what is shown."""

import imageio.v3 as imageio
import numpy as np
import pytest
import tiny_codec

from neural_imaging.base.errors import UserError
from neural_imaging.codec import codec
from neural_imaging.coding import payload, standards
from neural_imaging.evaluation import codec_crops
from neural_imaging.evaluation.learned import Learned
from neural_imaging.figures import codec_crops as figure
from neural_imaging.imaging import measures


@pytest.fixture(scope="module")
def coder():
    return Learned(tiny_codec.make(), "16c")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Two pictures of 80 × 96 pixels: coloured blocks under noise."""
    folder, random, paths = tmp_path_factory.mktemp("pictures"), np.random.default_rng(2), []
    for name in "ab":
        blocks = np.kron(random.integers(40, 216, (10, 12, 3)), np.ones((8, 8, 1)))
        paths.append(folder / f"{name}.png")
        imageio.imwrite(paths[-1], (blocks + random.normal(0, 12, blocks.shape)).clip(0, 255).astype(np.uint8))
    return paths


@pytest.fixture(scope="module")
def sample(coder, pictures):
    return codec_crops.sample(pictures, coder, crop=32, square=64)


def test_a_sample_has_the_arrays_that_the_figure_draws(sample):
    assert set(figure.ARRAYS) <= set(sample)
    assert sample["images"].tolist() == ["a", "b"]
    assert sample["names"].tolist() == ["original", "16c", "JPEG, nearest SSIM", "JPEG, nearest bpp"]
    assert sample["crops"].shape == (2, 4, 32, 32, 3)
    assert sample["crops"].dtype == np.uint8


def test_the_middle_is_shown_and_all_that_was_coded_is_measured(sample, pictures, coder):
    square = imageio.imread(pictures[1])[8:72, 16:80]
    data = codec.compress(square, coder.model)
    decoded = codec.decompress(data, coder.model)
    np.testing.assert_array_equal(sample["crops"][1, 0], square[16:48, 16:48])
    np.testing.assert_array_equal(sample["crops"][1, 1], decoded[16:48, 16:48])
    assert sample["ssim"][1, 0] == measures.ssim(square, decoded, window="uniform")
    assert sample["psnr"][1, 0] == measures.psnr(square, decoded)
    assert sample["bpp"][1, 0] == 8 * coder.payload(data) / 64**2
    assert coder.payload(data) < len(data)  # headers are left out
    assert np.isnan(sample["quality"][1, 0])


def test_each_jpeg_is_the_nearest_in_what_it_is_matched_by(sample, pictures):
    square = imageio.imread(pictures[0])[8:72, 16:80]
    jpeg = standards.get("jpeg")
    files = {quality: jpeg.encode(square, quality) for quality in range(1, 101)}
    bpp = {quality: 8 * payload.jpeg(data) / 64**2 for quality, data in files.items()}
    ssim = {quality: measures.ssim(square, jpeg.decode(data), window="uniform") for quality, data in files.items()}
    for column, values, wanted in ((1, ssim, sample["ssim"]), (2, bpp, sample["bpp"])):
        quality = int(sample["quality"][0, column])
        assert sample["ssim"][0, column] == ssim[quality]
        assert sample["bpp"][0, column] == pytest.approx(bpp[quality])
        np.testing.assert_array_equal(sample["crops"][0, column + 1], jpeg.decode(files[quality])[16:48, 16:48])
        missed = abs(values[quality] - wanted[0, 0])
        nearest = min(abs(value - wanted[0, 0]) for value in values.values())
        # Neither rises with every step of the quality, so that halving may stop a hair beside the nearest.
        assert missed <= nearest + 0.02 * wanted[0, 0]


def test_a_picture_that_is_too_small_is_named(coder, pictures):
    with pytest.raises(UserError, match=r"a\.png: 96 × 80 pixels have no square of 512"):
        codec_crops.sample(pictures, coder, square=512)
    with pytest.raises(UserError, match=r"a\.png: 64 × 64 pixels have no square of 128"):
        codec_crops.sample(pictures, coder, square=64)
