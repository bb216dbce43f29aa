"""Cards of models have the numbers of their records, leave out what is not there, and take nothing of another model."""

import json
import re
from pathlib import Path

import example_runs
import example_tests
import pytest
from test_rate_curves import profile

from neural_imaging.base import files, records
from neural_imaging.base.errors import UserError
from neural_imaging.tables import model_cards

ROOT = Path(__file__).resolve().parents[2]
LICENCES = ROOT / "resources/licences.csv"
POINT = {
    "camera": "night", "isp": "INet", "channel": "jpeg50", "lambda_isp": "fan-only", "lambda_codec": "none",
    "signature": "none", "run": 0,
}  # fmt: skip
JOINT = {"manipulations": ["sharpen:1", "jpeg:80"], "lambda_isp": "fan-only", "patch": 96, "channel": {"codec": "jpeg"}}
HASH = "0123456789abcdef"


@pytest.fixture
def images(tmp_path):
    """Five scenes of three photographs, of which one is nobody's, dead leaves, and a file that was not used."""
    rows = [
        ("coffee-0-0", "scikit-image/coffee.png", "used", "train"),
        ("coffee-0-1", "scikit-image/coffee.png", "used", "train"),
        ("picture-a-0-0", "holiday.jpg", "used", "validation"),
        ("picture-k-0-0", "kodim07.png", "used", "validation"),
        ("synthetic-0001", "synthetic-0001", "used", "train"),
        ("picture-b-0-0", "kodim08.png", "refused", ""),
    ]
    columns = ("image", "source", "status", "split")
    files.write_table(tmp_path / "images.csv", columns, [dict(zip(columns, row, strict=True)) for row in rows])
    return tmp_path / "images.csv"


@pytest.fixture
def trained(tmp_path, images):
    """Write a model and its record: trained("train_dcn", settings, **more entries)."""

    def write(kind, settings, **more):
        model = tmp_path / "run/model.keras"
        model.parent.mkdir(exist_ok=True)
        model.write_bytes(kind.encode())
        records.Record(kind, settings, 3, [images]).write(model.with_name("record.json"), {}, **more)
        return model

    return write


def card(model, images, **measured):
    archive = model.with_name("handed-out.keras")
    archive.write_bytes(b"weights")
    return model_cards.card("mine", archive, model, [images], LICENCES, **measured)


def section(text, title):
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0]


def cells(text):
    """Lines of the tables in a text, by their first cell."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return {row[0]: row[1:] for row in rows}


def measured(path, model, content):
    """Write what was measured of a model, as a record of it."""
    content = {**content, "inputs": {"model.keras": files.sha256(model)}}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_what_it_learned_from_is_counted_with_its_licences(trained, images):
    text = card(trained("train_forensics", JOINT), images)
    rows = cells(section(text, "What it learned from"))
    assert rows["coffee"] == ["1", "2", "0", "CC0 (Rachel Michetti)"]
    assert rows["Kodak"] == ["1", "0", "1", "released by Eastman Kodak for unrestricted use"]
    assert rows["dead leaves"][:3] == ["1", "1", "0"]
    assert rows["others"] == ["1", "0", "1", "not known to this card"]


def test_what_was_not_measured_is_left_out(trained, images):
    text = card(trained("train_forensics", JOINT), images)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "How to use it",
        "What it learned from",
        "Settings",
        "What it cannot do",
        "The file",
    ]
    assert text.startswith("# mine\n\nA forensic network that tells what was done to a photograph (native, sharpen:1, ")
    assert "trained alone, behind a camera that stays as it is" in text
    assert 'ni.classify("photo.jpg", ni.load("mine"))' in text
    assert '* `channel`: `{"codec": "jpeg"}`\n' in text
    assert "* `seed`: `3`\n" in text
    assert files.sha256(images.parent / "run/handed-out.keras") in section(text, "The file")


def test_accuracies_and_conditions_are_those_of_the_evaluations(trained, images, tmp_path):
    model = trained("train_forensics", JOINT)
    evaluation = example_runs.evaluation(POINT, hits=80, hits_libjpeg=75, hits_cropped=60)
    evaluation["classes"][1] = "sharpen"
    tests = example_tests.robustness_test({"own": 8, "jpeg30": 5}, {"median": 0.9})
    tests["left_out"] = [{"name": "tiny", "reason": "smaller than a window"}]
    text = card(
        model,
        images,
        evaluation=measured(tmp_path / "evaluation.json", model, evaluation),
        robustness=measured(tmp_path / "robustness.json", model, tests),
    )
    rows = cells(section(text, "Results"))
    assert rows["Accuracy, whole (%)"][0].startswith("80.0 [")
    assert rows["Accuracy, whole, real codec (%)"][0].startswith("75.0 [")
    assert rows["Accuracy, cropped, real codec (%)"][0].startswith("60.0 [")
    assert rows["PSNR, whole (dB)"] == ["40.00"]
    assert rows["gaussian"][0].startswith("75.0 [")
    assert rows["jpeg30"][0].startswith("50.0 [")
    assert rows["median"][1].startswith("90.0")
    # Below a blank line, or it would be a line of the table.
    assert "|\n\n* left out: tiny: smaller than a window\n" in text
    assert "On 4 photographs that it has not learned from, parts of 4 different ones (camera night, isp INet, " in text
    assert "Chance is 20 %." in text


def test_a_camera_that_learned_is_named_with_what_follows(trained, images):
    alone = card(trained("train_forensics", JOINT), images)
    text = card(trained("train_forensics", {**JOINT, "lambda_isp": 0.05, "signature_strength": 1.5}), images)
    assert "trained together with its camera pipeline and signature" in text
    caution = "photographs that went through its own camera pipeline and signature, which leaves traces"
    assert caution in text
    assert caution not in alone


def test_a_codec_stands_beside_jpeg_at_equal_ssim(trained, images, tmp_path):
    model = trained("train_dcn", {"model": "TwitterDCN", "settings": {"n_features": 16}}, weights_hash=HASH)
    ours = profile("l3ic", rates=(0.6,), quality=False)
    # At JPEG's SSIM with three quarters of its bits.
    ours["effective_bpp"] *= 0.75
    paths = []
    for name, rows, version in (("jpeg", profile(), "libjpeg 9"), ("l3ic", ours, f"TwitterDCN {HASH}")):
        paths.append(tmp_path / f"{name}.json")
        content = {"kind": "profile_codec", "settings": {"codec": name, "version": version}}
        paths[-1].write_text(json.dumps({**content, "rows": json.loads(rows.to_json(orient="records"))}))
    text = card(model, images, profiles=paths)
    pictures, rate, ssim, psnr, jpeg, against, compared = cells(section(text, "Results"))["kodak"]
    assert (pictures, compared) == ("3", "3")
    assert (rate, jpeg) == ("0.495", "0.660")
    assert float(ssim) == pytest.approx(ours["ssim"].mean(), abs=5e-4)
    assert float(psnr) == pytest.approx(ours["psnr"].mean(), abs=5e-3)
    assert against.startswith("−25.0 [")
    assert "A learned codec (TwitterDCN with 16 features)" in text
    assert "l3ic compress photo.png -m mine" in text
    with pytest.raises(UserError, match=r"l3ic\.json: was not made with the codec as it is now; profile it again"):
        card(trained("train_dcn", {"model": "TwitterDCN"}, weights_hash="ffff"), images, profiles=paths)


def test_a_pipeline_stands_beside_its_target(trained, images, tmp_path):
    table = tmp_path / "evaluation.csv"
    table.write_text("image,pipeline,psnr,ssim\na,INet,40,0.98\nb,INet,42,0.99\n")
    text = card(trained("train_isp", {"model": "INet", "settings": {}}, cfa=["GBRG"]), images, photographs=table)
    assert '* `cfa`: `["GBRG"]`\n' in text
    assert cells(section(text, "Results"))["PSNR (dB)"][0].startswith("41.00 [")
    assert 'ni.develop("photo.dng", "mine")' in text


def test_nothing_of_another_model_gets_into_a_card(trained, images, tmp_path):
    model = trained("train_forensics", JOINT)
    evaluation = measured(tmp_path / "evaluation.json", images, example_runs.evaluation(POINT))
    with pytest.raises(UserError, match=r"evaluation\.json: was not made of .*model\.keras as it is now"):
        card(model, images, evaluation=evaluation)
    images.write_text(images.read_text() + "more,more,used,train\n")
    with pytest.raises(UserError, match=r"images\.csv: .*model\.keras was trained on other pictures"):
        card(model, images)


def test_a_record_of_something_else_is_refused(trained, images):
    with pytest.raises(UserError, match=r"record\.json: not the record of a trained model"):
        card(trained("evaluation", {}), images)


def test_the_guide_has_the_same_licences():
    page = (ROOT / "docs/data.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^\| `(\w+)` \| [\w-]+ \| (.*?) \| \d+ \|$", page, re.MULTILINE))
    known = {row["pictures"]: row["licence"] for row in files.read_rows(LICENCES, ("pictures", "licence"))}
    assert len(shown) == 8
    assert shown.items() <= known.items()
