"""Fingerprints behind pipelines in the plan: which devices and pipelines, and one line a mistake."""

import pytest
from checked import ROOT, check_refusal, refusal
from planning import fingerprints

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
    "devices and folders": ({"folders": {"a": ".", "b": "."}}, ["fingerprints: has both devices"]),
    "one device": ({"devices": {**SECTION["devices"], "count": 1}}, ["fingerprints.devices.count", "from 2"]),
    "large patches": ({"patches": [512]}, ["fingerprints.patches: 512 pixels do not fit into photographs, 256"]),
    "large patches behind a channel": (
        {"patches": [64, 256]},
        ["fingerprints.patches: 256 pixels do not fit into what is received behind jpeg50, 128 pixels a side"],
    ),
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
    assert "fingerprints: needs one of the keys 'devices', 'folders'" in refusal(content)


def test_devices_of_a_camera_that_is_not_simulated_are_refused(content):
    content["cameras"]["real"] = {"source": "folder", "path": "."}
    content["fingerprints"] |= {"camera": "real", "trained": []}
    del content["fingerprints"]["trained"]
    assert "fingerprints.devices: camera real is not simulated; name folders of real devices" in refusal(content)


def test_programs_get_files_of_models_and_folders_of_devices(content):
    assert refusal(content) is None
    found = fingerprints.pipelines(content, [])
    assert found["net"] == "results/isp/simulated/INet/model.keras"
    assert found["plain"] == "libRAW"
    runs = [path for name, path in found.items() if name.endswith("-run0")]
    assert runs
    assert all(path.startswith("results/forensics/cvpr2019/camera~simulated/") for path in runs)
    assert fingerprints.devices(content) == {f"device-{number}": f"results/devices/{number}" for number in (1, 2, 3)}
    assert fingerprints.scenes(content)["flat_fields"] == 6
    assert fingerprints.channels(content) == ["none", "jpeg50"]
    content["fingerprints"]["folders"] = {"first": "a", "second": "b"}
    del content["fingerprints"]["devices"]
    assert fingerprints.devices(content) == {"first": "a", "second": "b"}
    assert fingerprints.made(content) == []


def test_without_the_section_nothing_is_planned(content):
    del content["fingerprints"]
    assert refusal(content) is None
    assert (fingerprints.files(content), fingerprints.devices(content)) == ([], {})


def test_the_plan_has_each_device_once_and_a_test_a_channel(checkout):
    def change(content):
        content["fingerprints"] = {**SECTION, "trained": [{"experiment": "cvpr2019", "runs": 1}]}

    jobs = checkout.plan("fingerprints", config=checkout.configuration(change))
    expected = {"simulate_device": 3, "evaluate_fingerprints": 2, "tabulate_fingerprints": 1, "plot": 1}
    assert expected.items() <= jobs.items()
    assert jobs["train_forensics"] == len([name for name in fingerprints_of(change) if name.endswith("-run0")])


def fingerprints_of(change):
    content = overlay.read(ROOT / "config/smoke.yaml", ROOT / overlay.DEFAULTS)
    change(content)
    return fingerprints.pipelines(content, [])
