"""The key `plugins`: networks and manipulations of a user's own module, named in the configuration."""

import re
import sys

import pytest
from checked import refusal

from neural_imaging.study import plugins

PLUGIN = """
from neural_imaging.study.plugins import register

register("pipeline", "Half", "halves:Half")
register("manipulation", "halve", "halves:halve", strength=2, low=1, high=3, reach=0, most=8)
"""


def _with_plugin(content, manipulation="halve:3"):
    content["plugins"] = ["halving"]
    camera, protocol = next(iter(content["isps"])), next(iter(content["protocols"]))
    content["isps"][camera] |= {"model": "Half", "settings": {"share": 0.5}}
    content["protocols"][protocol]["manipulations"][0] = manipulation


@pytest.fixture
def halving(folder, monkeypatch):
    """The plugin in the working directory; afterwards it is forgotten."""
    (folder / "halving.py").write_text(PLUGIN)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(plugins, "_registered", {kind: {} for kind in plugins.KINDS})
    monkeypatch.setenv(plugins.ENVIRONMENT, "")
    yield folder
    sys.modules.pop("halving", None)


def test_names_of_a_plugin_stand_where_those_of_the_library_do(halving, smoke_content):
    content = smoke_content()
    _with_plugin(content)
    assert refusal(content) is None
    _with_plugin(content, "halve:9")
    assert "'halve:9': the strength must be a number from 0 to 8" in refusal(content)


def test_a_plugin_that_is_not_there_is_refused(folder, smoke_content, monkeypatch):
    monkeypatch.setenv(plugins.ENVIRONMENT, "")
    content = smoke_content()
    content["plugins"] = ["nowhere"]
    assert "plugins: plugin nowhere: cannot be imported" in refusal(content)
    content["plugins"] = ["../nowhere"]
    assert "plugins" in refusal(content)


def test_a_plugins_file_is_an_input_of_the_jobs_that_look_for_networks(new_checkout):
    checkout = new_checkout("plugin")
    (checkout.folder / "halving.py").write_text(PLUGIN)
    config = checkout.configuration(_with_plugin)
    done = checkout.snakemake("-n", "--configfile", config, "--", "models")
    assert done.returncode == 0, done.stderr
    inputs = dict(re.findall(r"rule (\w+):\n +input: (.*)", done.stdout))
    assert "halving.py" in inputs["train_isp"]
    assert "halving.py" in inputs["train_forensics"]
    assert "halving.py" not in inputs["prepare_data"]
