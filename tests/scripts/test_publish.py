"""The programs that make pages, a crate and an archive of results, as a shell runs them."""

import zipfile

import pytest
from programs import run

from neural_imaging.base import files


@pytest.fixture
def results(tmp_path):
    """Results of one training alone."""
    record = {"kind": "train_isp", "settings": {}, "seed": 0, "inputs": {}, "commit": "ab" * 20, "versions": {}}
    path = tmp_path / "results/isp/simulated/UNet/record.json"
    files.write_json(path, {**record, "metrics": {}, "host": {}, "duration_seconds": 3.0})
    return tmp_path / "results"


def test_pages_are_made_of_what_there_is_and_the_rest_is_named(results, tmp_path):
    done = run("make_site", "--results", results, "--configfile", "config/smoke.yaml", "--output", tmp_path / "site")
    assert done.returncode == 0, done.stderr
    assert "not there: results/tables/headline.txt\n" in done.stdout
    assert "isp/simulated/UNet/record.json" in (tmp_path / "site/records.html").read_text(encoding="utf-8")


def test_a_crate_becomes_an_archive(results, tmp_path):
    crate, archive = tmp_path / "crate", tmp_path / "deposit.zip"
    done = run("make_crate", "--results", results, "--creator", "Doe, Jane", "--license", "CC0-1.0", "--output", crate)
    assert done.returncode == 0, done.stderr
    done = run("make_deposit", "--crate", crate, "--output", archive)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(archive) as content:
        assert {"ro-crate-metadata.json", "workflow/Snakefile", "config/config.yaml"} <= set(content.namelist())
    told = files.read_json(archive.with_suffix(".json"))["metadata"]
    assert (told["creators"], told["license"]) == ([{"name": "Doe, Jane"}], "cc0-1.0")
    assert {"identifier": "arXiv:1902.10707", "relation": "isSupplementTo", "scheme": "arxiv"} in told[
        "related_identifiers"
    ]


@pytest.mark.parametrize("program", ["make_site", "make_crate"])
def test_a_folder_without_results_is_one_line(program, tmp_path):
    done = run(program, "--results", tmp_path / "none", "--output", tmp_path / "made")
    assert done.returncode == 2
    assert done.stderr == f"{program}.py: {tmp_path / 'none'}: no such folder; name the folder of results\n"


def test_a_folder_without_documentation_is_one_line(results, tmp_path):
    done = run("make_site", "--results", results, "--documentation", tmp_path, "--output", tmp_path / "site")
    assert done.returncode == 2
    assert "has no index.html; make docs builds the documentation" in done.stderr
