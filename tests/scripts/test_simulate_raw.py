import csv
import json

import pytest

import simulate_raw
from neural_imaging.base.errors import UserError
from neural_imaging.imaging import raw

SETTINGS = {"photographs": True, "dead_leaves": 2, "height": 256, "width": 320, "seed": 4, "noise": True}


def simulate(folder, threads=1, **settings):
    text = json.dumps(SETTINGS | settings)
    simulate_raw.main(["--profile=D90", f"--settings={text}", f"--output={folder}", f"--threads={threads}"])
    with (folder / "scenes.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_scene_becomes_a_raw_file_that_is_listed(tmp_path):
    rows = simulate(tmp_path)
    assert {row["file"] for row in rows} == {path.name for path in tmp_path.glob("*.dng")}
    assert {row["scene"].split("-")[0] for row in rows} >= {"coffee", "rocket", "synthetic"}
    assert raw.read(tmp_path / rows[0]["file"]).cfa == "GBRG"


def test_the_number_of_threads_changes_no_byte(tmp_path):
    one, two = (simulate(tmp_path / str(n), n, photographs=False, height=64, width=96) for n in (1, 2))
    assert one == two
    assert all(
        (tmp_path / "1" / row["file"]).read_bytes() == (tmp_path / "2" / row["file"]).read_bytes() for row in one
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"leaves": 3}, "unknown setting leaves"),
        ({"dead_leaves": "many"}, "dead_leaves must be a whole number"),
        ({"dead_leaves": -1}, "dead_leaves must be a whole number of at least 0, not -1"),
        ({"noise": 1}, "noise must be true or false"),
        ({"height": 65}, "both sides must be even"),
        ({"photographs": False, "dead_leaves": 0}, "no scene"),
    ],
)
def test_wrong_settings_are_named(tmp_path, settings, message):
    with pytest.raises(UserError, match=message):
        simulate(tmp_path, **settings)
