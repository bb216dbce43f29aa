"""The key `plugins`: networks and manipulations of a user's own module, named in the configuration."""

import sys

import pytest
from checked import ROOT, refusal
from planning.library import Library

from neural_imaging.study import plugins

PLUGIN = """
from neural_imaging.study.plugins import register

register("pipeline", "Half", "halves:Half")
register("manipulation", "halve", "halves:halve", strength=2, low=1, high=3, reach=0, most=8)
"""


def _with_plugin(content, manipulation="halve:3"):
    content["plugins"] = ["halving"]
    content.pop("robustness", None)
    content.pop("localisation", None)
    content.pop("attacks", None)
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
    assert "halve takes a strength from 0 to 8, not 9" in refusal(content)


def test_a_plugin_that_is_not_there_is_refused(folder, smoke_content, monkeypatch):
    monkeypatch.setenv(plugins.ENVIRONMENT, "")
    content = smoke_content()
    content["plugins"] = ["nowhere"]
    assert "plugins: plugin nowhere: cannot be imported" in refusal(content)
    content["plugins"] = ["../nowhere"]
    assert "plugins" in refusal(content)


def test_what_looks_for_networks_depends_on_a_plugins_file(halving):
    def code():
        library = Library(ROOT)
        return {program: library.code(program) for program in ("train_isp", "prepare_data")}

    without = code()
    plugins.announce(["halving"])
    announced = code()
    (halving / "halving.py").write_text(PLUGIN + "\n")
    changed = code()
    assert len({each["train_isp"] for each in (without, announced, changed)}) == 3
    assert len({each["prepare_data"] for each in (without, announced, changed)}) == 1


def test_a_plugin_is_planned_with(new_checkout):
    checkout = new_checkout("plugin")
    (checkout.folder / "halving.py").write_text(PLUGIN)
    assert checkout.plan("models", config=checkout.configuration(_with_plugin))["train_isp"]
