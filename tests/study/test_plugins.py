"""Networks and manipulations from outside: registered by name, in this program or by a module that is a plugin."""

import sys

import numpy as np
import pytest

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.forensics import manipulations
from neural_imaging.study import plugins

PLUGIN = """
from neural_imaging.study.plugins import register

register("pipeline", "Half", "halves:Half")
register("manipulation", "halve", "halves:halve", strength=2, low=1, high=3, reach=0, most=8, idle=(1, 1))
"""
THINGS = """
import keras
from keras import layers
from neural_imaging.models.base import Network


@keras.saving.register_keras_serializable(package="halves")
class Half(Network):
    reach = 0

    def __init__(self, share=0.5, **others):
        stack = keras.Input((None, None, 4))
        images = layers.Rescaling(share)(layers.UpSampling2D(2)(stack)[..., :3])
        super().__init__(stack, images, {"share": share}, **others)


def halve(images, strength, seed):
    return images / strength
"""
NUMBERS = {"strength": 1, "low": 0, "high": 1, "reach": 0}


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """A folder with a plugin, in which programs run; afterwards all is forgotten."""
    (tmp_path / "halving.py").write_text(PLUGIN)
    (tmp_path / "halves.py").write_text(THINGS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(plugins, "_registered", {kind: {} for kind in plugins.KINDS})
    monkeypatch.setenv(plugins.ENVIRONMENT, "halving")
    yield tmp_path
    for name in ("halving", "halves"):
        sys.modules.pop(name, None)


def test_a_network_of_a_plugin_is_made_saved_and_loaded_like_the_librarys_own(plugin):
    assert "Half" in models.names()
    assert "Half" in models.pipelines()
    network = models.create("Half", share=0.25)
    assert np.allclose(network(np.ones((1, 4, 4, 4), np.float32)), 0.25)
    network.save("half.keras")
    assert models.load("half.keras").settings == {"share": 0.25}
    with pytest.raises(UserError, match="has no setting 'depth'"):
        models.create("Half", depth=1)


def test_a_manipulation_of_a_plugin_has_its_strengths(plugin):
    images = np.full((1, 8, 8, 3), 0.5, np.float32)
    assert np.allclose(manipulations.manipulate(images, "halve"), 0.25)
    assert np.allclose(manipulations.manipulate(images, "halve:5"), 0.1)
    with pytest.raises(UserError, match="from 0 to 8"):
        manipulations.manipulate(images, "halve:9")
    with pytest.raises(UserError, match="'halve:1' leaves pictures as they are"):
        manipulations.classes(["halve:1"])


def test_planning_imports_a_plugin_but_not_what_it_names(plugin):
    assert "halve" in plugins.registered("manipulation")
    assert "halves" not in sys.modules
    assert plugins.files() == ["halving.py"]


def test_of_a_package_all_modules_count(plugin, monkeypatch):
    (plugin / "several").mkdir()
    for name in ("__init__", "more"):
        (plugin / f"several/{name}.py").write_text("")
    monkeypatch.setenv(plugins.ENVIRONMENT, "several")
    monkeypatch.syspath_prepend(plugin)
    assert plugins.files() == ["several/__init__.py", "several/more.py"]


def test_mistakes_are_one_line(plugin, monkeypatch):
    with pytest.raises(UserError, match="'filter' is no kind of thing; there are pipeline, codec, manipulation"):
        plugins.register("filter", "x")
    with pytest.raises(UserError, match="unlike 'a/b'"):
        plugins.register("codec", "a/b", "x:y")
    with pytest.raises(UserError, match="given are strength"):
        plugins.register("manipulation", "x", "x:y", strength=1)
    with pytest.raises(UserError, match="takes no numbers"):
        plugins.register("pipeline", "X", "x:y", reach=1)
    plugins.register("pipeline", "Lost", "halves:Lost")
    with pytest.raises(UserError, match="has no 'Lost'"):
        models.create("Lost")
    plugins.register("pipeline", "UNet", "halves:Half")
    with pytest.raises(UserError, match="cannot register UNet, which the library has"):
        models.names()
    plugins.register("manipulation", "jpeg", "halves:halve", **NUMBERS)
    with pytest.raises(UserError, match="cannot register jpeg"):
        manipulations.names()
    monkeypatch.setenv(plugins.ENVIRONMENT, "nowhere")
    with pytest.raises(UserError, match="plugin nowhere: cannot be imported"):
        plugins.files()
