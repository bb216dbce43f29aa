"""The program make_preset: an archive as small as its weights, with its card, or one line and nothing."""

import re
import zipfile
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
import tiny_codec
import tiny_forensics

import evaluate_robustness
import make_preset
import profile_codec
from neural_imaging import models, presets
from neural_imaging.base import files, records
from neural_imaging.base.errors import UserError
from neural_imaging.codec import codec
from neural_imaging.evaluation import forensics
from neural_imaging.tables import typeset

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


def written(model, kind, settings, images=None, **more):
    """Write a model as trained from one scene of dead leaves, or from `images`; gives what the program is told."""
    Path("run").mkdir()
    model.save("run/model.keras")
    if images is None:
        images = "images.csv"
        Path(images).write_text("source,status,split\nsynthetic-0001,used,train\n", encoding="utf-8")
    records.Record(kind, settings, 0, [images]).write("run/record.json", {}, **more)
    return ["--model", "run/model.keras", "--images", str(images)]


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


@pytest.mark.slow
def test_a_card_takes_what_the_programs_measure_of_a_joint_model(training_set, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = written(tiny_forensics.make(manipulations=["jpeg:80"]), "train_forensics", SETTINGS, training_set)
    labels = {"camera": "test", "isp": "INet", "channel": "jpeg50", "lambda_isp": "fan-only", "run": 0}
    labels |= {"lambda_codec": "none", "signature": "none"}
    settings = {"windows": 4, "patches": 2, "quality_every": 1, "patch": 16}
    forensics.evaluate("run/model.keras", training_set, settings, labels, Path("evaluation.json"))
    conditions = '{"rounded": {"round": true}}'
    tested = ["run/model.keras", str(training_set), "--conditions", conditions, "--settings", '{"windows": 2}']
    evaluate_robustness.main([*tested, "--output", "robustness.json"])
    measured = ["--evaluation", "evaluation.json", "--robustness", "robustness.json"]
    make_preset.main(["tiny", *given, *measured, "--output", "tiny.keras"])
    card = Path("tiny.md").read_text(encoding="utf-8")
    accuracy = files.read_json("evaluation.json")["whole"]["libjpeg"]["accuracy"]
    assert re.search(rf"\| Accuracy, whole, real codec \(%\) +\| {typeset.number(accuracy, 100)} \[", card)
    assert re.findall(r"^\| (own|rounded|native|jpeg) ", card, re.MULTILINE) == ["native", "jpeg", "own", "rounded"]


def test_a_card_takes_the_profiles_of_a_codec(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = tiny_codec.make()
    given = written(model, "train_dcn", {"model": "TinyCodec"}, weights_hash=model.weights_hash().hex())
    Path("small").mkdir()
    model.save("small/model.keras")
    Path("kodak").mkdir()
    rows, columns = np.mgrid[:64, :64]
    picture = np.stack([128 + 100 * np.sin(rows / (9 + k) + columns / 20) for k in range(3)], axis=-1)
    imageio.imwrite("kodak/one.png", picture.astype(np.uint8))
    for codec_name, more in (("jpeg", ["--qualities", "5", "50", "95"]), ("small", [])):
        options = ["--images", "kodak", "--codec", codec_name, *more]
        profile_codec.main([*options, "--output", f"{codec_name}.json"])
    make_preset.main(["small", *given, "--profiles", "jpeg.json", "small.json", "--output", "small.keras"])
    (row,) = files.read_json("small.json")["rows"]
    card = Path("small.md").read_text(encoding="utf-8")
    assert re.search(rf"\| kodak +\| +1 \| +{row['effective_bpp']:.3f} \| +{row['ssim']:.3f} \|", card)


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
