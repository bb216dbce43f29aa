"""The command neural-imaging analyse: whatever files it is given, each gets a page or a line, and the run goes on."""

import importlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import odd_files
import pictures
import pytest
import tiny_forensics
from PIL import Image

import neural_imaging as ni
from neural_imaging import __main__ as command
from neural_imaging import presets
from neural_imaging.base import command_line
from neural_imaging.evaluation import folders, transmission, whole

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A joint model of 16 received pixels, whose camera develops RAW."""
    path = tmp_path_factory.mktemp("models") / "model.keras"
    tiny_forensics.make(cfa_pattern="RGGB", manipulations=["sharpen:1", "awgn:5", "resample:50"]).save(path)
    return path


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with a photograph."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(presets, "FOLDER", tmp_path)
    Path("photo.jpg").write_bytes(odd_files.saved(Image.fromarray(pictures.textured(48, 64)), "JPEG"))
    return tmp_path


def run(*arguments):
    """Run the command; the exit code."""
    try:
        command_line.run(lambda: command.main(["analyse", *map(str, arguments)]), says=True)
    except SystemExit as ended:
        return ended.code
    return 0


def refused(capsys, *arguments):
    """The line of a call that is refused, and that nothing else was printed or written."""
    before = sorted(Path().rglob("*"))
    assert run(*arguments) == 2
    printed = capsys.readouterr()
    assert not printed.out
    assert printed.err.count("\n") == 1
    assert sorted(Path().rglob("*")) == before
    return printed.err


def test_a_photograph_gets_a_page_and_its_numbers(here, model, capsys):
    assert run("photo.jpg", "-m", model) == 0
    assert capsys.readouterr().out.startswith("photo.jpg → analysis/photo.html: ")
    assert sorted(path.name for path in Path("analysis").iterdir()) == ["photo.html", "photo.json"]
    content = json.loads(Path("analysis/photo.json").read_text())
    analysis = ni.analyse("photo.jpg", ni.load(model))
    np.testing.assert_allclose(content["windows"]["probabilities"], analysis.probabilities, atol=1e-5)
    assert content["windows"]["rows"] == [0, 16, 32]
    assert content["picture"]["probabilities"].keys() == set(pictures.CLASSES)
    assert content["file"]["jpeg"]["qualities"][0] == {"estimate": 75, "standard_table": True}


def test_every_odd_file_gets_a_page_or_a_line_and_the_run_goes_on(here, model, capsys):
    odd = list(odd_files.files())
    assert len(odd) >= 45
    Path("in").mkdir()
    for each in odd:
        Path("in", each.name).write_bytes(each.data)
    assert run(*(Path("in", each.name) for each in odd), "in/absent.jpg", "-m", model, "-o", "out") == 1
    printed = capsys.readouterr()
    said = dict(line.removeprefix("in/").split(": ", 1) for line in printed.err.splitlines() if line.startswith("in/"))
    bad = {each.name: each.reason for each in odd if each.reason} | {"absent.jpg": "no such file"}
    assert said.keys() == bad.keys()
    assert {name: reason for name, reason in bad.items() if reason not in said[name]} == {}
    pages = list(Path("out").glob("*.html"))
    assert len(pages) == len(odd) - len(bad) + 1 + 1
    assert {path.stem for path in Path("out").glob("*.json")} == {path.stem for path in pages} - {"index"}
    assert not list(Path("out").glob(".*"))
    index = Path("out/index.html").read_text()
    assert index.count("<img") == len(pages) - 1
    assert all(f"in/{name}" in index for name in bad)


def test_a_file_without_permission_is_a_line(here, model, monkeypatch, capsys):
    Path("locked.jpg").write_bytes(Path("photo.jpg").read_bytes())
    Path("locked.jpg").chmod(0)
    if not os.geteuid():
        # For the administrator there are no permissions.
        opened = Path.open

        def refusing(path, *arguments, **more):
            if path.name == "locked.jpg":
                raise PermissionError(13, "Permission denied", str(path))
            return opened(path, *arguments, **more)

        monkeypatch.setattr(Path, "open", refusing)
    assert run("photo.jpg", "locked.jpg", "-m", model) == 1
    assert "locked.jpg: cannot be read as a picture (Permission denied)\n" in capsys.readouterr().err
    assert Path("analysis/photo.html").is_file()


def test_folders_are_searched_and_laid_out_as_they_are(here, model, capsys):
    for name in ("in/a.jpg", "in/below/a.jpg", "in/same.png", "in/same.jpg", "in/index.jpg"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pictures.textured(32, 32)).save(name)
    Path("in/notes.txt").write_text("taken in May")
    assert run("in", "-m", model, "-o", "out") == 0
    made = ["a.html", "below/a.html", "index-2.html", "index.html", "same-jpg.html", "same-png.html"]
    assert sorted(str(path.relative_to("out")) for path in Path("out").rglob("*.html")) == made
    assert "in/notes.txt: passed over" in capsys.readouterr().err
    assert 'href="below/a.html"' in Path("out/index.html").read_text()


def test_raw_is_developed_by_the_models_camera_and_sent_as_in_its_evaluation(here, model):
    scene = np.random.default_rng(0).random((40, 60, 3)).repeat(2, 0).repeat(2, 1)
    ni.simulate_raw(0.8 * scene, "photo.dng")
    analysis = ni.analyse("photo.dng", model)
    pipeline = ni.load(model)
    photograph = folders.Photograph("photo", Path("photo.dng"), folders.patterns(model))
    sent = whole.develop(pipeline, photograph)
    np.testing.assert_array_equal(analysis.photograph.picture, transmission.real(pipeline.channel, sent)[1])
    assert analysis.photograph.picture.shape == (40, 60, 3)
    assert "developed by the model's camera and sent through its channel" in analysis.sentences()[1]


def test_a_network_without_a_camera_takes_no_raw(here):
    ni.simulate_raw(np.full((64, 96, 3), 0.2), "photo.dng")
    with pytest.raises(ni.UserError, match=r"photo\.dng: is a RAW photograph, and the model has no camera"):
        ni.analyse("photo.dng", pictures.network(patch_size=16))


def test_the_only_photograph_ends_the_program_and_nothing_is_left(here, model, capsys):
    Path("cut.jpg").write_bytes(Path("photo.jpg").read_bytes()[:500])
    assert "cut.jpg: cannot be read as a picture" in refused(capsys, "cut.jpg", "-m", model)
    assert "absent.jpg: no such file" in refused(capsys, "absent.jpg", "-m", model)


def test_pages_are_overwritten_when_that_is_said(here, model, capsys):
    Path("analysis").mkdir()
    Path("analysis/photo.json").write_text("mine")
    assert (
        "analysis/photo.json: exists already, and nothing is done; name another folder with -o, or --force overwrites"
        in refused(capsys, "photo.jpg", "-m", model)
    )
    assert run("photo.jpg", "-m", model, "--force") == 0
    assert Path("analysis/photo.json").read_text() != "mine"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "no preset fan: "),
        (["-m", "absent.keras"], "absent.keras: no such model file"),
        (["-m", "MODEL", "--stride", "20"], "stride 20: must be from 1 to the window's side, 16"),
        (["-m", "MODEL", "--window", "20"], "window 20: the network takes windows of 16 pixels alone"),
        (["-m", "MODEL", "--stride", "x"], "'x' is not a whole number"),
        (["-m", "MODEL", "-o", "photo.jpg"], "photo.jpg is a file, not a folder"),
    ],
)
def test_a_mistake_is_one_line(here, model, capsys, arguments, words):
    assert words in refused(capsys, "photo.jpg", *(str(model) if each == "MODEL" else each for each in arguments))


def test_without_a_model_the_preset_is_taken(here, model):
    Path("fan.keras").write_bytes(model.read_bytes())
    assert run("photo.jpg") == 0
    assert json.loads(Path("analysis/photo.json").read_text())["model"]["name"] == "fan"


def test_help_needs_no_backend_and_the_command_is_installed():
    script = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"][
        "neural-imaging"
    ]
    module, _, function = script.partition(":")
    assert getattr(importlib.import_module(module), function) is command.program
    code = (
        "import contextlib, sys; from neural_imaging import __main__ as command\n"
        "with contextlib.suppress(SystemExit): command.main(['analyse', '--help'])\n"
        "assert not {'keras', 'numpy', 'PIL'} & set(sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "lib")}
    shown = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert "analysis/photo.html" in shown.stdout
