"""Channel-wise against global coding: what is counted, and how ours stands beside the published."""

from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pandas as pd
import pytest
import tiny_codec

from neural_imaging.base.errors import UserError
from neural_imaging.codec import codec
from neural_imaging.coding import fse
from neural_imaging.evaluation import channelwise
from neural_imaging.tables import tables

PUBLISHED = Path(__file__).resolve().parents[2] / "resources/published/channelwise_coding.csv"


@pytest.fixture(scope="module")
def model():
    return tiny_codec.make()


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    """A picture of 72 × 100 pixels whose middle square of 64 starts at row 4 and column 18."""
    noise = np.random.default_rng(1).integers(0, 256, (72, 100, 3), np.uint8)
    path = tmp_path_factory.mktemp("pictures") / "a.png"
    imageio.imwrite(path, noise)
    return path


def _measured(rows):
    return pd.DataFrame(rows, columns=channelwise.MEASURED)


def test_the_middle_of_a_picture_is_cut_into_patches_of_each_size(model, picture):
    rows = _measured(channelwise.measure("tiny", model, [picture], sizes=(32, 64)))
    assert rows["patch_px"].tolist() == [32] * 4 + [64]
    assert rows["ratio"].tolist() == pytest.approx(rows["channelwise_bytes"] / rows["global_bytes"])
    middle = imageio.imread(picture)[4:68, 18:82]
    assert rows["channelwise_bytes"].iloc[-1] == len(codec.compress(middle, model, version=1))
    last = codec.compress(middle[32:, 32:], model, version=1)
    assert rows["channelwise_bytes"].iloc[3] == len(last)


def test_as_a_whole_the_latent_is_one_string_of_symbols_cell_by_cell(model, picture):
    row = next(channelwise.measure("tiny", model, [picture], sizes=(64,)))
    middle = imageio.imread(picture)[np.newaxis, 4:68, 18:82].astype(np.float32) / 255
    symbols = np.searchsorted(model.codebook, np.asarray(model.encode(middle))).astype(np.uint8)
    assert row["global_bytes"] == len(fse.compress(symbols.tobytes()))


@pytest.mark.parametrize(
    ("sizes", "reason"), [((12,), "multiples of 8"), ((24, 64), "divide the largest, 64"), ((0, 64), "0 pixels")]
)
def test_sizes_that_do_not_fit_are_refused(model, picture, sizes, reason):
    with pytest.raises(UserError, match=reason):
        next(channelwise.measure("tiny", model, [picture], sizes=sizes))


def test_a_picture_that_is_too_small_is_named(model, picture):
    with pytest.raises(UserError, match=r"a\.png: 100 × 72 pixels have no patch of 128"):
        next(channelwise.measure("tiny", model, [picture], sizes=(128,)))


@pytest.fixture
def measured():
    ratios = {("32c", 128): [1.0, 1.2], ("8c", 128): [0.5]}
    return _measured([[*key, "a.png", 1, 1, ratio] for key, values in ratios.items() for ratio in values])


def test_ours_stands_beside_the_published_with_the_difference_of_means(measured):
    table = channelwise.beside(measured, tables.read(PUBLISHED, channelwise.PUBLISHED))
    assert list(table.columns) == channelwise.COLUMNS
    assert len(table) == 10  # nine published, and one that only we have
    line = table.set_index(["model", "patch_px"]).loc[("32c", 128)]
    assert (line["patches"], line["mean_ratio"], line["min_ratio"], line["max_ratio"]) == (2, 1.1, 1.0, 1.2)
    assert line["mean_difference"] == pytest.approx(1.1 - 1.05)
    assert table["model"].iloc[-1] == "8c"
    cells = channelwise.cells(table)[1]
    assert cells[3] == ["32c", "128", "2", "1.100 [1.000, 1.200]", "1.050 [0.961, 1.108]", "+0.050"]
    assert cells[-1][4:] == ["–", "–"]
    assert cells[0][2:4] == ["–", "–"]


def test_without_published_values_ours_stands_alone(measured):
    table = channelwise.beside(measured)
    assert table["model"].tolist() == ["32c", "8c"]
    assert table["mean_published"].isna().all()
