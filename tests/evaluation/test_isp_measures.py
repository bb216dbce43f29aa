"""Tests of pipelines on patches and photographs: the right places, the right numbers."""

import example_runs
import numpy as np
import pytest

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.developing import pipelines
from neural_imaging.evaluation import isp
from neural_imaging.imaging import measures


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return example_runs.training_set(tmp_path_factory.mktemp("set"))


@pytest.fixture(scope="module")
def made():
    network = models.create("UNet", n_steps=2, n_filters=2)
    return {"UNet": pipelines.Network(network, "UNet"), "bilinear": pipelines.create("Python", demosaicing="bilinear")}


def test_patches_are_of_held_out_photographs_and_lie_on_their_targets(table):
    parts = isp.patches(table, 16, per_image=3, discard="none")
    assert [part.pair.name for part in parts] == ["second"] * 3 + ["third"] * 3
    for part in parts:
        np.testing.assert_array_equal(part.target[::2, ::2, 0], part.stack[..., 0] // 257)
    again = isp.patches(table, 16, per_image=3, discard="none")
    assert [(part.top, part.left) for part in parts] == [(part.top, part.left) for part in again]
    others = isp.patches(table, 16, per_image=3, discard="none", seed=1)
    assert [(part.top, part.left) for part in parts] != [(part.top, part.left) for part in others]


def test_photographs_are_whole_or_their_middle(table):
    whole = isp.photographs(table)
    assert [part.target.shape for part in whole] == [(192, 256, 3)] * 2
    (middle,) = isp.photographs(table, 100, image="third")
    assert middle.target.shape == (100, 100, 3)
    np.testing.assert_array_equal(middle.target, whole[1].target[46:146, 78:178])


def test_each_part_and_pipeline_is_measured_against_the_target(table, made):
    parts = isp.patches(table, 16, per_image=2)
    measured = isp.measure(parts, made)
    assert list(measured) == isp.COLUMNS
    assert measured["pipeline"].tolist() == ["UNet", "bilinear"] * 4
    line, part = measured.iloc[3], parts[1]
    developed = made["bilinear"].render(part.stack, part.pair.cfa, part.pair.camera_to_srgb)
    assert line["psnr"] == pytest.approx(measures.psnr(part.target, developed))
    assert line["ssim"] == pytest.approx(measures.ssim(part.target, developed))
    assert (line["top"], line["left"], line["height"]) == (2 * part.top, 2 * part.left, 32)


def test_a_sample_shows_patches_from_the_first_to_the_last(table, made):
    parts = isp.patches(table, 16, per_image=4)
    sample = isp.sample(parts, made, count=3)
    assert sample["images"].tolist() == ["second", "third", "third"]
    assert sample["names"].tolist() == ["target", "UNet", "bilinear"]
    assert sample["patches"].shape == (3, 3, 32, 32, 3)
    np.testing.assert_array_equal(sample["patches"][-1, 0], parts[-1].target)
    assert sample["psnr"].shape == sample["ssim"].shape == (3, 2)


def test_a_comparison_shows_each_difference_alike(table, made):
    (part,) = isp.photographs(table, 128, image="third")
    sample = isp.comparison(part, made)
    target, first, second = sample["photos"].astype(int)
    np.testing.assert_array_equal(target, part.target)
    for shown, change, mean in zip(
        sample["amplified"], (first - target, second - target, second - first), sample["mean"], strict=True
    ):
        np.testing.assert_array_equal(shown, np.clip(128 + sample["amplification"] * change, 0, 255))
        assert mean == pytest.approx(np.abs(change).mean(), rel=1e-5)
    assert sample["spectra"].shape == (3, 128, 128)


def test_pipelines_that_have_learned_different_colour_filters_are_compared_where_all_show_the_photograph(table):
    settings = ("RGGB", "GBRG", "GRBG")  # the set has RGGB; the second loses rows, the third columns
    made = {cfa: pipelines.create("INet", cfa_pattern=cfa) for cfa in settings}
    (part,) = isp.photographs(table, 100, image="third")
    measured = isp.measure([part], made)
    assert measured[["top", "left", "height", "width"]].drop_duplicates().values.tolist() == [[47, 79, 98, 98]]
    for cfa, line in zip(settings, measured.itertuples(), strict=True):
        rows, columns = made[cfa].cut("RGGB")
        common = made[cfa].render(part.stack, "RGGB", part.pair.camera_to_srgb)[1 - rows :, 1 - columns :][:98, :98]
        assert line.psnr == pytest.approx(measures.psnr(part.target[1:-1, 1:-1], common))
    assert isp.sample([part], made)["patches"].shape == (1, 4, 98, 98, 3)
    assert isp.comparison(part, {cfa: made[cfa] for cfa in settings[:2]})["photos"].shape == (3, 98, 100, 3)
    with pytest.raises(UserError, match="parts of 10 pixels are too small"):
        isp.measure(isp.patches(table, 6, per_image=1), made)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Python", ("Python", "Python", {})),
        ('bilinear=Python:{"demosaicing": "bilinear"}', ("bilinear", "Python", {"demosaicing": "bilinear"})),
        ("results/isp/D90/UNet/model.keras", ("UNet", "results/isp/D90/UNet/model.keras", {})),
        ("isp~UNet/lambda_isp~0.1/model.keras", ("UNet, λ = 0.1", "isp~UNet/lambda_isp~0.1/model.keras", {})),
        ("mine=a/model.keras", ("mine", "a/model.keras", {})),
    ],
)  # fmt: skip
def test_pipelines_are_given_by_name_or_archive(text, expected):
    assert isp.parse(text) == expected


def test_sets_without_raw_are_measured_with_onet_alone(tmp_path, made):
    table = example_runs.training_set(tmp_path)
    table.write_text(table.read_text().replace("RGGB", ""))
    parts = isp.photographs(table)
    measured = isp.measure(parts, isp.created(["ONet"]))
    assert np.isinf(measured["psnr"]).all()
    with pytest.raises(UserError, match="second has no RAW that UNet could develop"):
        isp.measure(parts, made)


def test_mistakes_are_named(table):
    with pytest.raises(UserError, match="two pipelines are called Python; name them"):
        isp.created(["Python", 'Python:{"demosaicing": "bilinear"}'])
    with pytest.raises(UserError, match="cannot be read as settings"):
        isp.created(["Python:{demosaicing}"])
    with pytest.raises(UserError, match="first is not in the validation split; it has second, third"):
        isp.photographs(table, image="first")
    with pytest.raises(UserError, match="too small to measure SSIM"):
        isp.patches(table, 5)
