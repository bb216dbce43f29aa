"""The pages, as a checkout has them. `make docs` checks anchors, and that no page needs the network."""

import re
import tomllib
from pathlib import Path

import pytest

import neural_imaging as ni
from neural_imaging.tables import verification

ROOT = Path(__file__).resolve().parents[1]
RECORDS = ROOT / "docs/results"


def test_the_page_has_every_name_of_the_face_once():
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^::: neural_imaging\.(\w+)$", page, re.MULTILINE)) == sorted(ni.__all__)


def test_the_lock_holds_every_tool():
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["docs"]
    locked = re.findall(r"^([\w-]+)==", (ROOT / "requirements-docs.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert {re.match(r"[\w-]+", tool)[0] for tool in tools} <= set(locked)


def pages():
    root = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "config/README.md", ROOT / "data/README.md"]
    return {page: page.read_text(encoding="utf-8") for page in [*root, *(ROOT / "docs").glob("*.md")]}


def test_links_lead_to_files_of_the_checkout():
    for page, text in pages().items():
        for link in re.findall(r"\]\(([^)#]+)", text):
            assert link.startswith("http") or (page.parent / link).is_file(), f"{page.name}: {link}"


def test_files_that_pages_name_are_there():
    name = r"\b(?:benchmarks|lib|resources|scripts|tests|workflow)/[\w./]+\.(?:csv|json|py|yaml)\b"
    for page, text in pages().items():
        for file in re.findall(name, text):
            # Those that a reader is to write have names with "my".
            assert (ROOT / file).is_file() or re.search(r"/(test_)?my", file), f"{page.name}: {file}"


def test_the_front_page_says_what_the_record_says():
    page = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    for line in (RECORDS / "overnight/results/tables/headline.txt").read_text(encoding="utf-8").splitlines():
        assert f"* {line}" in page


@pytest.mark.parametrize("folder", sorted(path.name for path in RECORDS.iterdir()))
def test_results_of_record_are_whole(folder):
    count, faults = verification.faults(RECORDS / folder / "results", None)
    assert count
    assert not faults
