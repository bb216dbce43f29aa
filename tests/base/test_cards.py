"""Trainings side by side on one machine: each has a graphics card of its own. The cards are a list that we print."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
import yte

from neural_imaging.base import cards

ROOT = Path(__file__).resolve().parents[2]
# A training's first line, and then its work: until its standard input ends.
PROGRAM = """
import os, sys
from neural_imaging.base import cards

print(cards.claim(pause=0.05), os.environ.get("CUDA_VISIBLE_DEVICES"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Make a machine with so many cards; gives their names."""

    def make(count):
        names = [f"GPU-{uuid.uuid4()}" for _ in range(count)]
        lines = "\n".join(f"{number}, {name}" for number, name in enumerate(names))
        program = tmp_path / "bin/nvidia-smi"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\ncat <<END\n{lines}\nEND\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        monkeypatch.setenv("PYTHONPATH", str(ROOT / "lib"))
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        made.extend(names)
        return names

    made = []
    yield make
    for name in made:
        (cards.LOCKS / f"neural-imaging-{name}.lock").unlink(missing_ok=True)


@pytest.fixture
def training():
    """Start a training, which claims a card; all end with the test."""
    started = []

    def start(**environment):
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM], env={**os.environ, **environment}, text=True, **pipes
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_no_two_trainings_have_the_same_card(machine, training):
    names = machine(3)
    lines = [process.stdout.readline().split() for process in [training() for _ in names]]
    assert sorted(card for card, _ in lines) == sorted(names)
    # What CUDA sees is that card alone.
    assert all(card == seen for card, seen in lines)


def test_a_training_without_a_free_card_waits_for_the_end_of_another_though_it_be_a_kill(machine, training):
    (name,) = machine(1)
    first = training()
    assert first.stdout.readline().split()[0] == name
    second = training()
    assert "waits for a graphics card" in second.stderr.readline()
    first.kill()
    assert second.stdout.readline().split()[0] == name


def test_cards_that_others_have_hidden_are_not_taken(machine, training):
    names = machine(3)
    for allowed, expected in (("2", names[2]), (names[1], names[1]), (names[0][:12], names[0])):
        assert training(CUDA_VISIBLE_DEVICES=allowed).stdout.readline().split()[0] == expected
    for hidden in ("", "-1"):
        assert training(CUDA_VISIBLE_DEVICES=hidden).stdout.readline().split()[0] == "None"


def test_a_machine_without_cards_has_none(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert cards.claim() is None
    assert "CUDA_VISIBLE_DEVICES" not in os.environ


@pytest.mark.parametrize(("visible", "count"), [("0,1,2,3", 4), ("GPU-1", 1), ("", 1)])
def test_as_many_trainings_run_side_by_side_as_there_are_cards(monkeypatch, visible, count):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    profile = (ROOT / "profiles/default/config.yaml").read_text(encoding="utf-8")
    assert yte.process_yaml(profile, require_use_yte=True)["resources"] == [f"gpu={count}"]


@pytest.mark.parametrize("program", ["train_isp", "train_dcn", "train_forensics"])
def test_every_training_claims_a_card(program, machine, training, tmp_path):
    (name,) = machine(1)
    holder = training()
    assert holder.stdout.readline().split()[0] == name
    needed = {"train_isp": [], "train_dcn": [], "train_forensics": ["--isp-model=x.keras", "--lambda-isp=0.1"]}[program]
    command = [sys.executable, str(ROOT / f"scripts/{program}.py"), "--images=none.csv", *needed]
    process = subprocess.Popen(
        [*command, f"--output={tmp_path / 'model.keras'}"], stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    try:
        assert "waits for a graphics card" in process.stderr.readline()
    finally:
        process.kill()
        process.communicate()
