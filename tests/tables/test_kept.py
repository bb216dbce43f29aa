"""The part of a finished study that is kept can be checked without the rest."""

import json

import pytest

from neural_imaging.base import files, records
from neural_imaging.base.errors import UserError
from neural_imaging.tables import kept, verification


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A training set of one photograph, an ISP that was trained with it and a figure; and a training's checkpoint."""
    monkeypatch.chdir(tmp_path)
    files.write_text("results/data/D90/images.csv", "image,status\nphoto,used\n")
    for name in ("data/D90/photo.npy", "data/D90/photo.png", "isp/D90/INet/model.keras", "figures/a/b.png"):
        files.write_text(f"results/{name}", name)
    files.write_text("results/isp/D90/INet/checkpoints/epoch-1.npz", "state")
    files.write_text("results/isp/D90/INet/training.csv", "epoch\n")
    files.write_text("resources/cameras.yaml", "D90: {}\n")
    files.write_text("results/tables/headline.txt", "an ISP adds 3 points\n")
    files.write_text("results/tables/isps.md", "| a |\n")
    inputs = ["results/data/D90/images.csv", "resources/cameras.yaml"]
    records.Record("train_isp", {}, 0, inputs).write("results/isp/D90/INet/record.json", {})
    return tmp_path / "results"


@pytest.fixture
def folder(results, tmp_path):
    """What is kept of them, the rest being far away."""
    kept.keep(results, tmp_path / "elsewhere/results")
    results.rename(tmp_path / "gone")
    (tmp_path / "resources").rename(tmp_path / "resources-gone")
    return tmp_path / "elsewhere/results"


def test_tables_figures_and_records_are_kept_and_models_and_photographs_are_not(folder):
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert there == [
        "data/D90/images.csv", "figures/a/b.png", "isp/D90/INet/record.json", "isp/D90/INet/training.csv",
        "manifest.csv", "tables/headline.txt", "tables/isps.md",
    ]  # fmt: skip


def test_hashes_of_what_is_left_out_are_listed_with_inputs_from_elsewhere(folder):
    listed = {row["file"] for row in files.read_rows(folder / kept.MANIFEST, kept.COLUMNS)}
    assert {"results/isp/D90/INet/model.keras", "results/data/D90/photo.npy", "resources/cameras.yaml"} <= listed
    assert not any("checkpoints" in name for name in listed)


def test_a_kept_folder_fits_its_records_without_models_and_photographs(folder):
    assert verification.faults(folder) == (1, [])


@pytest.mark.parametrize("name", ["isp/D90/INet/record.json", "tables/headline.txt", "figures/a/b.png"])
def test_a_kept_file_that_was_changed_is_named(folder, name):
    with (folder / name).open("a") as file:
        file.write("\n")
    assert verification.faults(folder)[1] == [f"results/{name} is not the file that manifest.csv lists: another hash"]


def test_a_record_of_another_input_than_the_listed_one_is_named(folder):
    path = folder / "isp/D90/INet/record.json"
    record = json.loads(path.read_text())
    record["inputs"]["resources/cameras.yaml"] = "0" * 64
    path.write_text(json.dumps(record))
    lines = verification.faults(folder)[1]
    assert any("resources/cameras.yaml is not the file that it was made from" in line for line in lines)


def test_a_kept_file_that_is_gone_is_named(folder):
    (folder / "tables/headline.txt").unlink()
    assert verification.faults(folder)[1] == [
        "results/tables/headline.txt, which manifest.csv says was kept, is not there"
    ]


def test_results_are_kept_anew_in_their_own_folder_but_nothing_else_is_written_over(results, tmp_path):
    output = tmp_path / "kept/results"
    kept.keep(results, output)
    (results / "figures/a/b.png").unlink()
    kept.keep(results, output)
    assert not (output / "figures").exists()
    files.write_text(tmp_path / "mine/notes.txt", "mine")
    with pytest.raises(UserError, match="holds no kept results"):
        kept.keep(results, tmp_path / "mine")
    assert (tmp_path / "mine/notes.txt").read_text() == "mine"


def test_an_empty_folder_has_nothing_to_keep(tmp_path):
    (tmp_path / "results").mkdir()
    with pytest.raises(UserError, match="no tables and no records"):
        kept.keep(tmp_path / "results", tmp_path / "kept")
    with pytest.raises(UserError, match="no such folder"):
        kept.keep(tmp_path / "none", tmp_path / "kept")


def test_the_page_has_the_headline_the_tables_and_the_figures(folder):
    page = kept.page(folder.parent, "Overnight", ["About it."])
    assert "* an ISP adds 3 points" in page
    assert "[isps](results/tables/isps.md)" in page
    assert "![a: b](results/figures/a/b.png)" in page
