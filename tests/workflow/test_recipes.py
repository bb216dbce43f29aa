"""Configurations that the documentation shows are planned word for word."""

import re
import textwrap
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


def recipes():
    """Each indented block of the pages that begins with cameras, by its page."""
    for page in ("README.md", "docs/getting-started.md", "docs/data.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        for block in re.findall(r"(?m)(?:^ {4,}.*\n)+", text):
            if "experiments:" in block:
                yield pytest.param(textwrap.dedent(block), id=page)


def test_each_page_has_its_recipes():
    assert len(list(recipes())) == 4


@pytest.mark.parametrize("recipe", list(recipes()))
def test_a_recipe_is_a_whole_configuration(recipe, checkout, tmp_path, monkeypatch):
    for folder in ("photos", "pictures"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "my.yaml").write_text(recipe, encoding="utf-8")
    jobs = checkout.plan(config=str(tmp_path / "my.yaml"))
    camera = next(iter(yaml.safe_load(recipe)["cameras"].values()))
    assert jobs["prepare_data"] == 1
    # None of the demo's own runs along.
    assert jobs.get("simulate_raw", 0) == (camera["source"] == "simulated")
    assert "train_codec" not in jobs
