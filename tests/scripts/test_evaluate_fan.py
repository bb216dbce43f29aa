"""The program evaluate_fan, and the table of its tests: what they print and write, and one line for a mistake."""

import json

import imageio.v3 as imageio
import numpy as np
import pandas as pd
import pytest
import tiny_forensics

import evaluate_fan
import tabulate
from neural_imaging.base import command_line

RUN = "camera~simulated/isp~ONet/channel~jpeg50/lambda_isp~fan-only/lambda_codec~none/signature~none/run~0"


@pytest.fixture(scope="module")
def given(training_set, tmp_path_factory):
    """A run and a folder with one good and one bad picture."""
    folder = tmp_path_factory.mktemp("evaluate_fan")
    model = folder / "model.keras"
    tiny_forensics.make("ONet", manipulations=["jpeg:80"]).save(model)
    (folder / "mine").mkdir()
    imageio.imwrite(folder / "mine/good.png", np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8))
    (folder / "mine/bad.png").write_text("none")
    return {"--model": model, "--images": folder / "mine", "--settings": '{"windows": 2}'}


def arguments(given, output, **changes):
    options = {**given, "--output": output, **{f"--{name}": value for name, value in changes.items()}}
    return [
        str(text)
        for name, value in options.items()
        for text in (name, *(value if isinstance(value, list) else [value]))
    ]


def test_sets_are_printed_and_written(given, training_set, tmp_path, capsys):
    output = tmp_path / "made/test.json"
    sets = [given["--images"], f"own={training_set}"]
    evaluate_fan.main(arguments(given, output, images=sets, labels='{"run": 3}'))
    content = json.loads(output.read_text(encoding="utf-8"))
    assert [one["name"] for one in content["sets"]] == ["mine", "own"]
    assert content["labels"] == {"run": 3}
    printed = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].strip() for line in printed[2:4]] == ["mine", "own"]
    accuracy = 100 * content["sets"][1]["libjpeg"]["accuracy"]
    assert f"{accuracy:.1f} [" in printed[3]
    assert printed.count("mine: percent of each true class, real codec") == 1
    assert printed[-1].startswith("passed over: mine: bad.png: ")


@pytest.mark.parametrize(("learned", "printed"), [((), False), (("isp",), True)])
def test_a_run_whose_camera_was_optimised_gets_a_caution(given, tmp_path, capsys, learned, printed):
    tiny_forensics.make("ONet", manipulations=["jpeg:80"], trainable=learned).save(tmp_path / "model.keras")
    evaluate_fan.main(arguments(given, tmp_path / "test.json", model=tmp_path / "model.keras"))
    lines = capsys.readouterr().out.splitlines()
    cautions = [line for line in lines if line.startswith("caution: ")]
    assert cautions == (lines[:1] if printed else [])
    if printed:
        assert "isp was optimised" in cautions[0]
        assert "docs/experiments.md#transfer" in cautions[0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"images": "absent"}, "absent: no such folder of pictures"),
        ({"images": "=absent"}, "must be a path, or a name and a path"),
        ({"images": ["a=x", "a=y"]}, "two sets are called a"),
        ({"model": "absent.keras"}, "absent.keras: no such model file"),
        ({"settings": '{"patches": 40}'}, "unknown setting patches; known: windows"),
        ({"quality": 101}, "--quality 101: must be at least 1 and at most 100"),
        ({"manipulations": "awgn:x"}, "the strength must be a number"),
    ],
)
def test_a_wrong_call_gets_one_line(given, tmp_path, monkeypatch, capsys, changes, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        command_line.run(lambda: evaluate_fan.main(arguments(given, "test.json", **changes)))
    assert ended.value.code == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert message in line
    assert not list(tmp_path.iterdir())


def test_tests_become_a_table_in_three_forms(given, tmp_path):
    run = tmp_path / "tests/cvpr2019" / RUN
    evaluate_fan.main(arguments(given, run / "test.json"))
    own = tmp_path / "runs/cvpr2019" / RUN
    own.mkdir(parents=True)
    (own / "evaluation.json").write_text('{"whole": {"differentiable": {"accuracy": 0.75}}}')
    grid = {"camera": ["simulated"], "isp": ["ONet"], "channel": ["jpeg50"], "lambda_isp": ["fan-only"], "run": [0]}
    trained = [{"trained_on": "scenes", "protocol": "cvpr2019", "grid": grid}]
    options = ["--trained", json.dumps(trained), "--tests", str(tmp_path / "tests")]
    options += ["--evaluations", str(tmp_path / "runs"), "--output", str(tmp_path / "transfer.csv")]
    tabulate.main(["transfer", *options])
    line = pd.read_csv(tmp_path / "transfer.csv").iloc[0]
    assert (line["trained_on"], line["tested_on"], line["windows"]) == ("scenes", "mine", 2)
    assert line["accuracy_own"] == 0.75
    assert "scenes" in (tmp_path / "transfer.md").read_text(encoding="utf-8")
    assert "scenes" in (tmp_path / "transfer.tex").read_text(encoding="utf-8")


@pytest.mark.parametrize("trained", ["[", "{}", "[]", '[{"protocol": "a"}]'])
def test_a_list_of_runs_that_is_none_gets_one_line(tmp_path, capsys, trained):
    options = ["--trained", trained, "--tests", "t", "--evaluations", "e", "--output", str(tmp_path / "transfer.csv")]
    with pytest.raises(SystemExit) as ended:
        command_line.run(lambda: tabulate.main(["transfer", *options]))
    assert ended.value.code == 2
    assert "--trained: " in capsys.readouterr().err
