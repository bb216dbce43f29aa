"""The program make_preset: an archive as small as its weights, with its card, or one line and nothing."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
import tiny_codec
import tiny_forensics

import make_preset
from neural_imaging import models, presets
from neural_imaging.base import files, records
from neural_imaging.base.errors import UserError
from neural_imaging.codec import codec

SETTINGS = {"manipulations": list(tiny_forensics.MANIPULATIONS), "lambda_isp": 0.1, "trainable": ["isp"]}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A joint model as a training leaves it: with the state of its optimizer, and a record."""
    monkeypatch.chdir(tmp_path)
    pipeline, random = tiny_forensics.make(trainable=("isp",), kernel=3), np.random.default_rng(0)
    pipeline.compile("adam")
    raw, wanted = random.random((1, 16, 16, 4), np.float32), random.random((1, 32, 32, 3), np.float32)
    pipeline.fit(raw, wanted, epochs=1, verbose=0)
    return written(pipeline, "train_forensics", SETTINGS)


def written(model, kind, settings, **more):
    """Write a model as trained from one scene of dead leaves; gives what the program is told."""
    Path("run").mkdir()
    model.save("run/model.keras")
    Path("images.csv").write_text("source,status,split\nsynthetic-0001,used,train\n", encoding="utf-8")
    records.Record(kind, settings, 0, ["images.csv"]).write("run/record.json", {}, **more)
    return ["--model", "run/model.keras", "--images", "images.csv"]


def weights_of(path):
    with zipfile.ZipFile(path) as archive:
        return archive.read("model.weights.h5")


def test_a_preset_has_the_weights_and_not_the_optimizer(run):
    make_preset.main(["night", *run, "--output", "made/night.keras"])
    assert b"optimizer" in weights_of("run/model.keras")
    assert b"optimizer" not in weights_of("made/night.keras")
    before, after = models.load("run/model.keras"), models.load("made/night.keras")
    for kept, trained in zip(after.weights, before.weights, strict=True):
        np.testing.assert_array_equal(kept, trained)
    card = Path("made/night.md").read_text(encoding="utf-8")
    assert card.startswith("# night\n\nA forensic network that tells what was done")
    assert files.sha256("made/night.keras") in card
    assert sorted(path.name for path in Path("made").iterdir()) == ["night.keras", "night.md"]


def test_a_codec_is_recalled_by_the_streams_of_its_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = tiny_codec.make()
    given = written(model, "train_dcn", {"model": "TinyCodec"}, weights_hash=model.weights_hash().hex())
    make_preset.main(["small", *given, "--output", "made/small.keras"])
    data = codec.compress(np.zeros((16, 24, 3), np.uint8), model)
    monkeypatch.setattr(presets, "FOLDER", tmp_path / "made")
    assert codec.decompress(data).shape == (16, 24, 3)
    assert codec.identity(models.load("small")) == codec.identity(model)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda: Path("run/record.json").unlink(), r"run/record\.json: no such file"),
        (lambda: Path("images.csv").write_text("status,split\nused,train\n"), r"images\.csv: .* trained on other pict"),
        (lambda: Path("run/model.keras").write_bytes(b"PK"), r"model\.keras: damaged"),
    ],
)
def test_what_does_not_belong_together_makes_nothing(run, change, message):
    change()
    with pytest.raises(UserError, match=message):
        make_preset.main(["night", *run, "--output", "made/night.keras"])
    assert not list(Path("made").glob("*"))
