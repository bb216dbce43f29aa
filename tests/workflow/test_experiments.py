"""Experiments are a few lines of configuration; what two of them share is made once."""

import itertools

import yaml
from checked import ROOT, points

from neural_imaging.study import overlay

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
