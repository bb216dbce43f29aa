"""From pictures to a codec by the two programs."""

import json
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
from programs import run

import prepare_codec_data
import train_dcn
from neural_imaging import models
from neural_imaging.base.errors import UserError

SETTINGS = {"settings": {"n_features": 4}, "patch": 16, "validation_patch": 16, "batch": 2, "steps": 1, "epochs": 1}


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """images.csv of two sets: of a folder of pictures, and of scenes."""
    folder, rng = tmp_path_factory.mktemp("codec"), np.random.default_rng(0)
    for name in "abc":
        imageio.imwrite(folder / f"{name}.png", rng.integers(0, 256, (24, 32, 3), np.uint8))
    settings = {"side": 16, "validation": 1}
    scenes = {"photographs": False, "dead_leaves": 3, "height": 32, "width": 32}
    outputs = [folder / name / "images.csv" for name in ("set-pictures", "set-scenes")]
    for output, sources, more in zip(outputs, (["--images", str(folder)], []), ({}, {"scenes": scenes}), strict=True):
        arguments = [*sources, "--settings", json.dumps(settings | more), "--output", str(output)]
        prepare_codec_data.main(arguments)
    return list(map(str, outputs))


def test_a_codec_learns_from_several_sets_at_once_and_then_stays(tables, tmp_path, capsys):
    output = tmp_path / "8c" / "model.keras"
    arguments = ["--images", *tables, "--settings", json.dumps({**SETTINGS, "validation_every": 1})]
    train_dcn.main([*arguments, "--codec", "TwitterDCN", "--output", str(output)])
    made = output.read_bytes()
    train_dcn.main([*arguments, "--output", str(output)])
    assert capsys.readouterr().out.endswith("nothing is to be done\n")
    with pytest.raises(UserError, match="another one: seed 0, not 1; --force makes it anew"):
        train_dcn.main([*arguments, "--seed", "1", "--output", str(output)])
    assert output.read_bytes() == made
    assert type(models.load(output)).__name__ == "TwitterDCN"
    record = json.loads(output.with_name("record.json").read_text())
    assert list(record["inputs"]) == tables
    assert output.with_name("training.csv").is_file()


@pytest.mark.parametrize(
    ("program", "arguments", "message"),
    [
        (train_dcn, ["--images", "none/images.csv"], "no such training set of codecs"),
        (prepare_codec_data, ["--images", "none"], "no such folder of pictures"),
    ],
)
def test_a_mistake_ends_with_one_line_and_exit_code_2(program, arguments, message, tmp_path, monkeypatch):
    output = tmp_path / ("model.keras" if program is train_dcn else "images.csv")
    monkeypatch.chdir(tmp_path)
    done = run(Path(program.__file__).stem, *arguments, "--output", output)
    assert done.returncode == 2
    assert message in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not output.exists()


def test_the_list_of_pictures_has_its_name(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        prepare_codec_data.main(["--output", str(tmp_path / "pictures.csv")])
    assert "the list is always called images.csv" in capsys.readouterr().err
