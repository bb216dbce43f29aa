"""Tables of settings in the documentation are those of the declarations; `make docs-tables` renews them."""

import re
from pathlib import Path

import pytest

from neural_imaging.study import networks, settings_tables

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_tables_of_a_page_are_those_of_the_declarations(page):
    text = page.read_text(encoding="utf-8")
    assert settings_tables.renewed(text) == text


def test_every_part_of_the_configuration_and_every_network_has_a_table():
    shown = re.findall(r"<!-- settings: (\S+) -->", "".join(page.read_text(encoding="utf-8") for page in PAGES))
    sections = {name for name, _ in settings_tables.sections() if name}
    # Channels in the short form have the same settings, whatever their codec.
    sections -= {"channels.jpeg", "channels.dcn"}
    assert sections | {"ready-made", *networks.NETWORKS} <= set(shown)


def test_a_table_says_what_a_setting_can_be_its_default_and_what_it_is_for():
    sections = dict(settings_tables.sections())
    lines = settings_tables.table(sections["protocols"]).splitlines()
    assert (
        "| `patience` | a whole number from 0 to 2147483647 | `0` | validations without improvement that " in lines[10]
    )
    assert "| `patch` | an even whole number from 8 to 8192 | needed | side in pixels of the half-size " in lines[16]
    assert len(lines) == 2 + len(sections["protocols"].declared)


def test_every_setting_is_described():
    declared = [section.declared for _, section in settings_tables.sections()]
    for settings in [*declared, *(network.settings for network in networks.NETWORKS.values())]:
        assert all(words for _, _, words in settings.values()), settings
