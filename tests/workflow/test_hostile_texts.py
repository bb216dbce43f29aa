"""No text of the configuration reaches a shell as anything but itself."""

import copy
import json
import os
import re
import shlex
import subprocess

import pytest
from checked import ROOT, configuration, put, refusal

HOSTILE = """a $(touch PWNED) `touch PWNED` ';touch PWNED;' "&touch PWNED&" ä"""
# Numbers that a rule has of its own, not of the configuration's texts.
NUMBERS = "{threads}"


# Inputs of jobs, in which Snakemake takes braces for wildcards.
FILES = ("tradeoff", "confusion", "rate_distortion", "channelwise", "runtime")
# Other texts that are files.
LISTS = ("list", "checksums")


def _places(value, place=()):
    """Where texts stand in a configuration."""
    if isinstance(value, str):
        yield place
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(inner, (*place, key))


@pytest.fixture(scope="module")
def content(smoke_content):
    """The smoke configuration, with a text wherever one can be."""
    # Without YAML's aliases, so that each text is in one place.
    content = json.loads(json.dumps(smoke_content()))
    content["cameras"] |= {
        "own": {"source": "folder", "path": "p", "model": "m", "train": 1, "validation": 1},
        "pictures": {"source": "pictures", "path": "p", "train": 1, "validation": 1},
        "raise": {
            "source": "raise",
            "list": "p",
            "model": "m",
            "count": 2,
            "train": 1,
            "validation": 1,
            "address": "https://example.org/",
            "checksums": "p",
        },
        "mit5k": {"source": "mit5k", "photos": ["1-7"], "model": "m", "train": 1, "validation": 1},
        "scenes": {**content["cameras"]["simulated"], "scenes": {"folder": "p"}},
    }
    content["data_sets"]["own"] = {"folders": ["p"], "side": 192, "cut": "crop"}
    content["pictures"]["scenes"]["folders"] = ["p"]
    content["codec_studies"]["iclr2020"]["data_sets"].append("own")
    # So that jobs of each camera are planned.
    content["pictures"]["scenes"]["cameras"] = ["own", "pictures", "raise", "mit5k", "scenes"]
    assert refusal(content) is None
    return content


@pytest.fixture(scope="module")
def places(content):
    """Where that has texts."""
    return list(_places(content))


def test_each_text_is_refused_in_a_line_or_used_and_nothing_runs(content, places, new_checkout, tmp_path):
    used = {}
    for place in places:
        is_file = place[-1] in FILES
        text = f"{HOSTILE}/{HOSTILE}.csv" if is_file else f"{HOSTILE} {{brace}}"
        text = f"{text}.csv" if place[-1] in LISTS else text
        changed = copy.deepcopy(content)
        put(changed, place, text)
        line = refusal(changed)
        assert line is None or "\n" not in line
        assert line is None or not is_file, line
        # A profile is looked up in resources/cameras.yaml.
        if line is None and place[-1] != "profile":
            used[place] = text
    assert {"path", "folder", *FILES, *LISTS} <= {place[-1] for place in used}

    def put_all(smoke):
        smoke.clear()
        smoke.update(copy.deepcopy(content))
        for place, text in used.items():
            put(smoke, place, text)

    checkout = new_checkout("hostile")
    for name in (HOSTILE, f"{HOSTILE} {{brace}}"):
        (checkout.folder / name).mkdir()
    for name in (f"{HOSTILE}/{HOSTILE}.csv", f"{HOSTILE} {{brace}}.csv"):
        (checkout.folder / name).touch()
    path = checkout.configuration(put_all)
    planned = checkout.snakemake("-n", "-p", "--quiet", "host", "--forceall", "--configfile", path)
    assert planned.returncode == 0, planned.stdout + planned.stderr
    commands = re.findall(r"^Shell command: (python .*)$", planned.stdout, flags=re.MULTILINE)
    # The commands as they are, with a program that does nothing in Python's place.
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python").write_text("#!/bin/sh\n")
    (programs / "python").chmod(0o755)
    for command in set(commands):
        folder = tmp_path / "run"
        folder.mkdir(exist_ok=True)
        (folder / shlex.split(command)[-1]).parent.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
        subprocess.run(["bash", "-c", command], cwd=folder, env=environment, check=True, capture_output=True)
    assert sum("touch PWNED" in command for command in commands) >= 8
    assert not [*tmp_path.rglob("PWNED*"), *checkout.folder.rglob("PWNED*")]


def test_a_brace_in_the_name_of_an_input_is_refused(content, places):
    for place in places:
        if place[-1] in FILES:
            changed = copy.deepcopy(content)
            put(changed, place, "a{b}.csv")
            assert "braces" in refusal(changed)


@pytest.mark.parametrize("text", ["a\nb", "a\n", "a\0b", "a\u2028b"])
def test_a_text_that_does_not_fit_on_a_line_is_refused_everywhere(content, places, text):
    for place in places:
        changed = copy.deepcopy(content)
        put(changed, place, text)
        line = refusal(changed)
        assert line is not None, place
        assert "\n" not in line
        assert configuration.texts.where(place) in line


def test_every_field_of_every_command_is_quoted():
    for path in sorted((ROOT / "workflow/rules").glob("*.smk")):
        for block in re.findall(r'^ +shell:\n((?: +".*"\n)+)', path.read_text(encoding="utf-8"), flags=re.MULTILINE):
            fields = set(re.findall(r"\{[^}]*\}", block)) - {NUMBERS}
            assert all(field.endswith(":q}") for field in fields), (path.name, fields)
