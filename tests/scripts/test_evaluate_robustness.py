"""The program evaluate_robustness: what it prints and writes, and one line for a mistake."""

import json

import imageio.v3 as imageio
import numpy as np
import pandas as pd
import pytest
import tiny_forensics

import evaluate_robustness
from neural_imaging.base import command_line


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A run and a folder with one good and one bad picture."""
    folder = tmp_path_factory.mktemp("evaluate_robustness")
    tiny_forensics.make(manipulations=["jpeg:80"]).save(folder / "model.keras")
    (folder / "mine").mkdir()
    imageio.imwrite(folder / "mine/good.png", np.random.default_rng(1).integers(0, 256, (128, 128, 3), np.uint8))
    (folder / "mine/bad.png").write_text("none")
    return [str(folder / "model.keras"), str(folder / "mine"), "--settings", '{"windows": 2}']


def test_a_folder_is_tested_under_conditions_of_ones_own(given, tmp_path, capsys):
    (tmp_path / "mine.yaml").write_text("rounded: {round: true}\nmedian: {manipulations: [median:3]}\n")
    output = tmp_path / "made/test.json"
    options = ["--conditions", str(tmp_path / "mine.yaml"), "--output", str(output), "--labels", '{"run": 3}']
    evaluate_robustness.main([*given, *options])
    content = json.loads(output.read_text(encoding="utf-8"))
    assert [each["name"] for each in content["conditions"]] == ["own", "rounded", "median"]
    assert content["labels"] == {"run": 3}
    assert content["settings"]["conditions"]["rounded"] == {"round": True}
    table = pd.read_csv(output.with_suffix(".csv"))
    assert table["condition"].tolist() == ["own", "rounded", "median"]
    printed = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].strip() for line in printed[2:5]] == ["own", "rounded", "median"]
    assert f"{100 * content['conditions'][1]['accuracy']:.1f}" in printed[3]
    assert printed[-1].startswith("passed over: bad.png: ")


@pytest.mark.parametrize(("learned", "printed"), [((), False), (("isp",), True)])
def test_pictures_in_place_of_an_optimised_cameras_get_a_caution(given, tmp_path, capsys, learned, printed):
    tiny_forensics.make(manipulations=["jpeg:80"], trainable=learned).save(tmp_path / "model.keras")
    options = ["--conditions", '{"rounded": {"round": true}}', "--output", str(tmp_path / "test.json")]
    evaluate_robustness.main([str(tmp_path / "model.keras"), *given[1:], *options])
    lines = capsys.readouterr().out.splitlines()
    cautions = [line for line in lines if line.startswith("caution: the run's isp was optimised")]
    assert cautions == (lines[:1] if printed else [])


def test_without_conditions_the_usual_ones_that_fit_are_taken(given, tmp_path, capsys):
    evaluate_robustness.main([*given, "--output", str(tmp_path / "test.json")])
    content = json.loads((tmp_path / "test.json").read_text(encoding="utf-8"))
    assert len(content["conditions"]) >= 6
    # Pictures have no RAW that another pipeline could develop.
    assert "left out: other-pipeline: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--conditions", "absent.yaml"], "absent.yaml: no such settings file"),
        (["--conditions", '{"a": {"rounded": true}}'], "condition a: unknown key 'rounded'"),
        (["--settings", '{"patches": 40}'], "unknown setting patches; known: windows"),
        (["--output", "test.csv"], "--output test.csv: the name must end with .json"),
    ],
)
def test_a_wrong_call_gets_one_line(given, tmp_path, monkeypatch, capsys, more, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        command_line.run(lambda: evaluate_robustness.main([*given, *more]))
    assert ended.value.code == 2
    assert message in capsys.readouterr().err.splitlines()[-1]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("model", "folder", "message"),
    [
        ("absent.keras", None, "absent.keras: no such model file"),
        (None, "absent", "absent: no such training set"),
    ],
)
def test_what_is_not_there_is_named(given, tmp_path, monkeypatch, capsys, model, folder, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        command_line.run(lambda: evaluate_robustness.main([model or given[0], folder or given[1], *given[2:]]))
    assert message in capsys.readouterr().err.splitlines()[-1]
