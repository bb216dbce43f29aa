"""One file that vanished, or a link that leads nowhere, stops no program: it is listed with its reason."""

import csv
import json

import imageio.v3 as imageio
import numpy as np
import pytest

import prepare_codec_data
import prepare_comparison_set
import prepare_data
import prepare_pictures
import simulate_raw


@pytest.fixture
def folder(tmp_path):
    folder, rng = tmp_path / "in", np.random.default_rng(1)
    folder.mkdir()
    for name in "abc":
        imageio.imwrite(folder / f"{name}.png", rng.integers(0, 256, (192, 256, 3), np.uint8))
    (folder / "lost.png").symlink_to("nowhere.png")
    return folder


def reasons(path):
    with path.open(newline="", encoding="utf-8") as file:
        return [row["reason"] for row in csv.DictReader(file) if "lost" in row["file"]]


PROGRAMS = {
    "pictures": (prepare_pictures, "--source", {"train": None, "validation": 1}),
    "codec": (prepare_codec_data, "--images", {"side": 64, "validation": 1}),
    "comparison": (prepare_comparison_set, "--images", {"side": 64}),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_sets_of_pictures_list_it(folder, tmp_path, name):
    program, option, settings = PROGRAMS[name]
    output = tmp_path / "out/images.csv"
    program.main([option, str(folder), "--settings", json.dumps(settings), "--output", str(output)])
    (reason,) = reasons(output)
    assert "no such file" in reason


def test_raw_files_of_a_camera_list_it(folder, tmp_path):
    raw, output = tmp_path / "raw", tmp_path / "set/images.csv"
    settings = json.dumps({"photographs": False, "dead_leaves": 2, "height": 64, "width": 96})
    simulate_raw.main(["--profile=D90", f"--output={raw}", "--settings", settings])
    (raw / "lost.dng").symlink_to("nowhere.dng")
    settings = json.dumps({"train": 1, "validation": 1})
    prepare_data.main(["--source", str(raw), "--settings", settings, "--output", str(output)])
    (reason,) = reasons(output)
    assert "no such file" in reason


def test_scenes_of_a_folder_list_it(folder, tmp_path):
    settings = {"folder": str(folder), "reduction": 2, "height": 64, "width": 96}
    simulate_raw.main(["--profile=D90", f"--output={tmp_path / 'raw'}", "--settings", json.dumps(settings)])
    (listing,) = (path for path in (tmp_path / "raw").glob("*.csv") if reasons(path))
    assert "no such file" in reasons(listing)[0]
