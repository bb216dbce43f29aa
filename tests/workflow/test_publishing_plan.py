"""What pages show of a configuration: every table and figure that its targets ask for, each once."""

import sys
from pathlib import Path

import pytest

from neural_imaging.publishing import sections, subjects
from neural_imaging.study import catalogue

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning import configuration, publishing, targets  # noqa: E402

CONFIGURATIONS = ["config.yaml", "smoke.yaml", "paper.yaml", "overnight.yaml"]


@pytest.fixture(params=CONFIGURATIONS)
def config(request):
    return configuration.read(ROOT / "config" / request.param)


def test_every_table_and_figure_has_its_place(config):
    shown = [subjects.Subject(**each) for each in publishing.subjects(config)]
    tables = [table for subject in shown for table in subject.tables]
    asked = {Path(path).stem for path in targets.tabulated(config)}
    # Photographs are a table for programs, and claims are on the front page.
    readers = {table for table in asked if not table.endswith("_photographs")} - {"headline"}
    assert readers <= set(tables)
    assert len(tables) == len(set(tables))
    drawn = [f"results/figures/{subject.name}/{name}.pdf" for subject in shown for name in subject.figures]
    assert sorted(drawn) == sorted(targets.drawn(config))


def test_every_table_has_a_title_and_the_caption_of_the_report(config):
    for subject in publishing.subjects(config):
        for table in subject["tables"]:
            title, caption = sections.called(table, subject["name"])
            assert title in catalogue.TITLES.values()
            assert (ROOT / "workflow/report" / f"{caption}.rst").is_file()
