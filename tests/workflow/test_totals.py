"""What a plan says of a configuration: jobs, operations, hours and GPU hours by stage."""

import collections
import contextlib
import functools
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from checked import points

from neural_imaging.base import texts
from neural_imaging.base.errors import UserError
from neural_imaging.study import operations, overlay

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import plan  # noqa: E402
from planning import cost, machine, work  # noqa: E402

DRY_RUN = """
[Mon Nov 23 15:00:00 2026]
rule train_forensics:
    input: results/data/D90/images.csv
    output: results/model.keras
    wildcards: protocol=cvpr2019, camera=D90, isp=UNet, channel=jpeg50, lambda_isp=0.1, lambda_codec=none, run=0
    threads: 8
    resources: tmpdir=<TBD>, runtime=140, gpu=1, mem_mb=4000
[Mon Nov 23 15:00:00 2026]
localrule plot:
    output: results/figures/confusion.pdf
    resources: tmpdir=<TBD>, runtime=10
rule all:
    input: results/figures/confusion.pdf
"""


RUN = {"protocol": "cvpr2019", "camera": "D90", "isp": "UNet", "channel": "jpeg50", "lambda_codec": "none"}


@functools.cache
def papers():
    """The papers' configuration, complete; not to be changed."""
    return overlay.complete(texts.of_file(ROOT / overlay.DEFAULTS), texts.of_file(ROOT / "config/paper.yaml"))


def made_up(parts, card=None, cores=4):
    """Rates of a machine that computes an operation in a picosecond, and goes through a pixel in a nanosecond."""
    seconds = {part: 1e-12 if "network" in part else 1e-30 if "step" in part else 1e-9 for part in parts}
    return {"cores": cores, "threads": cores, "side_by_side": 1, "backend": "none", "card": card, "seconds": seconds}


def rates(config, jobs, **facts):
    """The same for the parts of jobs."""
    return made_up({part for job in jobs for part in cost.parts(config, job.rule, job.wildcards)}, **facts)


def test_hours_of_a_stage_are_those_of_its_jobs():
    jobs = plan.jobs(DRY_RUN)
    amounts = work.forensic(papers(), **RUN, lambda_isp="0.1")
    counted = work.operations_of(amounts)
    pixels = sum(amount for part, amount in amounts.items() if "network" not in part and "step" not in part)
    training, figure, everything = plan.rows(papers(), jobs, rates(papers(), jobs, card="a card"))
    hours = (cost.START_EXPECTED * 60 + counted * 1e-12 + pixels * 1e-9) / 3600
    assert training == {
        "stage": "joint training",
        "jobs": 1,
        "PFLOP": pytest.approx(counted / 1e15),
        "hours": pytest.approx(hours),
        # It may use eight threads; the machine has four.
        "core hours": pytest.approx(4 * hours),
        "GPU hours": pytest.approx(hours),
        "hours asked for": 140 / 60,
    }
    assert figure["stage"] == "figures"
    assert everything["jobs"] == 2
    assert everything["GPU hours"] == pytest.approx(hours)


def test_without_a_card_there_are_no_gpu_hours_and_without_rates_no_hours():
    jobs = plan.jobs(DRY_RUN)
    assert plan.rows(papers(), jobs, rates(papers(), jobs))[-1]["GPU hours"] == 0
    alone = plan.rows(papers(), jobs)[-1]
    assert set(alone) == set(plan.COLUMNS) - set(plan.MEASURED)
    assert "core hours" not in plan.table([alone])


def test_what_learns_costs_more_and_a_pipeline_that_stays_is_gone_through_once():
    def counted(**changes):
        return work.forensic(papers(), **{**RUN, "lambda_isp": "0.1", **changes})

    def of(amounts, network):
        return sum(amount for part, amount in amounts.items() if json.loads(part).get("network") == network)

    joint, alone = counted(), counted(lambda_isp="fan-only")
    assert of(joint, "FAN") == of(alone, "FAN")
    # Each of 1001 epochs of 6 batches of 20 patches, and 30 photographs with 100 patches at 20 validations.
    patch = operations.forward("UNet", {}, 128)
    assert of(alone, "UNet") == patch * (1001 * 6 * 20 + 20 * 30 * 100)
    assert of(joint, "UNet") == patch * (3 * 1001 * 6 * 20 + 20 * 30 * 100)
    # With a margin it develops each photograph once, which is less than all those patches.
    whole = {"protocol": "cvpr2019_whole", "channel": "jpeg50-whole", "lambda_isp": "fan-only"}
    assert 0 < of(counted(**whole), "UNet") < of(alone, "UNet")
    # A learned codec that stays is gone through once, or twice where the gradient passes it.
    codec = {"protocol": "iclr2020", "channel": "16c", "isp": "DNet"}
    once, twice, learning = (
        of(counted(**codec, lambda_isp=isp, lambda_codec=weight), "TwitterDCN")
        for isp, weight in (("fan-only", "basic"), ("0.1", "basic"), ("fan-only", "1"))
    )
    assert once < twice < learning


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
            "isps": {"INet": {"model": "INet", "settings": {}, "training": {}}},
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


@pytest.mark.parametrize(
    ("protocol", "isp", "channel"),
    [
        ("cvpr2019_whole", "INet", "jpeg50-whole"),
        ("cvpr2019_whole", "UNet", "jpeg-varied"),
        ("cvpr2019", "DNet", "jpeg50"),
        ("iclr2020", "DNet", "pool"),
        ("iclr2020", "INet", "jpeg50-alone"),
        ("iclr2020_rgb", "ONet", "none"),
    ],
)
def test_margins_that_are_counted_are_those_of_trainings_or_a_little_more(protocol, isp, channel):
    from neural_imaging import models
    from neural_imaging.forensics import margins
    from neural_imaging.forensics.channel import Channel

    training, pipeline, steps = papers()["protocols"][protocol], papers()["isps"][isp], papers()["channels"][channel]
    network = models.create(pipeline["model"], **pipeline["settings"])
    needed = margins.plan(training.get("margin", "reach"), network, Channel(**steps), training["manipulations"])
    assert 0 <= work.margins(training, pipeline, steps)[0] - needed.cells <= 8


@pytest.mark.parametrize(("factor", "side"), [(2, 128), (3, 120), ([2, 3], 96)])
def test_channels_are_measured_on_pictures_that_their_factors_divide(factor, side):
    channel = {"downsampling": "pool", "factor": factor, "codec": "jpeg", "rounding": "soft"}
    config = {**papers(), "channels": {"smaller": channel}}
    parts = map(json.loads, work.forensic(config, "cvpr2019", "smaller", "INet"))
    assert [part["side"] for part in parts if "channel" in part] == [side]


@pytest.fixture(scope="module")
def papers_plan():
    """Jobs of the papers' configuration, and what the program prints of them for a made-up machine."""
    planned, read = [], plan.jobs

    def measured(parts, threads, trainings, own_card):
        assert threads == 8
        assert own_card
        assert trainings > 4 * 3 * 11 * 10
        return made_up(parts, card="a card", cores=8)

    with pytest.MonkeyPatch.context() as patched, contextlib.redirect_stdout(io.StringIO()) as printed:
        patched.setattr(machine, "measured", measured)
        patched.setattr(plan, "jobs", lambda text: planned.extend(read(text)) or planned)
        patched.setattr(sys, "argv", ["plan.py"])
        plan.main()
    return planned, printed.getvalue()


def test_the_papers_grid_is_planned_in_full_and_each_point_once(papers_plan):
    # benchmarks/planning.py tells how long it takes.
    jobs = collections.Counter(job.rule for job in papers_plan[0])
    experiments = papers()["experiments"]
    found = points(papers(), *experiments)
    assert len(found) > len(set(found)) == jobs["train_forensics"] > 2000
    # ONet, and ClassicISP, whose fingerprints are compared with others'.
    assert jobs["train_isp"] == 4 * 3 + 2
    assert jobs["prepare_pictures"] == 1
    assert jobs["tabulate_forensics"] == len(experiments)
    # Two experiments of seven channels, three of them learned with three weights, and protocol A's four cameras.
    assert jobs["evaluate_fan"] == (2 * 4 + 4) * 3 + 2 * 3 * 3 * 3
    # Three pipelines with six weights and a signature, and twice one with two and a signature: behind channels that
    # vary, and without one of the manipulations.
    assert jobs["evaluate_robustness"] == (3 * (6 + 1) + 2 * (2 + 1)) * 3
    assert jobs["evaluate_localisation"] == 3 * (6 + 1) * 3
    assert jobs["evaluate_attacks"] == 1
    assert jobs["train_dcn"] == 3
    assert jobs["profile_codec"] == 3 * (3 + len(papers()["codec_studies"]["iclr2020"]["rivals"]))


def test_the_program_prints_the_papers_trainings(papers_plan):
    _, *lines, last = papers_plan[1].splitlines()
    rows = {line[:26].strip(): [float(text.replace(",", "")) for text in line[26:].split()] for line in lines}
    # Protocol A alone has 4 cameras, 3 pipelines, 11 λ, 10 runs; the test above counts them all.
    number, counted, hours, core_hours, gpu_hours, asked = rows["joint training"]
    assert number > 4 * 3 * 11 * 10
    # The least of them has more than two.
    assert counted > 2 * number
    assert hours == gpu_hours > 100
    assert asked > hours
    # Eight threads each.
    assert core_hours == pytest.approx(8 * hours, rel=0.01)
    assert rows["tables"][4] == 0
    # Each rule's time stands in profiles/default, which is loaded by itself.
    assert rows["tables"][5] > 0
    assert last.endswith("hours with one such card")


def _plan(*arguments, **environment):
    command = [sys.executable, "workflow/plan.py", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, **environment)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        ("[1]", "holds no rates of a machine"),
        (json.dumps({"cores": 1, "threads": 1, "side_by_side": 1, "backend": "", "card": None, "seconds": {"a": "b"}}),
         "holds no rates of a machine"),
        (json.dumps({"cores": 1, "threads": 1, "side_by_side": 1, "backend": "", "card": None, "seconds": {"a": 1}}),
         "has no rate of 1 of 2 parts of this configuration, such as b"),
    ],
)  # fmt: skip
def test_a_file_without_the_rates_is_refused(content, words, tmp_path):
    path = tmp_path / "rates.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UserError, match=words):
        machine.read(path, ["a", "b"])


def test_without_a_backend_there_are_counts_and_a_line_that_says_why(tmp_path):
    # TensorFlow, JAX and PyTorch cannot all be missing here, so that one is named which is not installed.
    missing = next((name for name in ("torch", "jax") if importlib.util.find_spec(name) is None), None)
    if missing is None:
        pytest.skip("all backends are installed")
    done = _plan("--configfile", "config/smoke.yaml", env={**os.environ, "KERAS_BACKEND": missing})
    assert done.returncode == 0, done.stderr
    first, head, *_ = done.stdout.splitlines()
    assert "nothing can be measured" in first
    assert "is not installed" in first
    assert head.split()[:3] == ["stage", "jobs", "PFLOP"]
    assert "core hours" not in head


def test_the_machine_is_measured_and_its_rates_are_kept(tmp_path):
    target = "results/isp/simulated/UNet/model.keras"
    done = _plan("--configfile", "config/smoke.yaml", "--measure", tmp_path / "rates.json", target)
    assert done.returncode == 0, done.stderr
    assert "core hours" in done.stdout
    assert re.search(r"about [0-9.]+ hours on \d+ cores|hours with one such card", done.stdout)
    config = overlay.complete(texts.of_file(ROOT / overlay.DEFAULTS), texts.of_file(ROOT / "config/smoke.yaml"))
    kept = machine.read(tmp_path / "rates.json", list(work.isp(config, "UNet")))
    # An operation takes something, and no network needs a microsecond for one.
    assert all(0 < seconds < 1e-6 for part, seconds in kept["seconds"].items() if "network" in part)


def test_a_wrong_configuration_ends_with_its_message(tmp_path):
    (tmp_path / "wrong.yaml").write_text("cameras: {}\n")
    command = [sys.executable, "workflow/plan.py", "--configfile", str(tmp_path / "wrong.yaml")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2
    assert "configuration:" in done.stderr
    assert "Traceback" not in done.stderr
