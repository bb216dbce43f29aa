"""Fingerprints behind pipelines in the plan: which devices and pipelines, and one line a mistake."""

import pytest
from checked import ROOT, check_refusal, refusal
from planning import codecs, fingerprints, targets

from neural_imaging.base.errors import UserError
from neural_imaging.study import overlay

SECTION = {
    "camera": "simulated",
    "devices": {"count": 3, "scenes": {"photographs": False, "dead_leaves": 4, "height": 256, "width": 256}},
    "pipelines": {"bilinear": 'Python:{"demosaicing": "bilinear"}', "plain": "libRAW", "net": "INet"},
    "trained": [{"experiment": "cvpr2019", "runs": 1}],
    "channels": ["jpeg50"],
    "enrolment": 6,
    "patches": [64, 128],
}
MISTAKES = {
    "unknown camera": ({"camera": "D91"}, ["fingerprints.camera", "'D91'"]),
    "unknown pipeline": ({"pipelines": {"a": "Unet"}}, ["fingerprints.pipelines.a", "'Unet'", "UNet"]),
    "settings that are none": ({"pipelines": {"a": 'libRAW:{"auto": true}'}}, ["fingerprints.pipelines.a: libRAW"]),
    "no pipelines": ({"pipelines": {}}, ["fingerprints.pipelines", "must have an entry"]),
    "unknown channel": ({"channels": ["jpg50"]}, ["fingerprints.channels", "'jpg50'", "jpeg50"]),
    "a learned codec": ({"channels": ["4c"]}, ["fingerprints.channels: 4c ends with a learned codec"]),
    "unknown experiment": ({"trained": [{"experiment": "cvpr"}]}, ["fingerprints.trained.0.experiment", "'cvpr'"]),
    "devices and folders": ({"folders": {"a": ".", "b": "."}}, ["fingerprints: has devices and folders; leave one"]),
    "one device": ({"devices": {**SECTION["devices"], "count": 1}}, ["fingerprints.devices.count", "from 2"]),
    "large patches": ({"patches": [512]}, ["fingerprints.patches: 512 pixels do not fit into photographs, 256"]),
    "large patches behind a channel": (
        {"patches": [64, 256]},
        ["fingerprints.patches: 256 pixels do not fit into what is received behind jpeg50, 128 pixels a side"],
    ),
    "a table that is none": ({"published": "{a}.csv"}, ["fingerprints.published", "a CSV file"]),
    "unknown key": ({"patch": 64}, ["fingerprints", "did you mean 'patches'"]),
}


@pytest.fixture
def content():
    content = overlay.read(ROOT / "config/smoke.yaml", ROOT / overlay.DEFAULTS)
    content["fingerprints"] = dict(SECTION)
    return content


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_that_names_the_key(content, mistake):
    changed, expected = MISTAKES[mistake]
    content["fingerprints"] |= changed
    check_refusal(content, expected)


def test_neither_devices_nor_folders_is_refused(content):
    del content["fingerprints"]["devices"]
    assert "fingerprints: needs one of the keys 'devices', 'folders', 'folder'" in refusal(content)


def test_devices_of_a_camera_that_is_not_simulated_are_refused(content):
    content["cameras"]["real"] = {"source": "folder", "path": "."}
    content["fingerprints"] |= {"camera": "real", "trained": []}
    del content["fingerprints"]["trained"]
    expected = "fingerprints.devices: camera real is not simulated; add the profile of devices, or name folders of real"
    assert expected in refusal(content)
    # A real camera's pipelines, and devices of its model that are simulated.
    content["fingerprints"]["devices"] = {**SECTION["devices"], "profile": "D90"}
    assert refusal(content) is None
    assert (fingerprints.profile(content), list(fingerprints.known(content))) == ("D90", ["D90"])


def test_what_the_section_needs_on_the_disk_is_named(content):
    content["fingerprints"]["devices"] = {**SECTION["devices"], "profile": "D91"}
    with pytest.raises(UserError, match=r"fingerprints\.devices\.profile: .*D91"):
        fingerprints.check_files(content, ["D90", "EOS5D"])
    content["fingerprints"] = {**SECTION, "published": "none.csv"}
    with pytest.raises(UserError, match=r"fingerprints\.published: .*none\.csv"):
        fingerprints.check_files(content, ["D90"])


def test_programs_get_files_of_models_and_folders_of_devices(content):
    assert refusal(content) is None
    found = fingerprints.pipelines(content, [])
    assert found["net"] == "results/isp/simulated/INet/model.keras"
    assert found["plain"] == "libRAW"
    runs = {name: path for name, path in found.items() if name.startswith("UNet")}
    assert list(runs) == ["UNet, fan-only", "UNet, signature 2", "UNet, λ 0.001"]
    assert all(path.startswith("results/forensics/cvpr2019/camera~simulated/") for path in runs.values())
    # A camera's signature is developed too.
    assert [path.endswith('model.keras:{"signature": true}') for path in runs.values()] == [False, True, False]
    assert fingerprints.models(content, []) == [
        "results/isp/simulated/INet/model.keras", *(path.partition(":{")[0] for path in runs.values())
    ]  # fmt: skip
    assert fingerprints.devices(content) == {f"device-{number}": f"results/devices/{number}" for number in (1, 2, 3)}
    assert fingerprints.scenes(content)["flat_fields"] == 6
    assert fingerprints.channels(content) == ["none", "jpeg50"]
    content["fingerprints"]["folders"] = {"first": "a", "second": "b"}
    del content["fingerprints"]["devices"]
    assert fingerprints.devices(content) == {"first": "a", "second": "b"}
    assert fingerprints.sources(content) == ["first=a", "second=b"]
    assert fingerprints.made(content) == []
    content["fingerprints"]["folder"] = "all"
    del content["fingerprints"]["folders"]
    assert fingerprints.sources(content) == ["all", "--by-serial"]


def test_runs_are_called_by_their_number_where_several_are_alike(content):
    content["fingerprints"]["trained"] = [{"experiment": "cvpr2019", "lambda_isp": [0.001], "signature": ["none"]}]
    names = [name for name in fingerprints.pipelines(content, []) if name.startswith("UNet")]
    assert names == [f"UNet, λ 0.001, cvpr2019, jpeg50, run {run}" for run in (0, 1)]


def test_runs_are_compared_with_the_pipelines_that_they_were(content):
    assert fingerprints.bases(content, []) == {}
    content["fingerprints"]["pipelines"] = {"plain": "UNet"}
    assert fingerprints.bases(content, []) == dict.fromkeys(
        ["UNet, fan-only", "UNet, signature 2", "UNet, λ 0.001"], "plain"
    )


def test_without_the_section_nothing_is_planned(content):
    del content["fingerprints"]
    assert refusal(content) is None
    assert "fingerprints" not in overlay.read(ROOT / "config/smoke.yaml", ROOT / overlay.DEFAULTS)
    assert (fingerprints.files(content), fingerprints.devices(content)) == ([], {})


def test_the_plan_has_each_device_once_and_a_test_a_channel(checkout):
    def change(content):
        content["fingerprints"] = {**SECTION, "trained": [{"experiment": "cvpr2019", "runs": 1}]}

    jobs = checkout.plan("fingerprints", config=checkout.configuration(change))
    expected = {"simulate_device": 3, "evaluate_fingerprints": 2, "tabulate_fingerprints": 1, "plot": 2}
    assert expected.items() <= jobs.items()
    assert jobs["train_forensics"] == 3


@pytest.mark.parametrize("name", ["config", "paper"])
def test_shipped_configurations_ask_for_cameras_that_there_are(name):
    content = overlay.read(ROOT / f"config/{name}.yaml", ROOT / overlay.DEFAULTS)
    assert refusal(content) is None
    assert "fingerprints" in targets.names(content)
    assert targets.tabulated(content, "fingerprints") == [
        "results/tables/fingerprints.csv", "results/tables/fingerprints_changes.csv",
    ]  # fmt: skip
    learned = codecs.learned_channels(content)
    found = fingerprints.pipelines(content, learned)
    # Trained cameras are compared with what they were, with a signature and without.
    assert any("signature" in name for name in fingerprints.bases(content, learned))
    assert any("λ" in name for name in fingerprints.bases(content, learned))
    assert len(found) == {"config": 6, "paper": 30}[name]
