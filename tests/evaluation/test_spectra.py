"""Spectra of codecs: patches, mean magnitudes, ratios and the example."""

import example_runs
import numpy as np
import pytest
import tiny_codec

from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import spectra
from neural_imaging.imaging import measures


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return example_runs.training_set(tmp_path_factory.mktemp("set"))


def test_patches_lie_side_by_side_in_all_held_out_photographs(table):
    squares = spectra.patches(table, side=64)
    assert squares.shape == (2 * 3 * 4, 64, 64, 3)
    few = spectra.patches(table, side=64, count=4)
    np.testing.assert_array_equal(few[[0, -1]], squares[[0, -1]])


def test_patches_are_no_larger_than_the_photographs_and_whole_cells(table):
    assert spectra.patches(table, side=250).shape[1:3] == (192, 192)
    assert spectra.patches(table, side=60).shape[1:3] == (56, 56)


def test_a_wave_stands_at_its_frequency():
    across = np.arange(64)
    wave = 128 + 100 * np.sin(2 * np.pi * across / 8)
    squares = np.broadcast_to(np.round(wave).astype(np.uint8)[None, None, :, None], (2, 64, 64, 3))
    found = spectra.magnitudes(squares)
    row, column = np.unravel_index(np.argmax(found), found.shape)
    assert (row, abs(column - 32)) == (32, 64 // 8)


def test_pictures_without_contrast_have_finite_magnitudes():
    assert (spectra.magnitudes(np.full((1, 16, 16, 3), 7, np.uint8)) > 0).all()


def test_a_codec_that_blurs_weakens_high_frequencies_and_missing_ones_are_marked(table):
    squares = spectra.patches(table, side=64, count=3)
    model = tiny_codec.make()
    sample = spectra.ratios(squares, {("4c", "basic"): model, ("4c", "0.1"): model, ("8c", "basic"): model})
    assert sample["codecs"].tolist() == ["4c", "8c"]
    assert sample["weights"].tolist() == ["basic", "0.1"]
    ratio = sample["log_ratios"][0, 0]
    assert np.isnan(sample["log_ratios"][1, 1]).all()
    # The codec keeps the means of 8 × 8 pixels: of what changes from pixel to pixel nothing is left.
    assert ratio[:4, :4].mean() < -0.3
    assert ratio[:4, :4].mean() < ratio[30:35, 30:35].mean()


def test_ratios_of_what_is_not_changed_are_nought(table):
    squares = spectra.patches(table, side=64, count=2)
    before = spectra.magnitudes(squares)
    np.testing.assert_array_equal(np.log10(spectra.magnitudes(squares) / before), 0)


def test_an_example_has_the_original_first_and_measures_of_the_others(table):
    picture = spectra.patches(table, side=128, count=1)[0]
    sample = spectra.example("a", picture, "4c", {"basic": tiny_codec.make(), "0.1": tiny_codec.make(seed=1)})
    np.testing.assert_array_equal(sample["photos"][0], picture)
    assert sample["photos"].shape[0] == sample["spectra"].shape[0] == 3
    for place in range(2):
        assert sample["psnr"][place] == measures.psnr(picture, sample["photos"][place + 1])
        assert sample["ssim"][place] == measures.ssim(picture, sample["photos"][place + 1], window="uniform")
    assert (sample["bpp"] > 0).all()
    assert sample["count"] == 1
    np.testing.assert_array_equal(sample["ssim_mean"], sample["ssim"])


def test_the_mean_of_all_photographs_stands_beside_what_is_shown_of_one(table):
    pictures, models = spectra.patches(table, side=128, count=3), {"basic": tiny_codec.make()}
    alone = [spectra.example("a", picture, "4c", models) for picture in pictures]
    sample = spectra.example("a", pictures[0], "4c", models, pictures[1:])
    assert sample["count"] == 3
    for name in ("bpp", "ssim"):
        assert sample[name] == alone[0][name]
        assert sample[f"{name}_mean"] == pytest.approx(np.mean([each[name] for each in alone]))


@pytest.mark.parametrize("text", ["16c=a.keras", "16c:basic", ":basic=a.keras", "16c:=a.keras"])
def test_codecs_are_given_with_name_and_weight(text):
    with pytest.raises(UserError, match="must be a name, a weight and a codec"):
        spectra.load([text])
