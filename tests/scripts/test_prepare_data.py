import csv
import json

import pytest
from programs import run

import prepare_data
import simulate_raw
from neural_imaging.base.errors import UserError


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated")
    settings = {"photographs": False, "dead_leaves": 3, "height": 64, "width": 96}
    simulate_raw.main(["--profile", "D7000", "--settings", json.dumps(settings), "--output", str(folder)])
    return folder


def arguments(source, folder, **settings):
    return ["--source", str(source), "--settings", json.dumps(settings), "--output", str(folder / "images.csv")]


def test_a_simulated_camera_gives_a_training_set(source, tmp_path):
    prepare_data.main(arguments(source, tmp_path, train=2, validation=1, seed=1))
    with (tmp_path / "images.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"] != "scenes.csv"]
    assert sorted(row["split"] for row in rows) == ["train", "train", "validation"]
    assert all((tmp_path / f"{row['image']}.{kind}").is_file() for row in rows for kind in ("npy", "png"))


def test_a_mistake_ends_with_one_line_and_exit_code_2(source, tmp_path):
    done = run("prepare_data", *arguments(source, tmp_path, train=20, validation=10))
    assert done.returncode == 2
    assert "30 photographs are needed, 3 of 3 files are good" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"trian": 2}, "unknown setting trian"),
        ({"train": 0}, "train must be"),
        ({"train": "2"}, "train must be"),
        ({"validation": 1.5}, "validation must be"),
        ({"seed": -1}, "seed must be"),
        ({"orientation": "no"}, "orientation must be one of"),
    ],
)
def test_wrong_settings_are_named(source, tmp_path, settings, message):
    with pytest.raises(UserError, match=message):
        prepare_data.main(arguments(source, tmp_path, **settings))
