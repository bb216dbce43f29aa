"""The program that makes training sets of pictures without RAW."""

import csv
import json

import imageio.v3 as imageio
import numpy as np
import pytest
from programs import run

import prepare_pictures
from neural_imaging.base.errors import UserError


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("pictures"), np.random.default_rng(1)
    for name in "abc":
        imageio.imwrite(folder / f"{name}.png", rng.integers(0, 256, (64, 80, 3), np.uint8))
    return folder


def arguments(source, folder, **settings):
    return ["--source", str(source), "--settings", json.dumps(settings), "--output", str(folder / "images.csv")]


def test_a_folder_of_pictures_gives_a_training_set(source, tmp_path):
    prepare_pictures.main(arguments(source, tmp_path, train=2, validation=1, seed=1))
    with (tmp_path / "images.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["split"] for row in rows) == ["train", "train", "validation"]
    assert all((tmp_path / f"{row['image']}.png").is_file() for row in rows)


def test_a_mistake_ends_with_one_line_and_exit_code_2(source, tmp_path):
    done = run("prepare_pictures", *arguments(source, tmp_path, train=20, validation=10))
    assert done.returncode == 2
    assert "30 photographs are needed, 3 of 3 files are good" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"model": "D90"}, "unknown setting model"),
        ({"train": 0}, "train must be"),
        ({"smallest": "big"}, "smallest must be"),
        ({"orientation": "no"}, "orientation must be one of"),
        ({"train": 2, "validation": 1, "count": 2}, "count is 2, but train and validation need 3"),
    ],
)
def test_wrong_settings_are_named(source, tmp_path, settings, message):
    with pytest.raises(UserError, match=message):
        prepare_pictures.main(arguments(source, tmp_path, **settings))
