"""Training sets of codecs: every picture is used or listed with its reason, and a stop costs nothing."""

import csv
import os
import shutil

import imagecodecs
import imageio.v3 as imageio
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import comparison_set, picture_set, picture_sources
from neural_imaging.datasets.partial_set import PartialSet

SIDE = 32
FEW = {"side": SIDE, "validation": 1}


def table(folder):
    with (folder / "images.csv").open(newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def pictures(folder):
    return np.load(folder / "pictures.npy")


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def colours(seed, height=40, width=60):
    """Smooth colours, so that resizing changes little."""
    coarse = np.random.default_rng(seed).integers(0, 256, (4, 6, 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Pictures as people have them: grey, deep, transparent, copied, damaged and small ones, and a note."""
    folder = tmp_path_factory.mktemp("pictures")
    imageio.imwrite(folder / "a.png", colours(0))
    imageio.imwrite(folder / "b-grey.png", colours(1)[..., 0])
    (folder / "c-deep.png").write_bytes(imagecodecs.png_encode(colours(2).astype(np.uint16) * 257))
    imageio.imwrite(folder / "d-alpha.png", np.dstack([colours(3), np.full((40, 60), 255, np.uint8)]))
    (folder / "e-cut.png").write_bytes((folder / "a.png").read_bytes()[:500])
    imageio.imwrite(folder / "f-small.png", colours(4, 31, 60))
    shutil.copy(folder / "a.png", folder / "g-copy.png")
    (folder / "more").mkdir()
    imageio.imwrite(folder / "more/h.jpg", colours(5))
    imageio.imwrite(folder / "more/i.webp", colours(6), lossless=True)
    (folder / "notes.txt").write_text("taken in May")
    return folder


@pytest.fixture(scope="module")
def prepared(source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("prepared")
    picture_set.prepare([source], folder, FEW, workers=2)
    return folder


def test_every_picture_has_a_line_that_says_used_or_why_not(prepared):
    rows = table(prepared)
    used = ["a.png", "b-grey.png", "c-deep.png", "d-alpha.png", "more/h.jpg", "more/i.webp"]
    assert [file for file, row in rows.items() if row["status"] == "used"] == used
    assert rows["g-copy.png"]["reason"] == "the same picture as a.png"
    assert rows["f-small.png"]["reason"] == "60 × 31 pixels, smaller than 32 × 32"
    assert rows["e-cut.png"]["status"] == "refused"
    assert rows["e-cut.png"]["reason"]
    assert rows["notes.txt"]["reason"] == "not a picture by its name (*.txt)"
    assert sorted(row["split"] for row in rows.values() if row["split"]) == ["train"] * 5 + ["validation"]


def test_pictures_are_rgb_of_8_bits_whatever_they_were(prepared):
    rows, squares = table(prepared), pictures(prepared)
    assert squares.shape == (6, SIDE, SIDE, 3)
    assert squares.dtype == np.uint8
    grey = squares[int(rows["b-grey.png"]["place"])]
    np.testing.assert_array_equal(grey[..., 0], grey[..., 2])
    deep = squares[int(rows["c-deep.png"]["place"])]
    np.testing.assert_array_equal(deep, picture_set.square(colours(2), SIDE))
    assert "16 bits" in rows["c-deep.png"]["notes"]


def test_the_middle_square_is_made_smaller():
    wide = np.zeros((64, 200, 3), np.uint8)
    wide[:, 68:132] = colours(0, 64, 64)
    small = picture_set.square(wide, SIDE).astype(int)
    # Means of 2 × 2 pixels and Lanczos's filter agree on smooth pictures but for a few levels at its borders.
    means = colours(0, 64, 64).reshape(SIDE, 2, SIDE, 2, 3).mean(axis=(1, 3))
    assert np.abs(small - means).max() < 8


def test_the_same_pictures_give_the_same_bytes_with_any_number_of_workers(source, prepared, tmp_path):
    picture_set.prepare([source], tmp_path, FEW, workers=1)
    assert contents(tmp_path) == contents(prepared)


def test_stopped_work_goes_on_where_it_was(source, prepared, tmp_path, monkeypatch):
    append, appended = PartialSet.append, []

    def stop_at_four(self, row, picture=None):
        append(self, row, picture)
        appended.append(row["file"])
        if len(self.rows) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(PartialSet, "append", stop_at_four)
    with pytest.raises(KeyboardInterrupt):
        picture_set.prepare([source], tmp_path, FEW)
    assert not (tmp_path / "images.csv").exists()
    # A line without its end, and a picture without a line, as a kill leaves them.
    for name in (".images.part", ".pictures.part"):
        with (tmp_path / name).open("ab") as file:
            file.write(b'{"row": ')
    picture_set.prepare([source], tmp_path, FEW)
    assert len(appended) == len(set(appended)) == 10
    assert contents(tmp_path) == contents(prepared)


def test_changed_pictures_and_other_sides_are_read_again(source, tmp_path):
    candidates = picture_sources.listing([source])

    def kept(side):
        with PartialSet(tmp_path, side, candidates) as partial:
            return len(partial.rows)

    with PartialSet(tmp_path, SIDE, candidates) as partial:
        for name in "abc":
            partial.append({"file": name, "status": "used"}, np.zeros((SIDE, SIDE, 3), np.uint8))
    assert kept(SIDE) == 3
    os.utime(source / "b-grey.png", (0, 0))
    assert kept(SIDE) == 1
    assert kept(16) == 0


def test_sources_take_turns_and_only_photographs_to_train_on_are_taken(source, training_set, tmp_path):
    settings = {"side": SIDE, "train": 5, "validation": 1, "scenes": {"photographs": False, "dead_leaves": 2}}
    settings["scenes"] |= {"height": 32, "width": 48}
    picture_set.prepare([source, training_set], tmp_path, settings)
    rows = table(tmp_path)
    used = [file for file, row in rows.items() if row["status"] == "used"]
    assert used == ["a.png", "scene-0.png", "synthetic-0000", "b-grey.png", "scene-1.png", "synthetic-0001"]
    split = pd.read_csv(training_set).set_index("image")["split"]
    held_out = [rows[f"{name}.png"] for name in split.index[split == "validation"]]
    assert {row["status"] for row in held_out} == {"unused"}


def test_too_few_good_pictures_are_listed_with_reasons(source, tmp_path):
    with pytest.raises(UserError, match=r"9 pictures are needed, 6 of 9 are good; .*refused\.csv lists them all"):
        picture_set.prepare([source], tmp_path, {**FEW, "train": 8})
    assert (tmp_path / "refused.csv").read_text().count("refused") == 2
    assert not (tmp_path / "images.csv").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sides": 3}, "unknown setting sides; there are: side, train"),
        ({"side": 0}, "side must be a whole number from 16 to 4096, not 0"),
        ({"validation": 0}, "validation must be a whole number of at least 1, not 0"),
        ({"train": 1.5}, "train must be"),
        ({"scenes": {"leaves": 3}}, "scenes: unknown setting leaves; there are: photographs"),
        ({"scenes": True}, "scenes must be a mapping such as"),
    ],
)
def test_wrong_settings_are_named(source, tmp_path, settings, message):
    with pytest.raises(UserError, match=message):
        picture_set.prepare([source], tmp_path, settings)


def test_wrong_sources_are_named(source, tmp_path):
    for sources, message in (
        ([], "no source of pictures"),
        ([tmp_path / "none"], "no such folder of pictures or images.csv"),
        ([source / "a.png"], "neither a folder of pictures nor the images.csv of a camera's training set"),
        ([source, source], "named twice"),
        ([tmp_path], "holds no files"),
    ):
        with pytest.raises(UserError, match=message):
            picture_set.prepare(sources, tmp_path / "set", FEW)


def test_pictures_that_codecs_are_compared_on_are_not_learned_from(source, tmp_path):
    (tmp_path / "compared").mkdir()
    shutil.copy(source / "a.png", tmp_path / "compared/by-file.png")
    imageio.imwrite(tmp_path / "compared/by-samples.bmp", imageio.imread(source / "more/i.webp"))
    compared = comparison_set.prepare([tmp_path / "compared"], tmp_path / "data-set", {"side": SIDE})
    picture_set.prepare([source], tmp_path / "set", FEW, apart=[compared])
    rows = table(tmp_path / "set")
    assert rows["a.png"]["reason"] == f"the same picture as by-file.png in {compared}"
    assert rows["more/i.webp"]["reason"] == f"the same picture as by-samples.bmp in {compared}"
    assert sum(row["status"] == "used" for row in rows.values()) == 4


def test_other_parts_of_a_photograph_that_codecs_are_compared_on_are_not_learned_from(camera_set, tmp_path):
    compared = comparison_set.prepare([camera_set], tmp_path / "data-set", {"side": SIDE})
    scenes = {"photographs": True, "dead_leaves": 2, "height": 320, "width": 320}
    picture_set.prepare([], tmp_path / "set", {"side": SIDE, "validation": 1, "scenes": scenes}, apart=[compared])
    rows = table(tmp_path / "set")
    assert rows["china-0-1"]["reason"].startswith("of the same photograph as china-9-9.png in")
    assert rows["rocket-0-0"]["status"] == "used"


@pytest.fixture
def camera_set(tmp_path):
    """A camera's training set of which one photograph is for validation: a part of scikit-learn's china.jpg."""
    imageio.imwrite(tmp_path / "china-9-9.png", colours(8))
    rows = [("china-9-9", "scikit-learn/china.jpg", "used", "validation")]
    pd.DataFrame(rows, columns=["image", "source", "status", "split"]).to_csv(tmp_path / "images.csv", index=False)
    return tmp_path / "images.csv"


@pytest.mark.parametrize("seed", range(4))
def test_parts_of_one_photograph_are_on_one_side(tmp_path, seed):
    scenes = {"photographs": True, "dead_leaves": 5, "height": 300, "width": 300}
    settings = {"side": SIDE, "validation": 4, "seed": seed, "scenes": scenes}
    picture_set.prepare([], tmp_path, settings, workers=1)
    rows = pd.read_csv(tmp_path / "images.csv")
    assert (rows[rows.status == "used"].groupby("photograph").split.nunique() == 1).all()
    assert (rows.groupby("photograph").size() > 1).any()


def test_pictures_of_a_folder_are_on_one_side_where_asked_for(source, tmp_path):
    for seed in range(4):
        settings = {"side": SIDE, "validation": 2, "seed": seed, "split_by": "folder"}
        picture_set.prepare([source], tmp_path, settings)
        rows = table(tmp_path)
        assert rows["more/h.jpg"]["split"] == rows["more/i.webp"]["split"] == "validation"


def test_a_data_set_without_identities_is_named(source, training_set, tmp_path):
    with pytest.raises(UserError, match=r"not the images\.csv of a data set"):
        picture_set.prepare([source], tmp_path, FEW, apart=[training_set])
