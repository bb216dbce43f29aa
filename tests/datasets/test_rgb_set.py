"""Training sets of pictures without RAW: what can be used is, and what cannot is listed with its reason."""

import csv
import shutil

import imageio.v3 as imageio
import numpy as np
import pytest
import tifffile
from PIL import Image

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import dataset, images, rgb_set

SETTINGS = {"train": 6, "validation": 1, "seed": 1}


def picture(seed, height=70, width=96):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def table(path):
    with path.open(newline="", encoding="utf-8") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Good pictures, some of which have to be changed, and one of each kind that is of no use."""
    folder = tmp_path_factory.mktemp("pictures")
    imageio.imwrite(folder / "a.png", picture(0))
    tifffile.imwrite(folder / "b.tif", picture(1, 71, 97), photometric="rgb", compression="zlib")
    Image.fromarray(picture(2)).save(folder / "c.jpg", quality=95)
    for seed, name in enumerate("defg", 10):
        imageio.imwrite(folder / f"{name}.png", picture(seed))
    for name, cut in (("cut.png", 900), ("cut.jpg", 900), ("empty.tif", 0)):
        content = (folder / ("c.jpg" if name.endswith("jpg") else "a.png")).read_bytes()
        (folder / f"0-{name}").write_bytes(content[:cut])
    shutil.copy(folder / "a.png", folder / "again.png")
    Image.fromarray(picture(3)).convert("L").save(folder / "0-grey.png")
    Image.fromarray(picture(3)).convert("CMYK").save(folder / "0-print.jpg")
    glass = np.dstack([picture(3), np.full((70, 96), 128, np.uint8)])
    imageio.imwrite(folder / "0-glass.png", glass)
    tifffile.imwrite(folder / "0-pages.tif", np.stack([picture(3)] * 2), photometric="rgb")
    tifffile.imwrite(folder / "0-floats.tif", picture(3).astype(np.float32), photometric="rgb")
    imageio.imwrite(folder / "0-small.png", picture(3, 40, 96))
    imageio.imwrite(folder / "0-tall.png", picture(3, 96, 70))
    (folder / "0-words.png").write_text("no picture at all")
    (folder / "0-shot.nef").write_bytes((folder / "b.tif").read_bytes())
    return folder


@pytest.fixture(scope="module")
def prepared(source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("set")
    rgb_set.prepare(source, folder, **SETTINGS, orientation="landscape", workers=2)
    return folder


REFUSED = {
    "again.png": "the same file as a.png",
    "0-cut.png": "cannot be read as a picture",
    "0-cut.jpg": "cannot be read as a picture (image file is truncated",
    "0-empty.tif": "not a picture",
    "0-words.png": "not a picture",
    "0-floats.tif": "its samples are floating-point numbers",
    "0-small.png": "smaller than 64 pixels",
    "0-tall.png": "not in landscape format",
    "0-shot.nef": "not a picture by its name",
    "0-grey.png": "has no colours",
    "0-print.jpg": "CMYK becomes RGB",
    "0-glass.png": "transparent parts are laid on white",
    "0-pages.tif": "the first of 2 pictures in the file",
}
USED = {
    "a.png": "",
    "b.tif": "",
    "c.jpg": "",
    **dict.fromkeys(("d.png", "e.png", "f.png", "g.png"), ""),
}


def test_every_file_has_a_line_that_says_used_or_why_not(prepared):
    rows = table(prepared / "images.csv")
    assert set(rows) == set(REFUSED | USED)
    assert tuple(rows["a.png"]) == dataset.COLUMNS
    for file, reason in (REFUSED | USED).items():
        assert rows[file]["reason"].startswith(reason), file
        assert (rows[file]["status"] == "used") == (file in USED)
        assert rows[file]["cfa"] == ""
        assert len(rows[file]["sha256"]) == 64


def test_targets_are_the_pictures_with_even_sides_and_nothing_else_is_written(prepared):
    assert {path.name for path in prepared.iterdir()} - {".unpacked"} == {
        "images.csv",
        *(f"{file.partition('.')[0]}.png" for file in USED),
    }
    np.testing.assert_array_equal(imageio.imread(prepared / "a.png"), picture(0))
    np.testing.assert_array_equal(imageio.imread(prepared / "b.png"), picture(1, 71, 97)[:70, :96])


def test_such_a_set_is_read_as_one_without_raw(prepared):
    training = images.read(prepared / "images.csv", "train")
    assert len(training) == 6
    assert all(pair.stack is None for pair in training)
    assert len(images.read(prepared / "images.csv", "validation")) == 1


def test_the_seed_decides_the_split(source, prepared, tmp_path):
    rgb_set.prepare(source, tmp_path, **{**SETTINGS, "seed": 3}, orientation="landscape")
    splits = [[row["split"] for row in table(folder / "images.csv").values()] for folder in (prepared, tmp_path)]
    assert splits[0] != splits[1]


def test_square_pictures_are_in_either_format(tmp_path):
    for seed in range(2):
        imageio.imwrite(tmp_path / f"{seed}.png", picture(seed, 64, 64))
    for orientation in ("landscape", "portrait", "any"):
        rgb_set.prepare(tmp_path, tmp_path / orientation, train=1, validation=1, seed=0, orientation=orientation)
        shutil.rmtree(tmp_path / orientation)


def test_too_few_good_pictures_end_with_one_line_and_a_list(source, tmp_path):
    with pytest.raises(UserError, match=r"8 photographs are needed, 7 of 20 files are good.*refused\.csv"):
        rgb_set.prepare(source, tmp_path, train=7, validation=1, seed=0, orientation="landscape")
    assert {path.name for path in tmp_path.iterdir()} == {"refused.csv"}
