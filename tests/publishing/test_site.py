"""Pages of a finished study: what readers find there, and where each number came from."""

import html
import json
import re
from html.parser import HTMLParser
from urllib.parse import urldefrag

import example_tests
import imageio.v3 as imageio
import numpy as np
import pytest
from finished_study import CAPTIONS, COMMIT, HEADLINE, SUBJECTS, record

from neural_imaging.base.errors import UserError
from neural_imaging.publishing import sections, site, subjects
from neural_imaging.tables import tables


class Links(HTMLParser):
    """Addresses and ids of a page."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.ids = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.addresses += [value for key, value in named.items() if key in ("href", "src")]
        self.addresses += [named["value"]] if tag == "option" and named["value"].endswith(".webp") else []
        self.ids |= {named["id"]} if "id" in named else set()


def test_every_link_leads_somewhere_in_the_folder(pages):
    found = {path: Links(path.read_text(encoding="utf-8")) for path in pages.glob("*.html")}
    assert len(found) == len(SUBJECTS) + 2
    for path, links in found.items():
        for address in links.addresses:
            file, part = urldefrag(address)
            if not address.startswith("data:"):
                assert (path.parent / file).is_file(), f"{path.name}: {address}"
                assert not part or part in found[path.parent / file].ids, f"{path.name}: {address}"


def test_the_front_page_has_the_headline_which_leads_to_its_studies(pages):
    page = (pages / "index.html").read_text(encoding="utf-8")
    listed = re.search(r'<ol class="headline">(.*?)</ol>', page, re.DOTALL)[1]
    assert html.unescape(re.sub("</?(a|li).*?>", "", listed)).split("\n")[1:-1] == HEADLINE
    assert '(<a href="study-cvpr2019.html">cvpr2019</a>)' in listed


def test_a_claim_leads_to_its_study_and_its_records(pages):
    rows = re.findall("<tr>.*?</tr>", (pages / "index.html").read_text(encoding="utf-8"))
    addresses = [re.findall('href="(.*?)"', row) for row in rows]
    assert addresses == [[], ["study-cvpr2019.html", "records.html#forensics/cvpr2019"], ["study-codecs.html"]]


def _shown(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page.read_text(encoding="utf-8"))[1])


def test_a_point_leads_to_the_record_of_its_run(pages):
    shown = _shown(pages / "study-cvpr2019.html")
    name = "whole photographs, differentiable codec, over PSNR of whole photographs (dB)"
    view = next(view for view in shown["plots"]["accuracy"] if view["name"] == name)
    (series,) = (one for one in view["series"] if one["name"] == "λ = 0.1")
    assert [(round(point["x"], 3), round(point["y"], 3)) for point in series["points"]] == [(39.0, 60.0), (39.1, 61.0)]
    run = shown["runs"][series["points"][1]["run"]]
    assert (run["seed"], run["commit"]) == (101, COMMIT)
    assert "lambda_isp~0.1" in run["record"]
    assert "run~1" in run["record"]
    record = json.loads((pages / run["record"]).read_text(encoding="utf-8"))
    percent = record["whole"]["differentiable"]["confusion"][0][0]
    assert run["confusions"][view["look"]][0][0] == percent == 61
    command = re.fullmatch(r"snakemake --cores 1 --configfile my.yaml -- '?(.*?)'?", run["command"])[1]
    assert command == run["record"].replace("records/", "results/")


def test_lines_of_tables_of_runs_lead_to_their_records(pages):
    page = (pages / "study-cvpr2019.html").read_text(encoding="utf-8")
    sections = page.split("<section>")
    single, grouped = (
        next(section for section in sections if f'/{name}.csv"' in section) for name in ("cvpr2019_runs", "cvpr2019")
    )
    assert [len(re.findall("records/", row)) for row in re.findall("<tr>.*?</tr>", single)[1:]] == [1] * 6
    assert [len(re.findall("records/", row)) for row in re.findall("<tr>.*?</tr>", grouped)[1:]] == [2] * 3


def test_cells_of_the_matrix_open_the_runs_behind_them(pages):
    path = pages / "study-robustness.html"
    page, shown = path.read_text(encoding="utf-8"), _shown(path)
    cell = re.search(
        r'aria-label="signature 1.5, worst \(jpeg30\): gain [^"]*" data-look="jpeg30" data-runs="(.*?)"', page
    )
    runs = [shown["runs"][number] for number in json.loads(cell[1])]
    assert [run["name"][-5:] for run in runs] == ["run 0", "run 1"]
    assert all("signature 1.5" in run["name"] and "jpeg30" in run["confusions"] for run in runs)


def test_pictures_of_sliders_have_every_pixel(results, pages):
    sample = np.load(results / "evaluation/cvpr2019/pipelines.npz")["photos"]
    for place, photo in enumerate(sample):
        np.testing.assert_array_equal(imageio.imread(pages / f"pictures/cvpr2019/pipelines-{place}.webp"), photo)


def test_what_is_not_there_is_named_on_the_front_page(results, tmp_path):
    missing = site.write(results, tmp_path / "site", SUBJECTS, CAPTIONS)
    assert missing == ["results/figures/cvpr2019/boxplot.png"]
    assert missing[0] in (tmp_path / "site/index.html").read_text(encoding="utf-8")


def test_a_folder_with_other_things_is_left_alone(results, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="is not empty, and no site is in it"):
        site.write(results, tmp_path, SUBJECTS, CAPTIONS)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_pages_are_written_anew_with_the_documentation_beside_them(results, tmp_path):
    docs, output = tmp_path / "docs", tmp_path / "site"
    docs.mkdir()
    (docs / "index.html").write_text("<p>docs</p>", encoding="utf-8")
    for documentation in (None, docs):
        site.write(results, output, SUBJECTS, CAPTIONS, documentation=documentation)
        (output / "old.html").touch()
    assert (output / "docs/index.html").is_file()
    assert 'href="docs/index.html"' in (output / "records.html").read_text(encoding="utf-8")


def test_gains_of_other_tests_than_those_of_robustness_are_no_matrix(tmp_path):
    results = tmp_path / "results"
    (results / "tables").mkdir(parents=True)
    (results / "isp").mkdir()
    (results / "isp/record.json").write_text(json.dumps(record("train_isp")), encoding="utf-8")
    tables.write(example_tests.localisation(), results / "tables/localisation_gains.csv")
    made = sections.Sections(results, tmp_path / "pages", CAPTIONS)
    subject = subjects.Subject("localisation", "1. Pipelines", (), (), None, ("localisation",))
    content, shown = subjects.page(subject, made)
    assert "matrix" not in content
    assert not shown["runs"]
