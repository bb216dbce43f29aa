"""The program evaluate_localisation: what it prints and writes of masks and of forged regions, and mistakes."""

import json

import imageio.v3 as imageio
import numpy as np
import pandas as pd
import pytest
import tiny_forensics

import evaluate_localisation
from neural_imaging.base import command_line


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A run and a folder with a forged picture, its mask, and a bad one."""
    folder, random = tmp_path_factory.mktemp("evaluate_localisation"), np.random.default_rng(1)
    tiny_forensics.make(manipulations=["jpeg:80"]).save(folder / "model.keras")
    for name in ("Tp", "Gt", "Au"):
        (folder / "mine" / name).mkdir(parents=True)
    for place in ("Tp/1.png", "Au/2.png"):
        imageio.imwrite(folder / "mine" / place, random.integers(0, 256, (48, 64, 3), np.uint8))
    mask = np.zeros((48, 64), np.uint8)
    mask[8:40, 10:30] = 255
    imageio.imwrite(folder / "mine/Gt/1.png", mask)
    (folder / "mine/Tp/bad.png").write_text("none")
    imageio.imwrite(folder / "mine/Gt/bad.png", mask)
    return [str(folder / "model.keras"), str(folder / "mine"), "--settings", '{"stride": 8}']


def test_a_folder_of_masks_gets_a_table(given, tmp_path, capsys):
    output = tmp_path / "made/test.json"
    evaluate_localisation.main([*given, "--output", str(output), "--labels", '{"run": 3}'])
    content = json.loads(output.read_text(encoding="utf-8"))
    assert content["labels"] == {"run": 3}
    table = pd.read_csv(output.with_suffix(".csv"))
    assert table[["region", "photographs", "untouched", "window", "stride"]].iloc[0].tolist() == ["mine", 1, 1, 16, 8]
    assert table["auc"].iloc[0] == pytest.approx(content["regions"][0]["auc"][0], abs=1e-6)
    printed = capsys.readouterr().out.splitlines()
    assert [cell.strip() for cell in printed[0].split("|")[1:4]] == ["Region", "AUC (%)", "Above chance"]
    assert f"{100 * content['regions'][0]['auc'][0]:.1f}" in printed[2]
    assert "no interval" in printed[2]
    assert "windows of 16 received pixels, one every 8" in printed[-2]
    assert printed[-1].startswith("passed over: Tp/bad.png: ")


@pytest.mark.parametrize(("learned", "printed"), [((), False), (("isp",), True)])
def test_regions_are_forged_on_request(given, tmp_path, capsys, learned, printed):
    tiny_forensics.make(manipulations=["jpeg:80"], trainable=learned).save(tmp_path / "model.keras")
    (tmp_path / "pictures").mkdir()
    for number in range(2):
        picture = np.random.default_rng(number).integers(0, 256, (96, 128, 3), np.uint8)
        imageio.imwrite(tmp_path / f"pictures/{number}.png", picture)
    options = ["--regions", '{"splice": {"splice": true}}', "--output", str(tmp_path / "test.json")]
    evaluate_localisation.main([str(tmp_path / "model.keras"), str(tmp_path / "pictures"), *given[2:], *options])
    assert pd.read_csv(tmp_path / "test.csv")["region"].tolist() == ["jpeg", "splice"]
    lines = capsys.readouterr().out.splitlines()
    cautions = [line for line in lines if line.startswith("caution: the run's isp was optimised")]
    assert cautions == (lines[:1] if printed else [])


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--regions", "absent.yaml"], "absent.yaml: no such settings file"),
        (["--regions", '{"a": {"splices": true}}'], "regions.a: unknown key 'splices'"),
        (["--forge", "--send"], "--send: photographs that are forged here are always sent"),
        (["--settings", '{"seed": 1}'], "unknown setting seed; known: window, stride"),
        (["--settings", '{"window": 99, "stride": 100}'], "stride 100: windows have 99 pixels"),
        (["--output", "test.csv"], "--output test.csv: the name must end with .json"),
    ],
)
def test_a_wrong_call_gets_one_line(given, tmp_path, monkeypatch, capsys, more, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        command_line.run(lambda: evaluate_localisation.main([*given, *more]))
    assert ended.value.code == 2
    assert message in capsys.readouterr().err.splitlines()[-1]
    assert not list(tmp_path.iterdir())


def test_a_folder_without_masks_is_named(given, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for folder, message in ((f"{given[1]}/Au", "no picture in it has a mask"), ("absent", "absent: no such folder")):
        with pytest.raises(SystemExit):
            command_line.run(lambda folder=folder: evaluate_localisation.main([given[0], folder, *given[2:]]))
        assert message in capsys.readouterr().err.splitlines()[-1]
