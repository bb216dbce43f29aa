"""Whether an experiment is the papers' full protocol is computed from both configurations."""

import copy
from pathlib import Path

import pytest
import yaml

from neural_imaging.base.errors import UserError
from neural_imaging.study import overlay
from neural_imaging.tables import scale

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture(scope="module")
def paper():
    return overlay.read(CONFIG / "paper.yaml", CONFIG / "config.yaml")


@pytest.fixture
def ours(paper):
    return copy.deepcopy(paper)


PIPELINE = ("cvpr2019", {"camera": "D90", "isp": "UNet", "channel": "jpeg50"}, ["lambda_isp"])
CODEC = ("iclr2020", {"camera": "D90", "isp": "DNet", "channel": "16c"}, ["lambda_codec"])


def test_the_papers_protocol_differs_in_nothing_from_itself(ours, paper):
    assert scale.of_experiment(ours, paper, *PIPELINE) == []
    assert scale.of_experiment(ours, paper, *CODEC) == []
    for data_set in ("raw", "clic", "kodak", None):
        assert scale.of_study(ours, paper, "iclr2020", data_set) == []


def test_the_reference_is_what_the_papers_did(paper):
    # Facts of the papers; a changed reference would make any run a full one.
    protocol = paper["protocols"]["cvpr2019"]
    numbers = {"patch": 128, "batch": 20, "epochs": 1001, "steps": 6, "learning_rate": 1e-4, "decay": 0.85}
    assert {key: protocol[key] for key in numbers} == numbers
    assert protocol["manipulations"][0] == "sharpen-cvpr2019:3.3333"
    assert [protocol[key] for key in ("margin", "double_softmax", "first_decay", "discard")] == [0, True, True, "none"]
    # Flat patches are avoided in validations alone, in all three papers.
    for part in (protocol, paper["protocols"]["iclr2020"], paper["isps"]["UNet"]["training"]):
        assert [part["discard"], part["validation_discard"]] == ["none", "flat"]
    assert protocol["validation_patches"] * paper["cameras"]["D90"]["validation"] == 3000
    assert paper["experiments"]["cvpr2019"]["runs"] == 10
    assert [paper["cameras"]["D90"][key] for key in ("train", "validation")] == [120, 30]
    assert paper["isps"]["UNet"]["training"]["epochs"] == 25000
    assert paper["channels"]["jpeg50"]["rounding"] == "sin"
    assert paper["protocols"]["iclr2020"]["epochs"] == paper["codecs"]["16c"]["training"]["epochs"] == 2500
    assert paper["experiments"]["iclr2020"]["runs"] >= 3


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda one: one["protocols"]["cvpr2019"].update(epochs=30), "protocol.epochs 30 (paper 1001)"),
        (lambda one: one["protocols"]["cvpr2019"]["evaluation"].update(patches=9), "evaluation.patches 9 (paper 100)"),
        (lambda one: one["isps"]["UNet"]["settings"].update(n_filters=8), "pipeline.settings.n_filters 8 (paper 32)"),
        (lambda one: one["isps"]["UNet"]["training"].update(patch=32), "pipeline.training.patch 32 (paper 64)"),
        (lambda one: one["channels"]["jpeg50"].update(rounding="soft"), "channel.rounding soft (paper sin)"),
        (lambda one: one["cameras"]["D90"].update(train=12), "camera.train 12 (paper 120)"),
        (lambda one: one["cameras"].update(D90={"source": "simulated", "train": 120, "validation": 30}), "a simulated"),
        (lambda one: one["cameras"]["D90"].update(model="Nikon D7000"), "camera Nikon D7000 (paper Nikon D90)"),
        (lambda one: one["experiments"]["cvpr2019"].update(runs=3), "runs 3 (paper 10)"),
        (lambda one: one["experiments"]["cvpr2019"].update(lambda_isp=["fan-only", 0.1]), "lambda_isp without 0.0001"),
        (lambda one: one["protocols"]["cvpr2019"].update(precision="mixed_bfloat16"), "protocol.precision mixed_bf"),
    ],
)
def test_each_setting_that_is_another_one_is_named(ours, paper, change, difference):
    change(ours)
    found = scale.of_experiment(ours, paper, *PIPELINE)
    assert len(found) == 1
    assert difference in found[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one["cameras"].update(D90={"source": "folder", "path": "/photos", "train": 120, "validation": 30}),
        lambda one: one["protocols"]["cvpr2019"].update(deterministic=False),
        lambda one: one["experiments"]["cvpr2019"].update(runs=20),
        lambda one: one["experiments"]["cvpr2019"]["lambda_isp"].append(0.2),
        # Another part of the configuration.
        lambda one: one["protocols"]["iclr2020"].update(epochs=1),
    ],
)
def test_what_changes_no_result_or_only_adds_to_it_leaves_the_protocol_full(ours, paper, change):
    change(ours)
    assert scale.of_experiment(ours, paper, *PIPELINE) == []


def test_a_learned_codec_counts_with_its_network_its_training_and_its_pictures(ours, paper):
    ours["codecs"]["16c"]["training"]["epochs"] = 5
    ours["pictures"]["mixed"] |= {"train": 100, "scenes": {}}
    found = scale.of_experiment(ours, paper, *CODEC)
    assert found == [
        "codec.training.epochs 5 (paper 2500)", "pictures: procedural scenes", "pictures.train 100 (paper 10000)",
    ]  # fmt: skip
    assert scale.of_study(ours, paper, "iclr2020", "kodak")[0] == "codec.training.epochs 5 (paper 2500)"
    # How long a codec takes does not depend on how it has learned.
    assert scale.of_network(ours, paper, "16c", "16c") == []


def test_a_data_set_that_the_papers_do_not_have_is_named(ours, paper):
    ours["data_sets"]["mine"] = {"folders": ["x"], "side": 512, "cut": "crop"}
    ours["codec_studies"]["iclr2020"] |= {"data_sets": ["mine"], "codecs": ["16c"]}
    assert scale.of_study(ours, paper, "iclr2020", "mine") == ["codecs without 32c, 64c", "data set mine"]


def test_the_demo_is_reduced(paper):
    demo = yaml.safe_load((CONFIG / "config.yaml").read_text(encoding="utf-8"))
    labels = scale.shown(demo["experiments"]["cvpr2019"])
    found = scale.of_experiment(demo, paper, "cvpr2019", labels, ["lambda_isp"])
    assert "a simulated camera" in found
    assert any(text.startswith("runs 3") for text in found)


def test_a_reference_without_the_experiment_is_refused(ours, paper):
    with pytest.raises(UserError, match=r"papers' protocol has no experiments\.cvpr2019"):
        scale.of_experiment(ours, {**paper, "experiments": {}}, *PIPELINE)


def test_a_channel_of_steps_differs_from_that_of_the_papers(paper):
    ours = copy.deepcopy(paper)
    ours["channels"]["jpeg50"] = {"steps": [{"step": "resize", "factor": 2}, {"step": "jpeg", "quality": 50}]}
    labels = {"camera": "D90", "isp": "UNet", "channel": "jpeg50"}
    differs = scale.of_experiment(ours, paper, "cvpr2019", labels, ["lambda_isp"])
    assert differs
    assert all(text.startswith("channel.") for text in differs)
