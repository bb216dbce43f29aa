"""The programs for pipelines, as a user calls them: right arguments make files, wrong ones one line."""

import json

import example_runs
import imageio.v3 as imageio
import numpy as np
import pandas as pd
import programs
import pytest

import compare_isps
import develop
import evaluate_isp
import tabulate
from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.developing import development
from neural_imaging.imaging import tiles


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return example_runs.training_set(tmp_path_factory.mktemp("set"))


@pytest.fixture(scope="module")
def archive(table, tmp_path_factory):
    """A pipeline where a training leaves it, with its record."""
    folder = tmp_path_factory.mktemp("isp") / "D90" / "UNet"
    folder.mkdir(parents=True)
    models.create("UNet", n_steps=2, n_filters=2).save(folder / "model.keras")
    metrics = {"validation_psnr": 41.0, "validation_ssim": 0.98}
    record = {"kind": "train_isp", "settings": {"model": "UNet"}, "metrics": metrics, "inputs": {str(table): "0"}}
    (folder / "record.json").write_text(json.dumps(record))
    return folder / "model.keras"


def test_photographs_are_developed_and_the_exit_code_tells_of_bad_ones(photograph, archive, tmp_path):
    photograph("in/a.dng")
    photograph("in/b.dng", seed=1)
    arguments = ("--pipeline", archive, "--source", tmp_path / "in", "--output", tmp_path / "out", "--format", "jpeg")
    done = programs.run("develop", *arguments)
    assert done.returncode == 0, done.stderr
    assert imageio.imread(tmp_path / "out/a.jpg").shape == (64, 96, 3)
    (tmp_path / "in/c.dng").write_bytes((tmp_path / "in/b.dng").read_bytes()[:5000])
    done = programs.run("develop", *arguments)
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if "photo/s" not in line and "photo]" not in line]
    assert lines[-1] == f"{tmp_path / 'out'}: 0 developed, 2 kept, 1 failed; {tmp_path / 'out/developed.csv'} says why"
    assert any("c.dng: cut off" in line for line in lines)
    assert "Traceback" not in done.stderr


def test_what_is_said_of_developed_photographs_is_counted_whatever_it_is(tmp_path, monkeypatch, capsys):
    row = {"file": "a.dng", "picture": "a.png", "status": "developed"}
    reasons = ("", "first and last row cut off", "corrections that it asks for are not made (GainMap)")
    rows = [{**row, "reason": reason} for reason in reasons]
    monkeypatch.setattr(development, "develop", lambda *arguments, **more: rows)
    develop.main(["--pipeline", "libRAW", "--source", "a.dng", "--output", str(tmp_path)])
    told = f"{tmp_path}: 3 developed, 0 kept, 0 failed, 2 with a note; {tmp_path / 'developed.csv'} says why"
    assert capsys.readouterr().err.splitlines()[-1] == told


def test_settings_reach_the_pipeline(photograph, tmp_path):
    photograph("in/a.dng")
    for name, settings in (("menon", "{}"), ("bilinear", '{"demosaicing": "bilinear"}')):
        develop.main(
            ["--pipeline", "Python", "--settings", settings, "--source", str(tmp_path / "in"), "--output",
             str(tmp_path / name), "--threads", "1"]
        )  # fmt: skip
    pictures = [imageio.imread(tmp_path / name / "a.png").astype(int) for name in ("menon", "bilinear")]
    assert np.abs(pictures[0] - pictures[1]).max() > 3


def test_pipelines_are_tested_on_patches_with_table_and_picture(table, archive, tmp_path, capsys):
    given = ["--pipeline", str(archive), "--pipeline", 'bilinear=Python:{"demosaicing": "bilinear"}']
    outputs = ["--output", tmp_path / "p.csv", "--summary", tmp_path / "s.csv", "--picture", tmp_path / "p.pdf"]
    evaluate_isp.main(["--images", str(table), *given, "--patch", "16", "--per-image", "2", *map(str, outputs)])
    measured = pd.read_csv(tmp_path / "p.csv")
    assert measured["pipeline"].tolist() == ["UNet", "bilinear"] * 4
    assert pd.read_csv(tmp_path / "s.csv")["count"].tolist() == [4, 4]
    assert {path.name for path in tmp_path.iterdir()} == {"p.csv", "p.pdf", "p.png", "s.csv", "s.md", "s.tex", "s.html"}
    assert capsys.readouterr().out == (tmp_path / "s.md").read_text()


def test_pipelines_are_tested_on_photographs(table, archive, tmp_path):
    given = ["--images", str(table), "--pipeline", str(archive), "--size", "0"]
    evaluate_isp.main([*given, "--output", str(tmp_path / "p.csv"), "--picture", str(tmp_path / "p.pdf")])
    assert pd.read_csv(tmp_path / "p.csv")["width"].tolist() == [256, 256]


def test_two_pipelines_are_compared_on_a_photograph(table, archive, tmp_path, capsys):
    given = ["--images", str(table), "--a", str(archive), "--b", "Python", "--image", "third", "--size", "128"]
    compare_isps.main([*given, "--output", str(tmp_path / "c.pdf"), "--sample", str(tmp_path / "c.npz")])
    assert {path.name for path in tmp_path.iterdir()} == {"c.pdf", "c.png", "c.npz"}
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "third, 128 × 128 pixels"
    assert [line.split(":")[0] for line in lines[1:3]] == ["UNet", "Python"]


def test_trained_pipelines_are_summarised(archive, tmp_path):
    root = str(archive.parents[2])
    tabulate.main(["isps", "--models", root, "--output", str(tmp_path / "isps.csv")])
    assert pd.read_csv(tmp_path / "isps.csv")[["camera", "isp", "psnr_mean"]].values.tolist() == [["D90", "UNet", 41.0]]
    assert {path.suffix for path in tmp_path.iterdir()} == {".csv", ".md", ".tex", ".html"}


MISTAKES = {
    "no pipeline of that name": (develop, ["--pipeline", "Unet"], "no such pipeline; there are libRAW"),
    "quality": (develop, ["--pipeline", "Python", "--quality", "0"], "--quality 0: must be at least 1"),
    "settings": (develop, ["--pipeline", "Python", "--settings", "menon"], "menon: no such settings file"),
    "tiles": (develop, ["--pipeline", "UNet", "--tile", "-3"], "--tile -3: must be at least 1"),
    "small tiles": (develop, ["--pipeline", "UNet", "--tile", "200"], "tiles of 200 .* needs 208 at least"),
    "no patch": (evaluate_isp, ["--pipeline", "Python", "--patch", "0"], "--patch 0: must be at least 1"),
    "no picture": (evaluate_isp, ["--pipeline", "Python", "--picture", "a.png"], "must end with .pdf"),
    "no name": (evaluate_isp, ["--pipeline", "=Python"], "a name is missing before the ="),
    "no setting": (evaluate_isp, ["--pipeline", 'INet:{"side": 5}'], "INet has no setting 'side'"),
    "no RAW": (evaluate_isp, ["--pipeline", "libRAW"], "libRAW develops RAW files, not Bayer stacks"),
    "twice": (compare_isps, ["--a", "Python", "--b", "Python"], "two pipelines are called Python"),
    "no photograph": (compare_isps, ["--a", "Python", "--b", "INet", "--image", "x"], "it has second, third"),
    "no models": (tabulate, ["isps", "--models", "absent"], "absent: no such folder"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_named_and_nothing_is_written(table, photograph, tmp_path, mistake):
    program, arguments, message = MISTAKES[mistake]
    output = tmp_path / "out"
    if program is develop:
        photograph("in/a.dng")
        arguments = [*arguments, "--source", str(tmp_path / "in"), "--output", str(output)]
    else:
        ending = "pdf" if program is compare_isps else "csv"
        images = [] if program is tabulate else ["--images", str(table)]
        arguments = [*arguments, *images, "--output", str(output / f"a.{ending}")]
    with pytest.raises(UserError, match=message):
        program.main(arguments)
    assert not output.exists()


@pytest.mark.parametrize(
    ("program", "given", "taken"),
    [
        (tabulate, ["isps", "--models", "absent", "--output", "a.csv"], "a.csv"),
        (tabulate, ["isps", "--models", "absent", "--output", "a.csv"], "a.tex"),
        (evaluate_isp, ["--pipeline", "Python", "--output", "a.csv", "--summary", "s.csv"], "s.md"),
        (evaluate_isp, ["--pipeline", "Python", "--output", "a.csv", "--picture", "p.pdf"], "p.png"),
        (compare_isps, ["--a", "Python", "--b", "INet", "--output", "c.pdf", "--sample", "c.npz"], "c.npz"),
    ],
)
def test_outputs_are_looked_at_before_any_work(program, given, taken, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / taken).mkdir()
    images = [] if program is tabulate else ["--images", "absent.csv"]
    with pytest.raises(UserError, match=rf"{taken}: is a folder; name a file to write"):
        program.main([*given, *images])
    assert [path.name for path in tmp_path.iterdir()] == [taken]


@pytest.mark.parametrize("program", [develop, evaluate_isp, compare_isps])
def test_help_tells_the_size_of_tiles(program, capsys):
    with pytest.raises(SystemExit):
        program.parse_arguments(["--help"])
    assert f"(default: {tiles.SIDE})" in capsys.readouterr().out


def test_a_mistake_is_one_line_with_exit_code_2(tmp_path):
    done = programs.run("develop", "--pipeline", "Python", "--source", tmp_path / "none", "--output", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [f"develop.py: {tmp_path / 'none'}: no such file or folder"]
