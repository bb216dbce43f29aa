"""The program of the headline table: what it is given, what it writes, and how it refuses."""

import json
from pathlib import Path

import example_runs
import pandas as pd
import pytest

import tabulate
from neural_imaging.base.errors import UserError
from neural_imaging.study import overlay

ROOT = Path(tabulate.__file__).parents[1]
GRID = {"camera": ["D90"], "isp": ["UNet"], "channel": ["jpeg50"], "lambda_isp": ["fan-only", 0.1], "run": [0, 1]}


@pytest.fixture
def photographs(tmp_path):
    """Table of two runs a λ: 45 % without, 93 % with a trained pipeline."""
    example_runs.write(
        tmp_path / "runs",
        GRID,
        lambda point: {"hits": 45 if point["lambda_isp"] == "fan-only" else 93, "psnr": 40.0 - 0.1 * point["run"]},
    )
    names = ("runs", "summary", "confusion", "progress", "photographs")
    outputs = [text for name in names for text in (f"--{name}", str(tmp_path / f"{name}.csv"))]
    tabulate.main(["forensics", "--root", str(tmp_path / "runs"), "--grid", json.dumps(GRID), *outputs])
    return tmp_path / "photographs.csv"


def _command(folder, *more):
    own = ["--paper", str(ROOT / "config/paper.yaml"), "--published", str(ROOT / "resources/published")]
    return [
        "headline",
        "--configuration",
        str(ROOT / "config/paper.yaml"),
        *own,
        "--output",
        str(folder / "headline.csv"),
        *more,
    ]


def test_finished_runs_become_the_headline_table(photographs, tmp_path, capsys):
    tabulate.main(_command(tmp_path, "--pipeline", f"cvpr2019={photographs}"))
    table = pd.read_csv(tmp_path / "headline.csv").set_index("key")
    assert table.loc["pipeline.gain", ["ours", "runs", "verdict"]].tolist() == [48, 2, "shown at this scale"]
    # What was measured counts, not what the configuration would have.
    asked = "2 runs measured (configured 10); 4 photographs measured (configured 30)"
    assert table.loc["pipeline.gain", "differs_in"] == asked
    assert table.loc["codec.basic", "verdict"] == "not measured"
    assert all((tmp_path / f"headline.{ending}").is_file() for ending in ("md", "tex"))
    assert "48.0 [" in capsys.readouterr().out


def test_the_headline_in_six_lines_begins_with_what_holds_on_whole_photographs(photographs, tmp_path):
    lines = tmp_path / "headline.txt"
    tabulate.main(_command(tmp_path, "--pipeline", f"cvpr2019={photographs}", "--lines", str(lines)))
    gain, cost, *others = lines.read_text(encoding="utf-8").splitlines()
    assert gain.startswith("The trained pipeline adds accuracy on whole photographs (cvpr2019")
    assert "48.0 [" in gain
    assert cost.startswith("What the trained pipeline costs on whole photographs")
    # There is no signature and no codec: published claims fill the lines.
    assert len(others) == 4
    assert others[0].startswith("A forensic network alone")


def test_the_configuration_may_be_given_as_text(photographs, tmp_path):
    configuration = overlay.read(ROOT / "config/paper.yaml", ROOT / overlay.DEFAULTS)
    configuration["experiments"]["cvpr2019"]["runs"] = 2
    command = _command(tmp_path, "--pipeline", f"cvpr2019={photographs}")
    command[2] = json.dumps(configuration)
    tabulate.main(command)
    table = pd.read_csv(tmp_path / "headline.csv").set_index("key")
    less = "4 photographs measured (configured 30)"
    assert table.loc["pipeline.gain", ["scale", "differs_in"]].tolist() == ["reduced", f"runs 2 (paper 10); {less}"]


def test_nothing_is_written_where_a_table_is_missing(tmp_path):
    with pytest.raises(UserError, match=r"none\.csv: no such file"):
        tabulate.main(_command(tmp_path, "--pipeline", f"cvpr2019={tmp_path / 'none.csv'}"))
    assert not (tmp_path / "headline.csv").exists()


def test_an_experiment_is_a_name_and_a_table(tmp_path):
    with pytest.raises(UserError, match=r"--codec photographs\.csv: must be a name and a table"):
        tabulate.main(_command(tmp_path, "--codec", "photographs.csv"))


def test_a_study_comes_with_all_its_tables(tmp_path):
    with pytest.raises(UserError, match="are given together"):
        tabulate.main(_command(tmp_path, "--study", "iclr2020"))
