"""Models that come with the library are found by their names; an unknown name is answered with those that there are.

Tests have presets of their own: nothing here depends on which are there.
"""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
import tiny_codec
import tiny_forensics

import neural_imaging as ni
from neural_imaging import presets
from neural_imaging.codec import codec
from neural_imaging.evaluation import programs
from neural_imaging.forensics import classify

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A codec, a joint model and a camera pipeline, none of them trained; one of them with a card."""
    folder = tmp_path_factory.mktemp("presets")
    tiny_codec.make().save(folder / "small.keras")
    tiny_forensics.make("ONet", manipulations=["gaussian:2"]).save(folder / "fan.keras")
    ni.create("INet", kernel=3).save(folder / "camera.keras")
    (folder / "fan.md").write_text("# fan\n", encoding="utf-8")
    return folder


@pytest.fixture
def here(folder, tmp_path, monkeypatch):
    """An empty working folder, with these presets installed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(presets, "FOLDER", folder)
    return tmp_path


def test_a_preset_is_loaded_by_its_name(here):
    assert presets.names() == ["camera", "fan", "small"]
    assert ni.load("fan").classes == ["native", "gaussian"]
    assert codec.identity(ni.load("small")) == codec.identity(tiny_codec.make())
    assert presets.card("fan") == "# fan\n"


def test_a_file_of_ones_own_comes_before_the_preset_of_its_name(here):
    Path("fan").write_text("mine")
    assert presets.located("fan") == Path("fan")
    with pytest.raises(ni.UserError, match=r"fan: not a \.keras archive"):
        ni.load("fan")


def test_an_unknown_name_is_answered_with_the_presets(here, monkeypatch, tmp_path):
    with pytest.raises(ni.UserError, match=r"l3ic: no such model file or preset; presets are camera, fan, small$"):
        ni.load("l3ic")
    with pytest.raises(ni.UserError, match=r"absent\.keras: no such model file$"):
        ni.load("absent.keras")
    with pytest.raises(ni.UserError, match="no codec l3ic: in results/codecs, the presets there are small; a model"):
        codec.find("l3ic")
    with pytest.raises(ni.UserError, match=r"no such pipeline; there are libRAW, .*, camera, fan, small, and archives"):
        ni.develop(ni.simulate_raw(np.full((32, 32, 3), 0.2), "grey.dng"), "l3ic")
    monkeypatch.setattr(presets, "FOLDER", tmp_path / "none")
    with pytest.raises(ni.UserError, match="no such model file or preset; this installation has no presets"):
        ni.load("fan")
    with pytest.raises(ni.UserError, match="no preset fan: this installation has no presets; give a model"):
        ni.classify(np.zeros((32, 32, 3), np.uint8))


def test_a_preset_that_is_no_codec_is_refused_as_one(here):
    with pytest.raises(ni.UserError, match=r"fan\.keras: holds ForensicPipeline, not a learned codec"):
        codec.find("fan")


def test_without_a_model_pictures_are_classified_by_the_preset(here, folder, monkeypatch):
    imageio.imwrite("photo.png", np.random.default_rng(0).integers(0, 256, (32, 48, 3), np.uint8))
    # Looked up before: the library's names are looked up at their first use.
    load, loaded = ni.load, []
    monkeypatch.setattr(classify.models, "load", lambda path: loaded.append(path) or load(path))
    classify._preset.cache_clear()
    table = ni.classify("photo.png")
    assert list(table)[4:] == ["native", "gaussian"]
    np.testing.assert_array_equal(table, ni.classify("photo.png", load("fan")))
    ni.classify("photo.png")
    assert loaded == [folder / "fan.keras"]


def test_a_preset_develops_photographs(here):
    photograph = ni.simulate_raw(np.random.default_rng(0).random((32, 48, 3)), "photo.dng")
    np.testing.assert_array_equal(ni.develop(photograph, "camera"), ni.develop(photograph, ni.load("camera")))


def test_programs_take_a_preset_for_the_model_of_a_run(here, folder):
    options = programs.parser("", "model").parse_args(["--model", "fan"])
    assert options.model == folder / "fan.keras"


def test_to_look_for_presets_loads_no_backend():
    code = (
        "import sys; from neural_imaging import presets; presets.names(); presets.located('fan'); "
        "assert not {'keras', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "lib", "PATH": ""}, cwd=ROOT)


def test_every_preset_that_is_here_has_a_card():
    assert [name for name in presets.names() if not presets.card(name).startswith(f"# {name}\n")] == []


@pytest.mark.slow
def test_a_wheel_holds_the_presets_and_their_cards(folder, tmp_path):
    package = tmp_path / "lib/neural_imaging"
    shutil.copytree(ROOT / "lib/neural_imaging/presets", package / "presets")
    for path in folder.iterdir():
        shutil.copy(path, package / "presets")
    for name in ("pyproject.toml", "README.md", "LICENSE", "lib/neural_imaging/__init__.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    build = "import setuptools.build_meta as build; build.build_wheel('.')"
    subprocess.run([sys.executable, "-c", build], cwd=tmp_path, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    assert {f"neural_imaging/presets/{path.name}" for path in folder.iterdir()} < names
