"""The front door to results, as a user calls it."""

import example_runs
import pandas as pd
import pytest

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


@pytest.mark.parametrize(
    "kind", ["scatter-psnr", "scatter-ssim", "progress", "boxplot", "conf", "accuracy", "psnr", "ssim"]
)
def test_a_figure_is_drawn_where_it_is_asked_for(kind, root, tmp_path, capsys):
    _call(kind, root, "-o", tmp_path / "figure.pdf")
    assert (tmp_path / "figure.pdf").read_bytes().startswith(b"%PDF")
    assert str(tmp_path / "figure.pdf") in capsys.readouterr().out


def test_a_figure_of_one_camera_says_so(root, tmp_path, capsys):
    _call("progress", root, "-o", tmp_path / "figure.pdf")
    assert "progress shows D7000" in capsys.readouterr().err


def test_matrices_are_text_and_latex(root, tmp_path, capsys):
    _call("conf", root, "--camera", "D90", "--lambda", "0.1")
    text = capsys.readouterr().out
    assert text.startswith("camera D90, isp UNet, channel jpeg50, lambda_isp 0.1, view whole\n| true class | native |")
    assert "| jpeg       |   10.0 |    10.0 |     10.0 | 60.0 |     10.0 |" in text
    _call("conf-tex", root, "-o", tmp_path / "matrices.tex", "--codec", "libjpeg")
    assert (tmp_path / "matrices.tex").read_text(encoding="utf-8").count(r"\begin{tabular}") == 4
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


def test_everything_that_fits_is_made(root, coded, tmp_path, capsys):
    _call("auto", root, "-o", tmp_path / "all")
    figures = {"scatter_psnr", "scatter_ssim", "boxplot", "progress_D90", "progress_D7000"}
    figures |= {"confusion_D90_UNet_jpeg50", "confusion_D7000_UNet_jpeg50"}
    assert {path.stem for path in (tmp_path / "all").glob("*.pdf")} == figures
    _call("auto", coded, "-o", tmp_path / "coded_all", "--lambda", "fan-only")
    assert [path.stem for path in (tmp_path / "coded_all").glob("*.pdf")] == ["rate_distortion_accuracy"]
    assert "left out" not in capsys.readouterr().err


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
        (["progress"], "name its PDF with --output"),
        (["auto"], "name a folder with --output"),
        (["accuracy", "-o", "boxes.png"], r"must end with \.pdf"),
        (["conf-tex", "-o", "matrices.pdf"], r"must end with \.tex"),
        (["df", "-o", __file__], "is not a folder"),
    ],
)
def test_an_output_that_does_not_suit_is_refused(given, message, root):
    with pytest.raises(UserError, match=message):
        _call(given[0], root, *given[1:])
