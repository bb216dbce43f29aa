"""Tables as pages: whole in one file, with every cell, and sorted in the browser."""

import base64
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pandas as pd
import pytest

from neural_imaging.tables import pages, tables, typeset

HEADINGS = ["Name", "Accuracy (%)"]
LINES = [["a <b> & c", "45.1 [40.0, 50.2]"], ["λ = 0.1", "−3.0"], ["fan-only", "–"]]


class Cells(HTMLParser):
    """Text of all cells, row by row, and addresses that a page asks for."""

    def __init__(self):
        super().__init__()
        self.rows, self.addresses, self._inside = [], [], False

    def handle_starttag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("src", "href")]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag):
        self._inside = self._inside and tag not in ("td", "th")

    def handle_data(self, data):
        if self._inside:
            self.rows[-1][-1] += data


def read(page):
    parser = Cells()
    parser.feed(page)
    return parser


def test_a_page_has_every_cell_as_it_is_and_asks_for_nothing():
    page = read(pages.page("runs", HEADINGS, LINES, "name\na\n"))
    assert page.rows == [HEADINGS, *LINES]
    assert all(address.startswith("data:") for address in page.addresses)


def _csv(page):
    encoded = re.search(r'href="data:text/csv;base64,([^"]+)"', page)[1]
    return base64.b64decode(encoded).decode("utf-8")


def test_names_of_files_that_are_no_text_are_in_the_page_as_in_the_table(tmp_path):
    table = pd.DataFrame({"image": ["caf\udce9.png"]})
    typeset.write_page(table, tmp_path / "a.csv")
    assert _csv((tmp_path / "a.html").read_text(encoding="utf-8")) == (tmp_path / "a.csv").read_text(encoding="utf-8")


def test_a_page_gives_the_table_as_a_file():
    content = "name,λ\na,0.1\n"
    page = pages.page("my runs", HEADINGS, LINES, content)
    assert 'download="my runs.csv"' in page
    assert _csv(page) == content


def test_headings_are_to_be_clicked_and_numbers_stand_to_the_right():
    page = pages.page("runs", HEADINGS, LINES, "")
    assert page.count('<th scope="col"><button type="button">') == 2
    assert "addEventListener" in page
    assert '<td class="number">45.1 [40.0, 50.2]</td>' in page
    assert "<td>fan-only</td>" in page


def test_what_stands_below_a_table_is_paragraphs_and_lists():
    page = pages.page("a", HEADINGS, LINES, "", below="\nNot measured:\n\n- no λ < 1: x\n- none: y\n")
    assert "<p>Not measured:</p>\n<ul><li>no λ &lt; 1: x</li><li>none: y</li></ul>" in page


def test_claims_in_short_are_a_list():
    assert pages.items([("A & B", ": shown.")]) == "<ul>\n<li><b>A &amp; B</b>: shown.</li>\n</ul>\n"


def test_a_table_is_written_with_its_page(tmp_path):
    table = pd.DataFrame({"name": ["a", "b"], "value": [1 / 3, float("nan")]})
    typeset.write(table, tmp_path / "t.csv", lambda _: (HEADINGS, LINES), below="\nMore.\n")
    assert {path.suffix for path in tmp_path.iterdir()} == {".csv", *typeset.BESIDE}
    page = (tmp_path / "t.html").read_text(encoding="utf-8")
    assert read(page).rows == [HEADINGS, *LINES]
    assert "<p>More.</p>" in page
    typeset.write_page(table, tmp_path / "all.csv")
    assert read((tmp_path / "all.html").read_text(encoding="utf-8")).rows == [
        ["name", "value"], ["a", "0.333333"], ["b", ""],
    ]  # fmt: skip
    assert tables.read(tmp_path / "all.csv", ["value"])["value"][0] == 0.333333


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node, which runs a page's script")
def test_a_click_sorts_by_numbers_and_leaves_what_is_not_known_at_the_end():
    texts = ["10.5 [9, 12] %", "–", "−3.0 dB", "2", "+1", "", "1e-5"]
    script = (
        "const document = {querySelectorAll: () => []};\n"
        + pages.SORT
        + f"""
    const cells = {json.dumps(texts)}.map(text => ({{textContent: text}}));
    const sorted = direction => [...cells].sort((a, b) => order(value(a), value(b), direction));
    console.log(JSON.stringify([1, -1].map(direction => sorted(direction).map(cell => cell.textContent))));
    """
    )
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True, timeout=60)
    rising, falling = json.loads(done.stdout)
    assert rising == ["−3.0 dB", "1e-5", "+1", "2", "10.5 [9, 12] %", "–", ""]
    assert falling == ["10.5 [9, 12] %", "2", "+1", "1e-5", "−3.0 dB", "–", ""]


@pytest.mark.parametrize("script", ["SORT", "_LOOK"])
def test_scripts_and_looks_do_not_end_early(script):
    assert "</" not in getattr(pages, script)
