"""A results folder is what its records say, or the program names what is not."""

import copy
import json
import zipfile

import pytest
import yaml

import keep_results
import verify_results
from library_path import ROOT
from neural_imaging.base import files, records
from neural_imaging.base.errors import UserError
from neural_imaging.study import overlay

CONFIG = overlay.read(ROOT / "config/smoke.yaml", ROOT / overlay.DEFAULTS)
ISP, PROTOCOL, CHANNEL = CONFIG["isps"]["UNet"], CONFIG["protocols"]["cvpr2019"], CONFIG["channels"]["jpeg50"]
PATCHES = PROTOCOL["evaluation"]["patches"]
RUN = "forensics/cvpr2019/camera~D90/isp~UNet/channel~jpeg50/lambda_isp~0.1/lambda_codec~none/signature~none/run~3"


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A pipeline, a joint training and its evaluation, with records of their real inputs."""
    monkeypatch.chdir(tmp_path)
    files.write_text("results/data/D90/images.csv", "image\n")
    images = "results/data/D90/images.csv"
    settings = {"model": "UNet", "settings": ISP["settings"], **ISP["training"], "loss": "L2"}
    model = trained("isp/D90/UNet", "train_isp", settings, 0, [images])
    settings = {key: value for key, value in PROTOCOL.items() if key != "evaluation"}
    settings |= {"channel": {**CHANNEL, "trainable": False}, "lambda_isp": 0.1}
    run = trained(RUN, "train_forensics", settings, 3, [images, model])
    settings = {**PROTOCOL["evaluation"], "patch": PROTOCOL["patch"], "discard": PROTOCOL["discard"]}
    record = records.Record("evaluation", settings, 0, [run, images])
    record.write(f"results/{RUN}/evaluation.json", {})
    return tmp_path / "results"


def renamed(content, isp, name):
    """Call an ISP otherwise, wherever it is named."""
    content["isps"][name] = content["isps"].pop(isp)
    for part in ("experiments", "transfer", "robustness", "localisation", "attacks"):
        content[part] = json.loads(json.dumps(content[part]).replace(f'"{isp}"', f'"{name}"'))


def trained(folder, kind, settings, seed, inputs):
    with files.atomic(f"results/{folder}/model.keras") as model, zipfile.ZipFile(model, "w") as archive:
        archive.writestr("config.json", "{}" * 50)
    files.write_text(f"results/{folder}/training.csv", "epoch\n")
    records.Record(kind, settings, seed, inputs).write(f"results/{folder}/record.json", {})
    return f"results/{folder}/model.keras"


@pytest.fixture
def configfile(tmp_path):
    def write(change=lambda content: None):
        whole = copy.deepcopy(CONFIG)
        change(whole)
        (tmp_path / "config.yaml").write_text(yaml.safe_dump({**whole, "inherits": False}))
        return ["--configfile", str(tmp_path / "config.yaml")]

    return write


@pytest.fixture
def verify(results, capsys):
    """Run the program; gives its exit code and what it names."""

    def run(*arguments):
        code = 0
        try:
            verify_results.main(["--results", str(results), *arguments])
        except SystemExit as ended:
            code = ended.code
        return code, capsys.readouterr().out.splitlines()

    return run


def test_untouched_results_fit_their_records_and_configuration(verify, configfile):
    assert verify(*configfile()) == (0, ["3 records, 0 of their statements do not fit"])


def test_the_name_of_a_learned_codec_is_no_setting_of_a_training(verify, configfile):
    """The workflow gives trainings the codec's file instead."""
    assert verify(*configfile(lambda content: content["channels"]["jpeg50"].update(name="4c")))[0] == 0


def test_a_test_on_other_pictures_is_held_against_its_inputs(verify, results):
    model = f"results/{RUN}/model.keras"
    place = results / RUN.replace("forensics", "transfer") / "test.json"
    records.Record("evaluate_fan", {"patches": 8}, 0, [model]).write(place, {})
    assert verify() == (0, ["4 records, 0 of their statements do not fit"])
    (results / RUN / "model.keras").write_bytes(b"another")
    assert any("test.json: " + model in line for line in verify()[1])


def test_a_model_made_from_another_file_is_named(verify, results):
    (results / "data/D90/images.csv").write_text("image\nanother\n")
    code, lines = verify()
    assert code == 1
    assert len(lines) == 4
    assert lines[-2].endswith(
        "isp/D90/UNet/record.json: results/data/D90/images.csv is not the file that it was made from: another hash"
    )


def test_a_missing_input_is_named(verify, results):
    (results / "data/D90/images.csv").unlink()
    code, lines = verify()
    assert code == 1
    assert "images.csv, which it was made from, is not there" in lines[0]


def test_a_missing_and_a_damaged_output_are_named(verify, results):
    (results / RUN / "training.csv").unlink()
    model = results / RUN / "model.keras"
    model.write_bytes(model.read_bytes().replace(b"{}{}", b"{}[]", 1))
    text = "\n".join(verify()[1])
    assert "training.csv is missing beside it" in text
    assert "model.keras beside it is damaged" in text
    assert f"{RUN}/model.keras is not the file that it was made from" in text


def test_a_model_without_a_record_is_named(verify, results):
    (results / "isp/D90/UNet/record.json").unlink()
    assert any(line.endswith("model.keras: has no record.json beside it") for line in verify()[1])


def test_a_record_cut_short_is_named(verify, results):
    (results / RUN / "evaluation.json").write_text('{"kind": ')
    assert any("evaluation.json: not a JSON file" in line for line in verify()[1])


def test_a_record_without_its_commit_is_named(verify, results):
    path = results / "isp/D90/UNet/record.json"
    record = files.read_json(path)
    del record["commit"]
    files.write_json(path, record)
    assert any("does not name commit" in line for line in verify()[1])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda content: content["isps"]["UNet"]["training"].update(epochs=5), "made with epochs 4; the configuration"),
        (lambda content: content["isps"]["UNet"].update(seed=1), "made with seed 0"),
        (lambda content: content["channels"]["jpeg50"].update(quality=80), "made with channel"),
        (
            lambda content: content["protocols"]["cvpr2019"]["evaluation"].update(patches=PATCHES + 1),
            f"made with patches {PATCHES}",
        ),
        (lambda content: renamed(content, "UNet", "Other"), "the configuration has no such result"),
    ],
)
def test_settings_that_the_configuration_does_not_ask_for_are_named(verify, configfile, change, named):
    code, lines = verify(*configfile(change))
    assert code == 1
    assert named in lines[0] + lines[-2]


def test_a_learned_codec_is_named_by_its_file_and_not_by_the_settings_of_a_run(results, verify, configfile):
    run = RUN.replace("jpeg50", "16c").replace("codec~none", "codec~basic")
    settings = {key: value for key, value in PROTOCOL.items() if key != "evaluation"}
    channel, weights = (
        {"downsampling": "none", "factor": 1, "codec": "dcn"},
        {"lambda_isp": 0.1, "lambda_codec": "basic"},
    )
    trained(run, "train_forensics", {**settings, "channel": channel, **weights}, 3, [])
    learned = {**channel, "name": "4c"}
    assert verify(*configfile(lambda content: content["channels"].update({"16c": learned})))[0] == 0


def test_a_missing_picture_of_a_training_set_is_named(verify, results):
    (results / "data/D90/images.csv").write_text("image,status\none,used\ntwo,refused\n")
    (results / "data/D90/one.npy").touch()
    lines = verify()[1]
    assert any(line.endswith("D90/images.csv: one.png, which it lists as used, is not there") for line in lines)
    assert not any("one.npy" in line or "two." in line for line in lines)


def test_a_folder_without_records_ends_with_one_line(tmp_path):
    with pytest.raises(UserError, match="has no records"):
        verify_results.main(["--results", str(tmp_path)])


def test_a_wrong_folder_ends_with_one_line(tmp_path):
    with pytest.raises(UserError, match="no such folder"):
        verify_results.main(["--results", str(tmp_path / "nowhere")])


def test_a_configuration_of_another_form_is_refused(verify, configfile):
    with pytest.raises(UserError, match=r"configuration: protocols\.cvpr2019: missing key"):
        verify(*configfile(lambda content: content["protocols"]["cvpr2019"].pop("patch")))


def test_making_tables_again_needs_the_configuration(verify):
    with pytest.raises(UserError, match="--remake: which tables there are, --configfile says"):
        verify("--remake")


def test_a_kept_study_is_checked_far_from_its_models(results, tmp_path, monkeypatch, configfile, capsys):
    files.write_text("results/tables/isps.csv", "isp\n")
    keep_results.main(["--output", "kept", *configfile()])
    assert "kept: 7 files kept" in capsys.readouterr().out
    assert "verify_results.py --results kept/results" in (tmp_path / "kept/README.md").read_text()
    results.rename(tmp_path / "gone")
    monkeypatch.chdir(tmp_path / "kept")
    verify_results.main(["--results", "results", "--configfile", "configuration.yaml"])
    assert capsys.readouterr().out == "3 records, 0 of their statements do not fit\n"


def test_a_kept_study_has_all_of_its_configuration(results):
    keep_results.main(["--output", "kept", "--configfile", str(ROOT / "config/smoke.yaml")])
    assert overlay.read("kept/configuration.yaml", ROOT / overlay.DEFAULTS) == CONFIG | {"inherits": False}
