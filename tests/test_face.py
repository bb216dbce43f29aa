"""`import neural_imaging as ni`: light, complete, documented, and with examples that run."""

import ast
import doctest
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import neural_imaging as ni
from neural_imaging.base.errors import UserError
from neural_imaging.study import plugins

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty working directory; what an example registers is forgotten."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plugins, "_registered", {kind: {} for kind in plugins.KINDS})


def test_the_face_loads_no_backend_until_it_is_needed():
    program = "import neural_imaging as ni, sys; ni.UserError, ni.register; print([n in sys.modules for n in MODULES])"
    program = program.replace("MODULES", "('keras', 'tensorflow', 'numpy', 'pandas')")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "lib")}
    printed = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert printed.stdout.strip() == "[False, False, False, False]", printed.stderr


def test_tools_that_read_the_source_see_every_name():
    tree = ast.parse(Path(ni.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module != "typing"]
    seen = {
        alias.asname or alias.name: f"{node.module.removeprefix('neural_imaging.')}:{alias.name}"
        for node in imports
        for alias in node.names
    }
    assert seen == ni._HOMES
    assert set(ni.__all__) <= set(dir(ni))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'devlop'"):
        ni.devlop  # noqa: B018


def test_a_mistake_is_a_value_error():
    with pytest.raises(ValueError, match="not known"):
        ni.manipulate([[[[0.5, 0.5, 0.5]]]], "blur")


@pytest.mark.parametrize("name", [name for name in ni.__all__ if name != "UserError"])
def test_every_name_says_what_it_takes_and_gives_and_its_example_runs(name, elsewhere):
    thing = getattr(ni, name)
    text = inspect.getdoc(thing)
    assert "Args:" in text
    assert "Returns:" in text
    tests = doctest.DocTestFinder(recurse=False).find(thing, name, globs={})
    assert tests[0].examples, f"{name} has no example"
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(tests[0])
    assert result.failed == 0


def test_the_ten_examples_of_the_page_run(elsewhere):
    page = (ROOT / "docs/library.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(examples) == 10
    names = {}
    for example in examples:
        exec(example, names)
    assert names["picture"].shape == names["target"].shape == (128, 192, 3)
    assert len(names["table"]) == 1 + 4 * 6
    assert names["decoded"].shape == names["target"].shape
    assert len(np.unique(names["flat"])) <= 5


class TestClassify:
    def model(self):
        fan = ni.create("FAN", n_classes=2, patch_size=16, n_filters=4, n_convolutions=2, dense=[8])
        return ni.ForensicPipeline(ni.create("ONet"), ni.Channel("none", codec="none"), fan, ["gaussian:2"])

    def test_windows_cover_the_picture_and_the_first_row_is_their_mean(self):
        picture = np.random.default_rng(0).integers(0, 256, (40, 33, 3), np.uint8)
        table = ni.classify(picture, self.model())
        assert list(table) == ["row", "column", "height", "width", "native", "gaussian"]
        assert table.iloc[0, :4].tolist() == [0, 0, 40, 33]
        assert [(row, column) for row, column in table.iloc[1:, :2].to_numpy()] == [
            (row, column) for row in (0, 16, 24) for column in (0, 16, 17)
        ]
        np.testing.assert_allclose(table.iloc[1:, 4:].mean(), table.iloc[0, 4:].astype(float), atol=1e-6)
        np.testing.assert_allclose(table.iloc[:, 4:].sum(axis=1), 1, atol=1e-5)

    def test_refuses_pictures_that_are_too_small_and_models_without_a_network(self):
        with pytest.raises(UserError, match="15 × 40 pixels is smaller"):
            ni.classify(np.zeros((40, 15, 3), np.uint8), self.model())
        with pytest.raises(UserError, match="INet has no forensic network"):
            ni.classify(np.zeros((40, 40, 3), np.uint8), ni.create("INet"))
        with pytest.raises(UserError, match="step is 0"):
            ni.classify(np.zeros((40, 40, 3), np.uint8), self.model(), step=0)
