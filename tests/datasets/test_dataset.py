import csv
import shutil

import imageio.v3 as imageio
import numpy as np
import photographs
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import dataset
from neural_imaging.imaging import bayer, develop, dng, raw, scenes, simulation


def table(path):
    with path.open(newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def source(tmp_path_factory, profile):
    """Seven files: four good ones, one in portrait format, one copy, one damaged, and a note."""
    folder = tmp_path_factory.mktemp("source")
    scene = scenes.make("synthetic-0000", 64, 96, seed=3)
    for seed, name in enumerate(("a", "c", "f", "g", "e-portrait")):
        mosaic = simulation.expose(scene, profile("EOS5D"), np.random.default_rng(seed))
        dng.write(folder / f"{name}.dng", mosaic, profile("EOS5D"), flip=6 if "portrait" in name else 0)
    shutil.copy(folder / "a.dng", folder / "b-copy.dng")
    (folder / "d-cut.dng").write_bytes((folder / "c.dng").read_bytes()[:5000])
    (folder / "notes.txt").write_text("taken in May")
    return folder


@pytest.fixture(scope="module")
def prepared(source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("prepared")
    dataset.prepare(source, folder, train=2, validation=1, seed=1, workers=2)
    return folder


def test_every_raw_file_has_a_line_that_says_used_or_why_not(prepared):
    rows = table(prepared / "images.csv")
    assert {file: row["status"] for file, row in rows.items()} == {
        "a.dng": "used",
        "b-copy.dng": "refused",
        "c.dng": "used",
        "d-cut.dng": "refused",
        "e-portrait.dng": "unused",
        "f.dng": "used",
        "g.dng": "unused",
        "notes.txt": "unused",
    }
    assert rows["b-copy.dng"]["reason"] == "the same file as a.dng"
    assert "cut off" in rows["d-cut.dng"]["reason"]
    assert "landscape" in rows["e-portrait.dng"]["reason"]
    assert "enough" in rows["g.dng"]["reason"]
    assert rows.pop("notes.txt")["reason"] == "not a picture by its name (*.txt)"
    assert all(len(row["sha256"]) == 64 for row in rows.values())
    assert tuple(rows["a.dng"]) == dataset.COLUMNS


def test_only_used_pictures_are_written(prepared):
    assert set(contents(prepared)) == {"images.csv", *(f"{name}.{kind}" for name in "acf" for kind in ("npy", "png"))}


def test_pairs_hold_the_stack_and_the_picture_developed_from_it(source, prepared):
    photograph = raw.read(source / "c.dng")
    stack = np.load(prepared / "c.npy", allow_pickle=False)
    assert stack.dtype == np.uint16
    np.testing.assert_allclose(stack / 65535, photograph.stack, atol=0.6 / 65535)
    target = imageio.imread(prepared / "c.png")
    np.testing.assert_array_equal(target, photographs.develop(source / "c.dng"))


def test_the_target_can_be_made_from_the_files_alone(prepared):
    row = table(prepared / "images.csv")["c.dng"]
    mosaic = bayer.to_mosaic(np.load(prepared / "c.npy") / 65535, row["cfa"])
    matrix = np.array(row["camera_to_srgb"].split(), float).reshape(3, 3)
    again = develop.render(develop.demosaic(mosaic, row["cfa"]), matrix)
    difference = np.abs(again.astype(int) - imageio.imread(prepared / "c.png"))
    assert (difference > 0).mean() < 0.02  # 16 bits round a few values to the next level
    assert (int(row["height"]), int(row["width"])) == again.shape[:2]


def test_the_seed_decides_the_split_and_nothing_else(source, prepared, tmp_path):
    dataset.prepare(source, tmp_path, train=2, validation=1, seed=2)
    rows, others = table(prepared / "images.csv"), table(tmp_path / "images.csv")
    assert [row["split"] for row in rows.values()] != [row["split"] for row in others.values()]
    for file, row in others.items():
        assert row | {"split": ""} == rows[file] | {"split": ""}
    assert sorted(row["split"] for row in others.values() if row["status"] == "used") == [
        "train",
        "train",
        "validation",
    ]
    assert (tmp_path / "a.npy").read_bytes() == (prepared / "a.npy").read_bytes()


def test_the_same_files_give_the_same_bytes_whatever_the_number_of_workers(source, prepared, tmp_path):
    dataset.prepare(source, tmp_path, train=2, validation=1, seed=1, workers=1)
    assert contents(tmp_path) == contents(prepared)


def test_portrait_formats_are_used_where_asked_for(source, tmp_path):
    dataset.prepare(source, tmp_path, train=3, validation=1, seed=1, orientation="any")
    assert table(tmp_path / "images.csv")["e-portrait.dng"]["status"] == "used"
    assert imageio.imread(tmp_path / "e-portrait.png").shape == (64, 96, 3)  # aligned with the stack, not upright


def test_too_few_good_files_end_with_one_line_and_a_list(source, tmp_path):
    with pytest.raises(UserError, match=r"10 photographs are needed, 4 of 7 files are good.*refused\.csv"):
        dataset.prepare(source, tmp_path, train=8, validation=2, seed=1)
    assert set(contents(tmp_path)) == {"refused.csv"}
    assert all(row["reason"] for row in table(tmp_path / "refused.csv").values())


def test_files_of_one_name_in_two_folders_do_not_meet(source, tmp_path):
    for folder, file in (("x", "a.dng"), ("y", "c.dng")):
        (tmp_path / "in" / folder).mkdir(parents=True)
        shutil.copy(source / file, tmp_path / "in" / folder / "same.dng")
    dataset.prepare(tmp_path / "in", tmp_path / "out", train=1, validation=1, seed=0)
    assert {row["image"] for row in table(tmp_path / "out/images.csv").values()} == {"x-same-dng", "y-same-dng"}


@pytest.mark.parametrize("model", [5, "", " ", ["Nikon D90"]])
def test_a_camera_is_named_by_text(source, tmp_path, model):
    with pytest.raises(UserError, match='model must be the name of a camera, such as "Nikon D90"'):
        dataset.prepare(source, tmp_path / "out", train=1, validation=0, seed=1, model=model)
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_place_of_the_folder_is_named(source, tmp_path):
    file = next(path for path in source.rglob("*.dng"))
    with pytest.raises(UserError, match=f"{file.name}: is a file; name its folder"):
        dataset.prepare(file, tmp_path / "out", train=1, validation=0, seed=1)


def test_a_missing_or_empty_folder_is_named(tmp_path):
    with pytest.raises(UserError, match="no such folder"):
        dataset.prepare(tmp_path / "absent", tmp_path / "out", train=1, validation=0, seed=0)
    with pytest.raises(UserError, match="holds no files"):
        dataset.prepare(tmp_path, tmp_path / "out", train=1, validation=0, seed=0)


def test_all_files_of_a_folder_are_on_one_side_where_asked_for(source, tmp_path):
    for place, folder in (("a", "x"), ("c", "x"), ("f", "y"), ("g", "y")):
        (tmp_path / "in" / folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(source / f"{place}.dng", tmp_path / "in" / folder)
    for seed in range(4):
        dataset.prepare(tmp_path / "in", tmp_path / "out", train=2, validation=2, seed=seed, split_by="folder")
        rows = table(tmp_path / "out/images.csv")
        assert rows["x/a.dng"]["split"] == rows["x/c.dng"]["split"] != rows["y/f.dng"]["split"]
        assert rows["x/a.dng"]["source"] == "x"


def test_a_copy_in_another_file_is_no_photograph_of_its_own(source, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a", "c"):
        shutil.copy(source / f"{name}.dng", tmp_path / "in")
    (tmp_path / "in/b.dng").write_bytes((source / "a.dng").read_bytes() + bytes(16))
    dataset.prepare(tmp_path / "in", tmp_path / "out", train=1, validation=1, seed=0)
    assert table(tmp_path / "out/images.csv")["b.dng"]["reason"] == "the same picture as a.dng"


@pytest.mark.parametrize("settings", [{"split_by": "day"}, {"validation_photographs": 2}])
def test_settings_of_the_split_that_make_no_sense_are_named(source, tmp_path, settings):
    with pytest.raises(UserError, match=f"{next(iter(settings))} must be"):
        dataset.prepare(source, tmp_path, train=2, validation=1, seed=1, **settings)
