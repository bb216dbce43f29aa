import json

import numpy as np
import pytest
import tiny_forensics

import evaluate_fingerprints
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import simulated_set
from neural_imaging.developing import pipelines
from neural_imaging.evaluation import fingerprints
from neural_imaging.forensics.channel import Channel
from neural_imaging.imaging import cameras
from neural_imaging.layers import tile
from neural_imaging.tables import fingerprints_table

SETTINGS = {"enrolment": 4, "patches": [64, 96], "windows": 2}


@pytest.fixture(scope="module")
def devices(tmp_path_factory, camera_file):
    folders = {}
    for number in (1, 2):
        folders[f"D90-{number}"] = tmp_path_factory.mktemp(f"device{number}")
        camera = cameras.load(camera_file, "D90", device=number)
        scenes = {"photographs": False, "dead_leaves": 2, "flat_fields": 4, "height": 224, "width": 256}
        simulated_set.make(camera, folders[f"D90-{number}"], scenes)
    return folders


@pytest.fixture(scope="module")
def named():
    return {
        "bilinear": pipelines.create("Python", demosaicing="bilinear"),
        "menon": pipelines.create("Python"),
        "libRAW": pipelines.create("libRAW", automatic=False),
    }


@pytest.fixture(scope="module")
def test(devices, named, tmp_path_factory):
    output = tmp_path_factory.mktemp("test") / "fingerprints.json"
    found = fingerprints.judge(devices, named, SETTINGS, output)
    assert json.loads(output.read_text())["scores"] == found["scores"]
    return fingerprints_table.read(output)


def test_a_device_is_told_from_another_behind_the_same_pipeline(test):
    table = fingerprints_table.lines(test).set_index(["enrolled", "tested", "patch"])
    own = table.loc["menon", "menon", 96]
    assert own["pce_matched"] > 20 > 4 > own["pce_mismatched"]
    assert (own["matched"], own["mismatched"]) == (8, 8)  # 2 devices, 2 photographs, 2 windows.
    assert table.loc["menon", "menon", 96]["pce_matched"] > table.loc["menon", "menon", 64]["pce_matched"]


def test_pipelines_give_fingerprints_that_are_alike_but_not_the_same(test):
    correlation = np.array(test["correlation"])
    np.testing.assert_allclose(np.diag(correlation), 1, atol=1e-6)
    np.testing.assert_allclose(correlation, correlation.T)
    assert 0.3 < correlation[0, 1] < 0.95
    assert 0.6 < test["truth"]["menon"] < 1
    assert test["truth"]["libRAW"] is None  # It develops files alone.


def test_photographs_go_through_a_channel_first(devices, named, test, tmp_path):
    channel = Channel(steps=[{"step": "jpeg", "quality": 30}])
    one = {"menon": named["menon"]}
    sent = fingerprints.judge(devices, one, SETTINGS, tmp_path / "a.json", channel, "jpeg30")
    # Fingerprints are estimated before the codec.
    assert sent["truth"]["menon"] == pytest.approx(test["truth"]["menon"])
    table = fingerprints_table.lines(sent)
    assert set(table["channel"]) == {"jpeg30"}
    before = fingerprints_table.lines(test).set_index(["enrolled", "tested", "patch"]).loc["menon", "menon", 96]
    assert table["pce_matched"].iloc[-1] < 0.7 * before["pce_matched"]


def test_a_signature_of_stripes_is_alike_in_all_devices_until_it_is_cleaned(devices, tmp_path):
    signature = tile.Signature(strength=1.5, period=32)
    joint = tiny_forensics.make("INet", signature=signature, trainable=("signature",))
    signature.values.assign(np.zeros(signature.values.shape) + np.random.default_rng(0).normal(size=(32, 1, 1)))
    joint.save(tmp_path / "model.keras")
    model = str(tmp_path / "model.keras")
    named = {"plain": pipelines.create(model), "signed": pipelines.create(model, signature=True)}
    settings = {**SETTINGS, "patches": [96], "uncleaned": True}
    found = fingerprints.judge(devices, named, settings, tmp_path / "a.json", bases={"signed": "plain"})
    table = fingerprints_table.lines(found).set_index(["enrolled", "tested", "cleaned"])
    # Only what is cleaned is held against fingerprints behind another pipeline.
    assert ("plain", "signed", "no") not in table.index
    assert abs(found["strangers"]["plain"]) < 0.05
    assert abs(found["strangers"]["signed"]) < 0.05 < 0.5 < found["strangers_uncleaned"]["signed"]
    assert table.loc["signed", "signed", "yes"]["pce_matched"] > 0.8 * table.loc["plain", "plain", "yes"]["pce_matched"]
    line = fingerprints_table.changed(fingerprints_table.lines(found), found["bases"]).to_dict("records")[-1]
    assert (line["pipeline"], line["base"]) == ("signed", "plain")
    assert line["strangers_uncleaned"] == found["strangers_uncleaned"]["signed"]


def test_a_damaged_file_is_listed_and_passed_over(devices, named, tmp_path):
    folders = {}
    for name, folder in devices.items():
        folders[name] = tmp_path / name
        folders[name].mkdir()
        for path in folder.glob("*.dng"):
            (folders[name] / path.name).symlink_to(path)
    (folders["D90-1"] / "a.dng").write_text("no picture at all, but with some length to it")
    found = fingerprints.judge(folders, {"menon": named["menon"]}, SETTINGS, tmp_path / "a.json")
    assert [(each["device"], each["file"]) for each in found["refused"]] == [("D90-1", "a.dng")]
    assert found["truth"] == {"menon": None}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"enrolment": 6}, "too few photographs: 6 for enrolment"),
        ({"patches": [256]}, "256 × 224 pixels are received; patches have up to 256"),
        ({"patch": 64}, "unknown setting patch"),
    ],
)
def test_what_cannot_be_is_named(devices, named, tmp_path, settings, message):
    with pytest.raises(UserError, match=message):
        fingerprints.judge(devices, {"menon": named["menon"]}, SETTINGS | settings, tmp_path / "a.json")


def test_an_unknown_base_is_named(devices, named, tmp_path):
    with pytest.raises(UserError, match="there is no pipeline INet; there are bilinear, menon, libRAW"):
        fingerprints.judge(devices, named, SETTINGS, tmp_path / "a.json", bases={"menon": "INet"})


def test_one_device_is_too_few(devices, named, tmp_path):
    left_out = [{"device": "B", "file": "", "reason": "has 3 files, and 5 are needed"}]
    with pytest.raises(UserError, match="two devices or more; B has 3 files, and 5 are needed"):
        fingerprints.judge(dict(list(devices.items())[:1]), named, SETTINGS, tmp_path / "a.json", left_out=left_out)


def test_devices_of_one_folder_are_found_by_their_serial_numbers(devices, tmp_path, capsys):
    (tmp_path / "all").mkdir()
    for name, folder in devices.items():
        for path in folder.glob("*.dng"):
            (tmp_path / "all" / f"{name}-{path.name}").symlink_to(path)
    output = tmp_path / "test.json"
    settings = json.dumps(SETTINGS | {"patches": [64], "windows": 1})
    command = [str(tmp_path / "all"), "--by-serial", '--pipeline=Python:{"demosaicing": "bilinear"}']
    evaluate_fingerprints.main([*command, f"--settings={settings}", f"--output={output}"])
    assert json.loads(output.read_text())["devices"] == ["000001", "000002"]
    with pytest.raises(UserError, match="--by-serial: takes one folder"):
        evaluate_fingerprints.main(["a", *command])
