"""Experiments are a few lines of configuration; what two of them share is made once."""

import itertools
import sys
from pathlib import Path

import yaml

from neural_imaging.study import overlay

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning import codecs, grid  # noqa: E402

PAPER = overlay.read(ROOT / "config/paper.yaml", ROOT / overlay.DEFAULTS)
# What a user writes for an experiment of their own.
MINE = """
protocol: iclr2020
cameras: [simulated]
isps: [INet, UNet]
channels: [jpeg50-alone, 4c]
lambda_isp: [fan-only]
lambda_codec: [basic, 0.001, 0.5]
runs: 2
examples: {camera: simulated, pipelines: [UNet], isp: UNet, channel: 4c, lambda_isp: fan-only, run: 0}
"""


def points(config, *names):
    """Folders of all points of experiments; those that several have stand there several times."""
    learned, chosen = codecs.learned_channels(config), [config["experiments"][name] for name in names]
    return [
        grid.run_path(experiment["protocol"], point)
        for experiment in chosen
        for point in grid.points(experiment, learned)
    ]


def with_mine(content):
    content["experiments"]["mine"] = yaml.safe_load(MINE)


def test_an_experiment_of_ones_own_needs_its_lines_alone(checkout):
    jobs = checkout.plan("mine", config=checkout.configuration(with_mine))
    # Two pipelines and two runs; behind the codec three weights.
    assert jobs["train_forensics"] == jobs["evaluate_forensics"] == 4 + 12
    assert jobs["train_isp"] == 2
    assert jobs["tabulate_forensics"] == 1
    assert jobs["plot"] > 5
    assert "tabulate_published" not in jobs


def test_points_that_two_experiments_share_are_trained_once(checkout):
    config = checkout.configuration(with_mine)
    jobs = checkout.plan("mine", "iclr2020", config=config)
    # Run 0 of UNet, behind JPEG and behind the codec with two weights, is in both.
    assert jobs["train_forensics"] == (4 + 1 - 1) + (12 + 2 - 2)


def test_points_of_another_experiment_are_not_trained_again(finished):
    jobs = finished.plan("mine", config=finished.configuration(with_mine))
    assert jobs["train_forensics"] == 3 + 10
    # INet was there for a figure.
    assert "train_isp" not in jobs


def test_the_papers_experiments_share_what_they_have_in_common():
    def shared(*names):
        found = points(PAPER, *names)
        return len(found) - len(set(found))

    # At quality 50: eight λ, five runs.
    assert shared("cvpr2019", "cvpr2019_qualities") == 8 * 5
    # DNet behind 18 qualities of JPEG, and three codecs as they are, three runs.
    assert shared("iclr2020", "fan_only") == (18 + 3) * 3
    assert shared("iclr2020", "iclr2020_pipeline_jpeg") == 5 * 3
    assert shared("iclr2020", "iclr2020_pipeline") == 3 * 3
    # Basic codecs with three λ of the pipeline.
    assert shared("iclr2020_both", "iclr2020_pipeline") == 3 * 3 * 3
    assert shared("iclr2020", "iclr2020_rgb") == 0


def test_the_papers_grid_is_planned_in_full_and_each_point_once(checkout):
    # benchmarks/planning.py tells how long it takes.
    jobs = checkout.plan(config="config/paper.yaml")
    found = points(PAPER, *PAPER["experiments"])
    assert len(found) > len(set(found)) == jobs["train_forensics"] > 2000
    assert jobs["train_isp"] == 4 * 3 + 1
    assert jobs["prepare_pictures"] == 1
    assert jobs["tabulate_forensics"] == len(PAPER["experiments"])
    # Two experiments of seven channels, three of them learned with three weights, and protocol A's four cameras.
    assert jobs["evaluate_fan"] == (2 * 4 + 4) * 3 + 2 * 3 * 3 * 3
    # Three pipelines with six weights and a signature, and twice one with two and a signature: behind channels that
    # vary, and without one of the manipulations.
    assert jobs["evaluate_robustness"] == (3 * (6 + 1) + 2 * (2 + 1)) * 3
    assert jobs["evaluate_localisation"] == 3 * (6 + 1) * 3
    assert jobs["evaluate_attacks"] == 1


def test_each_experiment_of_the_papers_is_a_target_of_its_own_name(checkout):
    listed = checkout.snakemake("--list", "--configfile", "config/paper.yaml")
    assert {*PAPER["experiments"], "transfer"} <= set(listed.stdout.split()), listed.stderr


def test_the_papers_trained_parts_are_all_there():
    """The codec alone, the pipeline alone, both, and neither."""
    experiments, seen = PAPER["experiments"], set()
    for name in ("iclr2020", "iclr2020_pipeline", "iclr2020_both"):
        pairs = itertools.product(experiments[name]["lambda_isp"], experiments[name].get("lambda_codec", ["basic"]))
        seen |= {(isp != "fan-only", codec != "basic") for isp, codec in pairs}
    assert seen == set(itertools.product((False, True), repeat=2))
    assert PAPER["protocols"]["iclr2020"]["trainable"] == ["isp", "codec"]
