"""One photograph in two formats is one photograph."""

import csv
import os

import numpy as np
import pytest
from PIL import Image

from neural_imaging.datasets import comparison_set, copies, dataset, picture_set, rgb_set
from neural_imaging.imaging import dng, scenes, simulation


def _rows(folder):
    with (folder / "images.csv").open(newline="", encoding="utf-8") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def light():
    """Two scenes, large enough that a margin of a few pixels is little of them."""
    return [scenes.make(f"synthetic-000{number}", 256, 384, seed=3) for number in range(2)]


@pytest.fixture
def raws(tmp_path, profile, light):
    """Photographs a and z; a in another format too, with other margins and other rounding, as converters write."""
    camera, folder = profile(), tmp_path / "in"
    (folder / "x").mkdir(parents=True)
    for seed, (name, scene) in enumerate(zip(("a.dng", "z.dng"), light, strict=True)):
        dng.write(folder / name, simulation.expose(scene, camera, np.random.default_rng(seed)), camera)
    mosaic = np.random.default_rng(5).normal(simulation.expose(light[0], camera).astype(float), 2)
    height, width = mosaic.shape
    for place in ("a.tif", "x/a.tif"):
        area = (2, 4, height - 2, width)
        dng.write(folder / place, mosaic.clip(0).astype(np.uint16), camera, active_area=area)
    return folder


@pytest.mark.parametrize(
    ("name", "place"),
    [("a.dng", "a.tif"), ("a.dng", "x/a.tif"), ("A.DNG", "a.tif"), ("e\u0301.dng", "x/\u00e9.tif")],
)
def test_a_raw_photograph_in_another_format_counts_once(raws, tmp_path, name, place):
    (raws / "a.dng").rename(raws / name)
    (raws / "a.tif").rename(raws / place)
    if place != "x/a.tif":
        (raws / "x/a.tif").unlink()
    dataset.prepare(raws, tmp_path / "out", train=1, validation=1, seed=0, orientation="any")
    rows = _rows(tmp_path / "out")
    assert {file for file, row in rows.items() if row["status"] == "used"} == {name, "z.dng"}
    assert rows[place]["reason"] == f"in another format the photograph of {name}"


def test_a_name_alone_makes_no_copy(raws, tmp_path):
    (raws / "z.dng").rename(raws / "x/a.dng")
    for place in ("a.tif", "x/a.tif"):
        (raws / place).unlink()
    (raws / "x/a.dng").rename(raws / "x/a.tif")
    dataset.prepare(raws, tmp_path / "out", train=1, validation=1, seed=0, orientation="any")
    assert {row["status"] for row in _rows(tmp_path / "out").values()} == {"used"}


@pytest.fixture
def pictures(tmp_path):
    """Ten pictures as PNG, three of them as JPEG too."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for seed in range(10):
        coarse = np.random.default_rng(seed).integers(0, 256, (8, 10, 3), np.uint8)
        picture = Image.fromarray(coarse).resize((96, 80), Image.Resampling.BICUBIC)
        picture.save(folder / f"{seed}.png")
        if seed < 3:
            picture.save(folder / f"{seed}.jpg", quality=70)
    return folder


def test_a_picture_in_another_format_counts_once(pictures, tmp_path):
    rgb_set.prepare(pictures, tmp_path / "out", train=7, validation=3, seed=0)
    rows = _rows(tmp_path / "out")
    assert [rows[f"{seed}.png"]["reason"] for seed in range(3)] == [
        f"in another format the photograph of {seed}.jpg" for seed in range(3)
    ]


def test_both_are_on_one_side_of_a_split(pictures, tmp_path):
    for seed in range(2):
        settings = {"side": 64, "train": 9, "validation": 4, "seed": seed}
        picture_set.prepare([pictures], tmp_path / str(seed), settings)
        rows = _rows(tmp_path / str(seed))
        assert all(rows[f"{number}.png"]["split"] == rows[f"{number}.jpg"]["split"] for number in range(3))


def test_what_codecs_are_compared_on_is_left_out_in_every_format(pictures, tmp_path):
    comparison_set.prepare([pictures], tmp_path / "compared", {"side": 64, "count": 1})
    apart = tmp_path / "compared/images.csv"
    settings = {"side": 64, "train": None, "validation": 2}
    picture_set.prepare([pictures], tmp_path / "out", settings, apart=[apart])
    rows = _rows(tmp_path / "out")
    assert {file for file, row in rows.items() if row["status"] == "refused"} == {"0.jpg", "0.png"}
    assert rows["0.png"]["reason"].startswith("of the same photograph as 0.jpg")


def test_looks_do_not_depend_on_size_exposure_or_margins():
    scene = np.random.default_rng(0).random((8, 12)).repeat(20, axis=0).repeat(20, axis=1)
    for other in (scene[::2, ::2], 0.5 * scene + 3, scene[2:, 3:]):
        assert copies.look(scene) @ copies.look(other) > 0.98
    assert abs(copies.look(scene) @ copies.look(scene[::-1])) < 0.5


def test_sets_are_made_of_files_whose_names_are_no_text(raws, pictures, tmp_path):
    (raws / "z.dng").rename(raws / os.fsdecode(b"caf\xe9.dng"))
    dataset.prepare(raws, tmp_path / "raw", train=1, validation=1, seed=0, orientation="any")
    row = _rows(tmp_path / "raw")["caf\\udce9.dng"]
    assert row["status"] == "used"
    assert (tmp_path / "raw" / f"{row['image']}.npy").is_file()
    (pictures / "5.png").rename(pictures / os.fsdecode(b"caf\xe9.png"))
    rgb_set.prepare(pictures, tmp_path / "rgb", train=8, validation=2, seed=0)
    picture_set.prepare([pictures], tmp_path / "codec", {"side": 64, "validation": 2})
    comparison_set.prepare([pictures], tmp_path / "compared", {"side": 64})
    for folder in ("rgb", "codec", "compared"):
        row = _rows(tmp_path / folder)["caf\\udce9.png"]
        assert row["status"] == "used"
        if folder != "codec":
            written = row["picture"] if folder == "compared" else f"{row['image']}.png"
            assert (tmp_path / folder / written).is_file()
