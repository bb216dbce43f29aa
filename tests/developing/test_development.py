"""Development in bulk: pictures of the right size, resumed, with every failure listed and none that stops the rest."""

import csv
import os
import shutil
from pathlib import Path

import imagecodecs
import imageio.v3 as imageio
import numpy as np
import pytest
import tifffile

from neural_imaging import models
from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.developing import development, pipelines
from neural_imaging.imaging import pictures, raw


@pytest.fixture
def source(photograph, tmp_path):
    """Three photographs, one of them in a folder below and upright, beside a damaged one, a JPEG and a note."""
    folder = tmp_path / "in"
    for number, (name, flip) in enumerate((("a.dng", 0), ("b.dng", 0), ("below/c.dng", 6))):
        photograph(f"in/{name}", seed=number, flip=flip)
    (folder / "broken.dng").write_bytes((folder / "b.dng").read_bytes()[:5000])
    imageio.imwrite(folder / "a.jpg", np.zeros((16, 16, 3), np.uint8))
    (folder / "notes.txt").write_text("taken in May")
    return folder


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("isp") / "model.keras"
    models.create("UNet", n_steps=2, n_filters=2).save(path)
    return path


def statuses(rows):
    return {row["picture"]: row["status"] for row in rows if row["status"] != "unused"}


def test_a_folder_of_photographs_becomes_a_folder_of_pictures(source, tmp_path):
    rows = development.develop([source], tmp_path / "out", "Python", workers=2)
    assert statuses(rows) == {
        "a.png": "developed",
        "b.png": "developed",
        "c.png": "developed",
        "broken.png": "failed",
    }
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "a.png", "b.png", "c.png", "developed.csv", "record.json",
    }  # fmt: skip
    expected = pipelines.create("Python").develop(raw.read(source / "below/c.dng"))
    np.testing.assert_array_equal(imageio.imread(tmp_path / "out/c.png"), expected)
    with (tmp_path / "out/developed.csv").open(newline="") as file:
        table = {row["picture"]: row for row in csv.DictReader(file)}
    assert tuple(table["c.png"]) == development.COLUMNS
    assert (table["c.png"]["height"], table["c.png"]["width"]) == ("96", "64")
    assert "cut off" in table["broken.png"]["reason"]
    record = files.read_json(tmp_path / "out/record.json")
    assert record["metrics"] == {"developed": 3, "kept": 0, "failed": 1, "unused": 2}
    unused = {Path(row["file"]).name: row["reason"] for row in rows if row["status"] == "unused"}
    assert unused == {
        "a.jpg": "not a RAW file by its name (*.jpg)",
        "notes.txt": "not a picture by its name (*.txt)",
    }


def test_a_network_develops_what_it_develops_alone(source, archive, tmp_path):
    rows = development.develop([source], tmp_path / "out", archive, side=32)
    assert [row["status"] for row in rows].count("developed") == 3
    whole = pipelines.create(archive, side=32).develop(raw.read(source / "b.dng"))
    np.testing.assert_array_equal(imageio.imread(tmp_path / "out/b.png"), whole)


def test_pictures_that_exist_are_kept_and_missing_ones_made(source, tmp_path):
    output = tmp_path / "out"
    development.develop([source], output, "libRAW")
    before = {name: (output / name).stat().st_mtime_ns for name in ("a.png", "c.png")}
    (output / "b.png").unlink()
    rows = development.develop([source], output, "libRAW")
    assert statuses(rows) == {"a.png": "kept", "b.png": "developed", "c.png": "kept", "broken.png": "failed"}
    assert before == {name: (output / name).stat().st_mtime_ns for name in before}
    rows = development.develop([source], output, "libRAW", overwrite=True)
    assert statuses(rows)["a.png"] == "developed"


def test_an_exchanged_photograph_is_developed_anew(source, photograph, tmp_path):
    """Whatever its time says: copies keep that of their origin."""
    output = tmp_path / "out"
    development.develop([source], output, "libRAW")
    state, b = (source / "a.dng").stat(), (output / "b.png").read_bytes()
    photograph("in/a.dng", seed=9)
    assert (source / "a.dng").stat().st_size == state.st_size
    os.utime(source / "a.dng", ns=(state.st_atime_ns, state.st_mtime_ns - 10**9))
    os.utime(source / "b.dng")  # Touched, and still the same.
    rows = development.develop([source], output, "libRAW")
    assert statuses(rows) == {"a.png": "developed", "b.png": "kept", "c.png": "kept", "broken.png": "failed"}
    expected = pipelines.create("libRAW").develop(raw.read(source / "a.dng"))
    np.testing.assert_array_equal(imageio.imread(output / "a.png"), expected)
    assert (output / "b.png").read_bytes() == b
    assert [row["status"] for row in development.develop([source], output, "libRAW")].count("kept") == 3


def test_the_same_photograph_in_another_place_is_kept_and_another_is_not(source, photograph, tmp_path):
    output = tmp_path / "out"
    development.develop([source / "a.dng"], output, "libRAW")
    shutil.move(source, tmp_path / "moved")
    assert statuses(development.develop([tmp_path / "moved/a.dng"], output, "libRAW")) == {"a.png": "kept"}
    photograph("other/a.dng", seed=9)
    state = (tmp_path / "moved/a.dng").stat()
    os.utime(tmp_path / "other/a.dng", ns=(state.st_atime_ns, state.st_mtime_ns))
    assert statuses(development.develop([tmp_path / "other/a.dng"], output, "libRAW")) == {"a.png": "developed"}


def test_an_exchanged_model_develops_all_anew(source, archive, tmp_path):
    shutil.copy(archive, tmp_path / "model.keras")
    development.develop([source], tmp_path / "out", tmp_path / "model.keras")
    models.create("UNet", n_steps=2, n_filters=3).save(tmp_path / "model.keras")
    rows = development.develop([source / "a.dng"], tmp_path / "out", tmp_path / "model.keras")
    assert statuses(rows) == {"a.png": "developed"}
    # Stopped before the others were made again, it goes on with them.
    rows = development.develop([source], tmp_path / "out", tmp_path / "model.keras")
    assert statuses(rows) == {"a.png": "kept", "b.png": "developed", "c.png": "developed", "broken.png": "failed"}
    whole = pipelines.create(tmp_path / "model.keras").develop(raw.read(source / "b.dng"))
    np.testing.assert_array_equal(imageio.imread(tmp_path / "out/b.png"), whole)


def test_after_a_kill_only_what_is_known_to_be_made_is_kept(source, tmp_path, monkeypatch):
    output, original = tmp_path / "out", development.files.write_table
    tables = []

    def stopped(path, columns, rows):
        if tables:
            raise KeyboardInterrupt
        tables.append(path)
        original(path, columns, rows)

    monkeypatch.setattr(development.files, "write_table", stopped)
    with pytest.raises(KeyboardInterrupt):
        development.develop([source], output, "libRAW")
    monkeypatch.undo()
    lines = (output / "developed.csv").read_text().splitlines(keepends=True)
    assert len(lines) == 4
    (output / "developed.csv").write_text("".join(lines)[:-5])
    rows = development.develop([source], output, "libRAW")
    assert sorted(statuses(rows).values()) == ["developed", "failed", "kept", "kept"]


def test_pictures_of_unknown_origin_are_not_written_over(source, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a.png").write_bytes(b"mine")
    with pytest.raises(UserError, match=r"has a picture a\.png of which nothing says what it was made from"):
        development.develop([source], tmp_path / "out", "Python")
    assert (tmp_path / "out/a.png").read_bytes() == b"mine"
    development.develop([source / "a.dng"], tmp_path / "out", "Python", overwrite=True)
    assert (tmp_path / "out/a.png").read_bytes() != b"mine"


def test_pictures_of_two_pipelines_are_not_mixed(source, archive, tmp_path):
    development.develop([source / "a.dng"], tmp_path / "out", "Python", {"demosaicing": "bilinear"})
    for pipeline in ("Python", "libRAW", archive):
        with pytest.raises(UserError, match="holds pictures of another pipeline"):
            development.develop([source / "b.dng"], tmp_path / "out", pipeline)
    development.develop([source / "a.dng"], tmp_path / "out", "Python", overwrite=True)
    assert files.read_json(tmp_path / "out/record.json")["settings"]["pipeline"] == "Python"


def test_an_archive_is_known_by_its_content_not_its_place(source, archive, tmp_path):
    development.develop([source / "a.dng"], tmp_path / "out", archive)
    shutil.copy(archive, tmp_path / "model.keras")
    rows = development.develop([source / "a.dng"], tmp_path / "out", tmp_path / "model.keras")
    assert statuses(rows) == {"a.png": "kept"}


def test_what_a_photograph_of_other_colour_filters_loses_is_listed_and_stays_listed(source, photograph, tmp_path):
    photograph("in/d.dng", camera="EOS5D")
    for status in ("developed", "kept"):
        rows = development.develop([source], tmp_path / "out", "INet", {"cfa_pattern": "GBRG"})
        (row,) = (row for row in rows if row["picture"] == "d.png")
        assert row["status"] == status
        assert row["reason"] == "first and last row cut off: its colour filters are RGGB, those of the network GBRG"
        with (tmp_path / "out/developed.csv").open(newline="") as file:
            (listed,) = (line for line in csv.DictReader(file) if line["picture"] == "d.png")
        assert (listed["height"], listed["width"], listed["reason"]) == ("62", "96", row["reason"])
    assert imageio.imread(tmp_path / "out/d.png").shape == (62, 96, 3)


def test_mistakes_nobody_foresaw_stop_one_photograph_only(source, archive, tmp_path, monkeypatch):
    original = pipelines.Network.develop

    def develop(self, photograph):
        if photograph.path.name == "a.dng":
            raise ArithmeticError("no number")
        return original(self, photograph)

    monkeypatch.setattr(pipelines.Network, "develop", develop)
    rows = development.develop([source], tmp_path / "out", archive)
    assert statuses(rows)["a.png"] == "failed"
    assert statuses(rows)["c.png"] == "developed"
    assert "ArithmeticError: no number" in [row["reason"] for row in rows]


def test_pictures_in_the_source_folder_are_not_taken_for_photographs(source):
    output = source / "developed"
    for _ in range(2):
        rows = development.develop([source], output, "Python", {"demosaicing": "bilinear"}, kind="tiff")
    assert statuses(rows) == {"a.tif": "kept", "b.tif": "kept", "c.tif": "kept", "broken.tif": "failed"}


@pytest.mark.parametrize(("kind", "ending"), pictures.ENDINGS.items())
def test_pictures_are_written_in_each_format(tmp_path, kind, ending):
    ramp = np.linspace(0, 255, 64).astype(np.uint8)
    picture = np.stack([np.tile(ramp, (48, 1))] * 3, axis=-1)
    pictures.write(tmp_path / f"a{ending}", picture)
    again = imageio.imread(tmp_path / f"a{ending}")
    assert again.shape == picture.shape
    assert np.abs(again.astype(int) - picture).max() <= (3 if kind == "jpeg" else 0)


def test_jpeg_has_its_quality_and_full_colour(tmp_path):
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (64, 64, 3), np.uint8)
    pictures.write(tmp_path / "low.jpg", picture, quality=30)
    pictures.write(tmp_path / "high.jpg", picture, quality=95)
    assert (tmp_path / "low.jpg").stat().st_size < (tmp_path / "high.jpg").stat().st_size
    assert imagecodecs.jpeg8_decode((tmp_path / "high.jpg").read_bytes()).shape == picture.shape
    assert (
        b"\xff\xc0\x00\x11\x08\x00\x40\x00\x40\x03\x01\x11\x00\x02\x11\x01\x03\x11\x01"
        in (tmp_path / "high.jpg").read_bytes()
    )  # the frame's header: no component is sub-sampled


def test_tiff_has_one_page_of_8_bits(tmp_path):
    pictures.write(tmp_path / "a.tif", np.zeros((6, 8, 3), np.uint8))
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert len(file.pages) == 1
        assert file.pages[0].shape == (6, 8, 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sources": ["absent"]}, "absent: no such file or folder"),
        ({"kind": "gif"}, "no such format; use one of png, tiff, jpeg"),
        ({"pipeline": "Lightroom"}, "no such pipeline"),
        ({"pipeline": "ONet"}, "cannot develop RAW files"),
        ({"settings": {"demosaicing": "vng"}}, "demosaicing must be one of"),
    ],
)
def test_mistakes_are_named_before_anything_is_written(source, tmp_path, change, message):
    given = {"sources": [source], "output": tmp_path / "out", "pipeline": "Python", **change}
    with pytest.raises(UserError, match=message):
        development.develop(**given)
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_place_of_the_folder_is_named_before_any_work(source, tmp_path):
    (tmp_path / "out").write_text("notes")
    with pytest.raises(UserError, match="out: is a file; name a folder for the pictures"):
        development.develop([source], tmp_path / "out", "Python")
    assert (tmp_path / "out").read_text() == "notes"


def test_a_folder_whose_record_is_damaged_is_named(source, tmp_path):
    development.develop([source / "a.dng"], tmp_path / "out", "Python")
    (tmp_path / "out/record.json").write_text("[]")
    with pytest.raises(UserError, match=r"record\.json: not the record of a run"):
        development.develop([source / "b.dng"], tmp_path / "out", "Python")


def test_two_photographs_of_one_name_are_refused(source, photograph, tmp_path):
    photograph("other/a.dng")
    with pytest.raises(UserError, match="more than one source has a photograph a;"):
        development.develop([source, tmp_path / "other"], tmp_path / "out", "Python")
