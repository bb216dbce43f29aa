"""Data sets that codecs are compared on: each picture is cut as asked, and each file is accounted for."""

import imageio.v3 as imageio
import numpy as np
import pandas as pd
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import comparison_set


@pytest.fixture
def folder(tmp_path):
    """Two pictures, one that is too small, and a file that is none."""
    folder, rng = tmp_path / "photographs", np.random.default_rng(1)
    folder.mkdir()
    for name, height, width in (("a", 40, 64), ("b", 32, 32), ("c", 8, 64)):
        imageio.imwrite(folder / f"{name}.png", rng.integers(0, 256, (height, width, 3), dtype=np.uint8))
    (folder / "d.png").write_bytes(b"no picture")
    return folder


def _prepare(folder, output, **settings):
    table = comparison_set.prepare([folder], output, {"side": 32, **settings})
    return pd.read_csv(table).set_index("file")


def test_a_crop_is_the_middle_of_its_picture(folder, tmp_path):
    rows = _prepare(folder, tmp_path / "set")
    original, cut = imageio.imread(folder / "a.png"), imageio.imread(tmp_path / "set" / rows.picture["a.png"])
    np.testing.assert_array_equal(cut, original[4:36, 16:48])


def test_a_resized_picture_shows_the_whole_middle_square(folder, tmp_path):
    gradient = np.repeat(np.linspace(0, 255, 64, dtype=np.uint8)[:, None], 64, axis=1)
    imageio.imwrite(folder / "a.png", np.stack([gradient] * 3, axis=-1))
    rows = _prepare(folder, tmp_path / "set", cut="resize")
    cut = imageio.imread(tmp_path / "set" / rows.picture["a.png"])
    assert cut.shape == (32, 32, 3)
    assert cut[0].max() < 8
    assert cut[-1].min() > 247


def test_every_file_is_listed_with_what_became_of_it(folder, tmp_path):
    rows = _prepare(folder, tmp_path / "set")
    assert rows.status.to_dict() == {"a.png": "used", "b.png": "used", "c.png": "unused", "d.png": "refused"}
    assert "pixels, smaller than 32 × 32" in rows.reason["c.png"]
    assert "not a picture" in rows.reason["d.png"]


def test_pictures_of_an_earlier_set_do_not_stay(folder, tmp_path):
    _prepare(folder, tmp_path / "set")
    rows = _prepare(folder, tmp_path / "set", count=1)
    assert [path.name for path in (tmp_path / "set").glob("*.png")] == [rows.picture["a.png"]]
    assert rows.status["b.png"] == "unused"


def test_few_pictures_are_of_all_sources(folder, training_set, tmp_path):
    table = comparison_set.prepare([folder, training_set], tmp_path / "set", {"side": 32, "count": 2})
    rows = pd.read_csv(table)
    assert set(rows.source[rows.status == "used"]) == {str(folder), str(training_set)}


def test_of_a_training_set_only_photographs_for_validation_are_taken(training_set, tmp_path):
    rows = _prepare(training_set, tmp_path / "set")
    table = pd.read_csv(training_set)
    expected = table.image[table.split == "validation"] + ".png"
    assert sorted(rows.index) == sorted(expected)


def test_a_picture_is_compared_on_once(folder, tmp_path):
    imageio.imwrite(folder / "z.bmp", imageio.imread(folder / "a.png"))
    rows = _prepare(folder, tmp_path / "set")
    assert rows.reason["z.bmp"] == "the same picture as a.png"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cut": "squeeze"}, "cut must be one of crop, resize"),
        ({"side": 0}, "side must be a whole number from 16"),
        ({"count": 0}, "count must be a whole number of at least 1"),
        ({"sides": 32}, "unknown setting sides"),
        ({"side": 4000}, "no picture of these can be used"),
    ],
)
def test_wrong_settings_are_refused(folder, tmp_path, settings, message):
    with pytest.raises(UserError, match=message):
        comparison_set.prepare([folder], tmp_path / "set", settings)
    assert not (tmp_path / "set" / "images.csv").exists()
