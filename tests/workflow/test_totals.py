"""What a plan says of a configuration: jobs, hours and GPU hours by stage."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from neural_imaging.study import overlay

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import plan  # noqa: E402
from planning import cost  # noqa: E402

DRY_RUN = """
[Mon Nov 23 15:00:00 2026]
rule train_forensics:
    input: results/data/D90/images.csv
    output: results/model.keras
    threads: 8
    resources: tmpdir=<TBD>, runtime=140, gpu=1, mem_mb=4000
[Mon Nov 23 15:00:00 2026]
localrule plot:
    output: results/figures/confusion.pdf
    resources: tmpdir=<TBD>, runtime=10
rule all:
    input: results/figures/confusion.pdf
"""


def test_hours_of_a_stage_are_those_of_its_jobs():
    training, figure, everything = plan.rows(plan.jobs(DRY_RUN))
    hours = (cost.START_EXPECTED + 120 / cost.SAFETY) / 60
    assert training == (
        "joint training",
        1,
        pytest.approx(hours),
        pytest.approx(8 * hours),
        pytest.approx(hours),
        140 / 60,
    )
    assert figure[:2] == ("figures", 1)
    assert everything[1] == 2
    assert everything[4] == pytest.approx(hours)


def test_every_rule_belongs_to_a_stage():
    for file in (ROOT / "workflow/rules").glob("*.smk"):
        for rule in re.findall(r"^rule (\w+):", file.read_text(encoding="utf-8"), re.MULTILINE):
            assert plan.stage(rule), rule


def test_time_grows_with_epochs_patch_and_width():
    protocol = overlay.read(ROOT / "config/paper.yaml", ROOT / overlay.DEFAULTS)["protocols"]["cvpr2019"]

    def minutes(gpu=False, **changes):
        config = {
            "protocols": {"a": protocol | {"margin": 0} | changes},
            "channels": {"plain": {"downsampling": "none", "factor": 1, "codec": "none"}},
            "isps": {"INet": {"model": "INet", "settings": {}}},
            "threads": {"training": 8},
            "gpu": gpu,
        }
        return cost.forensic_minutes(config, "a", "plain", "INet")

    for change in ({"epochs": 2002}, {"patch": 256}, {"fan": {"n_filters": 64}}, {"margin": 128}):
        assert minutes(**change) > 1.5 * minutes()
    assert minutes(gpu=True) < minutes()


def test_a_margin_reaches_as_far_as_the_unets_lowest_resolution():
    unet = {"model": "UNet", "settings": {"n_steps": 3}}
    protocols, channel = (
        ({}, {"margin": "reach"}, {"margin": 5}),
        {"downsampling": "pool", "factor": 2, "codec": "jpeg"},
    )
    assert [cost.margin(protocol, unet, channel) for protocol in protocols] == [40, 40, 5]
    assert cost.margin({}, unet, {**channel, "codec": "dcn", "name": "16c"}) > 40


def test_the_program_prints_the_papers_trainings():
    done = subprocess.run([sys.executable, "workflow/plan.py"], cwd=ROOT, capture_output=True, text=True, timeout=300)
    rows = {line[:26].strip(): line[26:].split() for line in done.stdout.splitlines()}
    # Protocol A alone has 4 cameras, 3 pipelines, 11 λ, 10 runs; tests/workflow/test_experiments.py counts them all.
    assert int(rows["joint training"][0].replace(",", "")) > 4 * 3 * 11 * 10
    assert float(rows["joint training"][3].replace(",", "")) > 100
    assert rows["tables"][3] == "0.0"
    # Each rule's time stands in profiles/default, which is loaded by itself.
    assert float(rows["tables"][4]) > 0
    # Eight threads each.
    assert float(rows["joint training"][2].replace(",", "")) > 7 * float(rows["joint training"][1].replace(",", ""))


def test_a_wrong_configuration_ends_with_its_message(tmp_path):
    (tmp_path / "wrong.yaml").write_text("cameras: {}\n")
    command = [sys.executable, "workflow/plan.py", "--configfile", str(tmp_path / "wrong.yaml")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2
    assert "configuration:" in done.stderr
    assert "Traceback" not in done.stderr
