"""The program evaluate_attacks: what it prints and writes, and one line for a mistake."""

import json

import pandas as pd
import pytest
import tiny_forensics

import evaluate_attacks
from neural_imaging.base import command_line
from neural_imaging.layers.tile import Signature


@pytest.fixture(scope="module")
def given(tmp_path_factory, smaller_training_set):
    path = tmp_path_factory.mktemp("evaluate_attacks") / "model.keras"
    tiny_forensics.make(manipulations=["jpeg:80"], signature=Signature(period=8, seed=1)).save(path)
    return [str(path), str(smaller_training_set), "--settings", '{"photographs": [2], "windows": 1}']


def test_a_run_gets_a_table_and_a_record(given, tmp_path, capsys):
    evaluate_attacks.main([*given, "--output", str(tmp_path / "made/test.json"), "--labels", '{"run": 3}'])
    content = json.loads((tmp_path / "made/test.json").read_text(encoding="utf-8"))
    assert (content["kind"], content["labels"]) == ("evaluate_attacks", {"run": 3})
    table = pd.read_csv(tmp_path / "made/test.csv")
    controls = ["unsigned", "unsigned received", "random"]
    assert table["attack"].tolist() == ["nothing done", "no signature", "developed", "received", *controls]
    assert table["used"].iloc[2] == pytest.approx(content["attacks"][0]["used"], abs=1e-5)
    printed = capsys.readouterr().out.splitlines()
    assert "| developed " in printed[4]
    assert printed[-1].startswith("detected: a correlation above ")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--settings", '{"stride": 1}'], "unknown setting stride; known: photographs, windows, sigma"),
        (["--output", "test.csv"], "--output test.csv: the name must end with .json"),
    ],
)
def test_a_wrong_call_gets_one_line(given, tmp_path, monkeypatch, capsys, more, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        command_line.run(lambda: evaluate_attacks.main([*given, *more]))
    assert ended.value.code == 2
    assert message in capsys.readouterr().err.splitlines()[-1]
    assert not list(tmp_path.iterdir())
