"""Scenes out of a folder of pictures: cut, listed with reasons, and the same on every machine."""

import csv
import shutil

import imageio.v3 as imageio
import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import dataset, scene_folder, simulated_set
from neural_imaging.imaging import scenes, srgb

SIZE = 32, 48
SMALL = {"height": 32, "width": 48, "reduction": 2}


def picture(seed, height=140, width=220):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three good pictures, two of one name, a copy of one, and files of no use."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "sea").mkdir()
    imageio.imwrite(folder / "a.png", picture(0))
    imageio.imwrite(folder / "sea/a.png", picture(1))
    imageio.imwrite(folder / "b.jpg", picture(2), quality=95)
    imageio.imwrite(folder / "c.bmp", picture(0))
    imageio.imwrite(folder / "small.png", picture(3, 60, 220))
    (folder / "cut.png").write_bytes((folder / "a.png").read_bytes()[:900])
    (folder / "film.mp4").write_bytes(b"moves")
    return folder


@pytest.fixture(scope="module")
def raws(folder, profile, tmp_path_factory):
    output = tmp_path_factory.mktemp("raws")
    simulated_set.make(profile(), output, {"folder": str(folder), **SMALL})
    return output


def test_every_file_is_listed_used_or_why_not(raws):
    rows = {row["file"]: row for row in rows_of(raws / "pictures.csv")}
    assert {file: row["scenes"] for file, row in rows.items() if row["status"] == "used"} == {
        "a.png": "4",
        "b.jpg": "4",
        "sea/a.png": "4",
    }
    assert rows["c.bmp"]["reason"] == "the same picture as a.png"
    assert rows["small.png"]["reason"] == "smaller than 96 × 64 pixels (a scene, 2 times)"
    assert "cannot be read" in rows["cut.png"]["reason"]
    assert "not a picture by its name" in rows["film.mp4"]["reason"]


def test_scenes_name_their_picture_and_different_files_stay_different(raws):
    rows = rows_of(raws / "scenes.csv")
    assert len({row["scene"] for row in rows}) == len(rows) == 12
    assert {row["source"] for row in rows} == {"a.png", "b.jpg", "sea/a.png"}
    assert all((raws / row["file"]).is_file() for row in rows)


def test_all_scenes_of_a_picture_are_on_one_side_of_the_split(raws, tmp_path):
    dataset.prepare(raws, tmp_path, train=8, validation=4, seed=2)
    sides = {}
    for row in filter(lambda row: row["image"], rows_of(tmp_path / "images.csv")):
        sides.setdefault(row["source"], set()).add(row["split"])
    assert sorted(map(sorted, sides.values())) == [["train"], ["train"], ["validation"]]


def test_few_scenes_are_of_all_pictures_that_are_needed(folder):
    cuts, rows = scene_folder.listing(folder, *SIZE, 2, count=2)
    assert [cut.file for cut in cuts] == ["a.png", "b.jpg"]
    assert [row["reason"] for row in rows if row["file"] == "sea/a.png"] == ["not needed: enough pictures"]


def test_workers_do_not_change_what_is_found(folder):
    assert scene_folder.listing(folder, *SIZE, 2, workers=2) == scene_folder.listing(folder, *SIZE, 2, workers=1)


def test_a_smaller_picture_has_the_means_of_light():
    light = srgb.decode(picture(0, 9, 13))
    expected = light[:8, :12].reshape(2, 4, 3, 4, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(scene_folder.reduce(picture(0, 9, 13), 4), expected, rtol=1e-5)


def test_traces_of_jpeg_go_with_the_reduction():
    clean = np.asarray(picture(0, 64, 64).repeat(8, 0).repeat(8, 1))
    coded = imageio.imread(imageio.imwrite("<bytes>", clean, extension=".jpg", quality=75))
    before = np.square(srgb.decode(clean) - srgb.decode(coded)).mean()
    after = np.square(scene_folder.reduce(clean, 4) - scene_folder.reduce(coded, 4)).mean()
    assert after < before / 2


def test_scenes_are_what_a_lens_shows_of_the_smaller_picture(folder):
    (cut, *_), _ = scene_folder.listing(folder, *SIZE, 2)
    scene = scene_folder.make(folder, cut, *SIZE, 2)
    light = scene_folder.reduce(picture(0), 2)
    np.testing.assert_array_equal(scene, scenes.projected(light[:32, :48]))
    assert 0 <= scene.min() < scene.max() <= scenes.EXPOSURE


def test_scenes_of_a_folder_stand_beside_dead_leaves_where_asked_for(folder, profile, tmp_path):
    simulated_set.make(profile(), tmp_path, {"folder": str(folder), "count": 2, "dead_leaves": 3, **SMALL})
    assert [row["synthetic"] for row in rows_of(tmp_path / "scenes.csv")] == ["True"] * 3 + ["False"] * 2
    dataset.prepare(tmp_path, tmp_path / "set", train=3, validation=2, seed=0, validation_photographs=1)
    held_out = [row["image"] for row in rows_of(tmp_path / "set/images.csv") if row["split"] == "validation"]
    assert sum(name.startswith("picture-") for name in held_out) == 1


def test_a_folder_with_nothing_usable_is_refused_with_reasons(folder, profile, tmp_path):
    (tmp_path / "in").mkdir()
    shutil.copy(folder / "small.png", tmp_path / "in")
    for settings, message in (
        ({"folder": str(tmp_path / "in")}, "no picture of these can be a scene .small.png: smaller than"),
        ({"folder": str(tmp_path / "none")}, "no such folder"),
        ({"folder": str(folder), "reduction": 0}, "reduction must be at least 1"),
        ({"folder": 3}, "folder must be a text"),
    ):
        with pytest.raises(UserError, match=message):
            simulated_set.make(profile(), tmp_path / "out", {**SMALL, **settings})
        assert not (tmp_path / "out/scenes.csv").exists()
