import json

import example_runs
import pandas as pd
import pytest
from programs import run

import tabulate
from neural_imaging.base.errors import UserError

GRID = {"camera": ["D90"], "isp": ["UNet"], "channel": ["jpeg50"], "lambda_isp": ["fan-only", 0.1], "run": [0, 1]}


def _arguments(root, folder, grid=GRID):
    text = grid if isinstance(grid, str) else json.dumps(grid)
    outputs = {name: folder / f"{name}.csv" for name in ("runs", "summary", "confusion", "progress", "photographs")}
    return [
        "forensics",
        "--root",
        str(root),
        "--grid",
        text,
        *(str(x) for item in outputs.items() for x in (f"--{item[0]}", item[1])),
    ]


def test_finished_runs_become_five_tables(tmp_path):
    example_runs.write(tmp_path / "runs", GRID, lambda point: {"hits": 80 + point["run"]})
    tabulate.main(_arguments(tmp_path / "runs", tmp_path / "tables"))
    written = sorted(path.name for path in (tmp_path / "tables").iterdir())
    endings = (".csv", ".md", ".tex", ".html")
    typeset = [f"{name}{ending}" for name in ("runs", "summary", "confusion") for ending in endings]
    assert written == sorted([*typeset, "progress.csv", "progress.html", "photographs.csv"])
    assert pd.read_csv(tmp_path / "tables" / "summary.csv")["accuracy_mean"].tolist() == [0.805, 0.805]


def test_nothing_is_written_while_a_run_is_missing(tmp_path):
    with pytest.raises(UserError, match=r"evaluation\.json: no such file"):
        tabulate.main(_arguments(tmp_path / "runs", tmp_path / "tables"))
    assert not (tmp_path / "tables").exists()


@pytest.mark.parametrize("taken", ["runs.csv", "summary.md", "confusion.tex", "progress.html", "photographs.csv"])
def test_nothing_is_written_where_one_table_cannot_be(tmp_path, taken):
    example_runs.write(tmp_path / "runs", GRID, lambda point: {"hits": 80})
    (tmp_path / "tables" / taken).mkdir(parents=True)
    with pytest.raises(UserError, match=rf"{taken}: is a folder"):
        tabulate.main(_arguments(tmp_path / "runs", tmp_path / "tables"))
    assert [path.name for path in (tmp_path / "tables").iterdir()] == [taken]


@pytest.mark.parametrize("grid", ["{", "[1]"])
def test_a_grid_that_is_no_mapping_is_refused(tmp_path, grid):
    with pytest.raises(UserError, match="--grid"):
        tabulate.main(_arguments(tmp_path, tmp_path, grid))


def test_a_mistake_is_one_line(tmp_path):
    done = run("tabulate", *_arguments(tmp_path, tmp_path))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
