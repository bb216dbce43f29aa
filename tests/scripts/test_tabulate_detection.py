"""The program that tabulates detection writes all of its files, or says in one line why it writes none."""

import json

import example_runs
import pytest

import tabulate
from neural_imaging.base.errors import UserError

GRID = {"camera": ["D90"], "isp": ["UNet"], "channel": ["jpeg50"], "lambda_isp": ["fan-only", 0.1], "run": [0]}


def _tabulate(root, folder):
    files = (f"--{name}={folder / file}.csv" for name, file in (("output", "detection"), ("curves", "curves")))
    tabulate.main(["detection", f"--root={root}", f"--grid={json.dumps(GRID)}", *files])


def test_finished_runs_become_a_table_and_curves(tmp_path):
    example_runs.write(tmp_path / "runs", GRID, lambda point: {"hits": 80})
    _tabulate(tmp_path / "runs", tmp_path / "tables")
    written = sorted(path.name for path in (tmp_path / "tables").iterdir())
    assert written == ["curves.csv", *(f"detection.{ending}" for ending in ("csv", "html", "md", "tex"))]


def test_nothing_is_written_of_runs_that_kept_no_probabilities(tmp_path):
    example_runs.write(tmp_path / "runs", GRID, lambda point: {"hits": 80})
    next((tmp_path / "runs").glob("**/probabilities.npz")).unlink()
    with pytest.raises(UserError, match=r"probabilities\.npz: no such file"):
        _tabulate(tmp_path / "runs", tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


@pytest.mark.parametrize("taken", ["curves.csv", "detection.md"])
def test_nothing_is_written_where_one_file_cannot_be(tmp_path, taken):
    example_runs.write(tmp_path / "runs", GRID, lambda point: {"hits": 80})
    (tmp_path / "tables" / taken).mkdir(parents=True)
    with pytest.raises(UserError, match=rf"{taken}: is a folder"):
        _tabulate(tmp_path / "runs", tmp_path / "tables")
    assert [path.name for path in (tmp_path / "tables").iterdir()] == [taken]
