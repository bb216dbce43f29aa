"""The API page; `make docs` checks its names, all links and that no page needs the network."""

import re
import tomllib
from pathlib import Path

import neural_imaging as ni

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_has_every_name_of_the_face_once():
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^::: neural_imaging\.(\w+)$", page, re.MULTILINE)) == sorted(ni.__all__)


def test_the_lock_holds_every_tool():
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["docs"]
    locked = re.findall(r"^([\w-]+)==", (ROOT / "requirements-docs.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert {re.match(r"[\w-]+", tool)[0] for tool in tools} <= set(locked)
