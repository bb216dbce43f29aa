"""The front door to results, as a user calls it."""

import example_runs
import pandas as pd
import pytest

import plot
import results
from neural_imaging.base.errors import UserError

GRID = {"isp": ["UNet"], "channel": ["jpeg50"], "lambda_isp": ["fan-only", 0.1], "run": [0, 1, 2]}
GRID["camera"] = ["D90", "D7000"]
CODED = {**GRID, "camera": ["D90"], "channel": ["jpeg10", "16c"], "lambda_codec": ["basic", 0.01], "learned": ["16c"]}


@pytest.fixture
def root(tmp_path):
    example_runs.write(
        tmp_path / "runs", GRID, lambda point: {"hits": 50 + 10 * point["run"], "psnr": 40 + point["run"]}
    )
    return tmp_path / "runs"


@pytest.fixture
def coded(tmp_path):
    compression = {"psnr": 30.0, "ssim": 0.9, "bpp": 0.5, "effective_bpp": 0.4}
    example_runs.write(tmp_path / "coded", CODED, lambda point: {"compression": compression})
    return tmp_path / "coded"


def _call(*arguments):
    results.main([*map(str, arguments)])


@pytest.mark.parametrize(
    ("kind", "cell"),
    [("accuracy", "| 3 | runs and photographs | 60.0 ["), ("psnr", "| 41.00 ["), ("ssim", "| 0.980")],
)
def test_a_measure_is_printed_with_its_interval(kind, cell, root, capsys):
    _call(kind, root, "--camera", "D90")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert cell in " ".join(lines[2].split())
    assert ("PSNR" in lines[0]) == (kind == "psnr")


def test_matrices_are_text_and_latex(root, capsys):
    _call("conf", root, "--camera", "D90", "--lambda", "0.1")
    text = capsys.readouterr().out
    assert text.startswith("camera D90, isp UNet, channel jpeg50, lambda_isp 0.1, view whole\n| true class | native |")
    assert "| jpeg       |   10.0 |    10.0 |     10.0 | 60.0 |     10.0 |" in text
    _call("conf-tex", root, "--codec", "libjpeg")
    assert capsys.readouterr().out.count(r"\begin{tabular}") == 4
    with pytest.raises(UserError, match="--codec bitstream"):
        _call("conf", root, "--codec", "bitstream")


def test_all_numbers_become_tables(root, tmp_path, capsys):
    _call("df", root, "-o", tmp_path / "tables")
    assert len(pd.read_csv(tmp_path / "tables/runs.csv")) == 12
    assert sorted(path.stem for path in (tmp_path / "tables").glob("*.csv")) == [
        "confusion",
        "progress",
        "runs",
        "summary",
    ]


def test_figures_are_drawn_from_these_tables(root, coded, tmp_path):
    for name, runs in (("tables", root), ("coded", coded)):
        _call("df", runs, "-o", tmp_path / name)
    sources = {"scatter_psnr": "runs", "boxplot": "runs", "progress": "progress", "confusion": "confusion"}
    for figure, table in sources.items():
        plot.main([figure, str(tmp_path / f"tables/{table}.csv"), "--output", str(tmp_path / f"{figure}.pdf")])
    summary = tmp_path / "coded/summary.csv"
    plot.main(["rate_distortion_accuracy", str(summary), "--output", str(tmp_path / "rate.pdf")])
    assert len(list(tmp_path.glob("*.pdf"))) == len(sources) + 1


def test_a_half_finished_grid_says_what_is_missing(root, capsys):
    (
        root
        / "camera~D90/isp~UNet/channel~jpeg50/lambda_isp~0.1/lambda_codec~none/signature~none/run~1/evaluation.json"
    ).unlink()
    _call("accuracy", root)
    told = capsys.readouterr()
    assert told.err == (
        "runs: camera~D90/isp~UNet/channel~jpeg50/lambda_isp~0.1/lambda_codec~none/signature~none: run 1 unfinished\n"
    )
    assert "|    2 | runs and photographs | " in told.out


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["accuracy", "-o", "boxes.pdf"], "accuracy is printed, and plot.py draws figures"),
        (["df", "-o", __file__], "is not a folder"),
    ],
)
def test_an_output_that_does_not_suit_is_refused(given, message, root):
    with pytest.raises(UserError, match=message):
        _call(given[0], root, *given[1:])
