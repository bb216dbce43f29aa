"""The whole path for real, at the smallest scale: from RAW files to figures."""

import base64
import csv
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from programs import run

import keep_results
import verify_results
from neural_imaging.study import grid

ROOT = Path(__file__).resolve().parents[2]

FIGURES = (
    "system",
    "pipeline_steps",
    "boxplot",
    "scatter_psnr",
    "scatter_ssim",
    "progress",
    "confusion",
    "pipelines",
    "difference",
)
FIGURES += ("differentiable_jpeg", "manipulations", "published", "signature", "whole_and_patchwise", "detection")
SUMMARY = [*grid.KEYS[:-1], "runs", "interval_over", "paired_runs", "accuracy_mean"]
CODED_FIGURES = (
    "architecture",
    "detection",
    "spectra",
    "codec_example",
    "rate_distortion_accuracy",
    "rate_distortion",
    "crops",
)


# A limit is for a hang, not for a slow machine: the first of these tests waits for the whole workflow.
LIMIT = 3600


@pytest.fixture(scope="module")
def checkout(new_checkout):
    """A copy of its own, in which nothing was planned before."""
    return new_checkout("smoke")


@pytest.fixture(scope="module")
def finished_run(checkout):
    """The smoke workflow, run in the copy; gives what Snakemake printed at the end.

    NEURAL_IMAGING_TEST_SMOKE names a folder in which `make smoke` has done this already: its results are taken, and one
    figure is made anew.
    """
    made, again = os.environ.get("NEURAL_IMAGING_TEST_SMOKE"), ()
    if made:
        for part in ("results", ".snakemake"):
            shutil.copytree(ROOT / made / part, checkout.folder / part, symlinks=True)
        again = ("--forcerun", "results/figures/cvpr2019/scatter_psnr.pdf")
        assert checkout.plan() == {}
    done = checkout.snakemake("--cores", "2", "--configfile", "config/smoke.yaml", *again, limit=LIMIT)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    return done.stdout


def _content(result):
    """What the report has of a result: a file inside its own address."""
    return base64.b64decode(result["data_uri"].partition("base64,")[2])


@pytest.mark.slow
@pytest.mark.timeout(LIMIT)
class TestSmokeRun:
    def test_makes_every_figure(self, checkout, finished_run):
        folder = checkout.folder / "results/figures"
        names = [f"cvpr2019/{figure}" for figure in FIGURES] + [f"iclr2020/{figure}" for figure in CODED_FIGURES]
        for name in names:
            assert (folder / f"{name}.pdf").read_bytes().startswith(b"%PDF")
            assert (folder / f"{name}.png").stat().st_size > 1000

    def test_the_report_shows_every_figure_and_table(self, checkout, finished_run):
        done = checkout.snakemake("--configfile", "config/smoke.yaml", "--report", "report.html")
        assert done.returncode == 0, done.stderr[-3000:]
        page = (checkout.folder / "report.html").read_text(encoding="utf-8")
        results = checkout.folder / "results"
        made = [*results.glob("tables/*.html"), *results.glob("figures/*/*.png")]
        assert len(made) > 35
        for file in made:
            # What opens the page is no result of its own.
            if file.name != "headline_short.html":
                assert f'"{file.relative_to(checkout.folder)}"' in page, file
        results = json.loads(re.search(r"var results = (\{.*\});", page)[1])
        for name, result in results.items():
            assert result["caption"].strip(), name
            assert name.endswith(".png") or b"addEventListener" in _content(result), name
        start = json.loads(re.search(r"var workflow_desc = (.*);", page)[1])
        # The headline first, then every result with what it shows.
        headline = start.index("With the pipeline trained for it this becomes over 90 %")
        assert headline < start.index("All results") < start.index("results/figures/cvpr2019/scatter_psnr.png")
        assert "a large point with a black edge is their mean" in start
        assert "system-message" not in start  # what docutils writes of text that it cannot read

    def test_the_site_shows_every_figure_and_table(self, checkout, finished_run, tmp_path):
        results = checkout.folder / "results"
        done = run(
            "make_site", "--results", results, "--configfile", "config/smoke.yaml", "--output", tmp_path / "site"
        )
        assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
        pages = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "site").glob("*.html"))
        tables = {file.stem for file in results.glob("tables/*.html")} - {"headline_short"}
        assert {name for name in tables if f'href="tables/{name}.csv"' not in pages} == set()
        figures = [file.relative_to(results).with_suffix(".webp") for file in results.glob("figures/*/*.png")]
        assert [file for file in figures if f'src="{file}"' not in pages] == []

    def test_summary_has_one_line_a_grid_point(self, checkout, finished_run):
        with (checkout.folder / "results/tables/cvpr2019.csv").open(encoding="utf-8", newline="") as table:
            rows = list(csv.DictReader(table))
        assert list(rows[0])[: len(SUMMARY)] == SUMMARY
        learned = [(row["lambda_isp"], row["signature"]) for row in rows]
        assert learned == [("fan-only", "none"), ("fan-only", "2.0"), ("0.001", "none")]
        assert {row["runs"] for row in rows} == {"2"}

    def test_the_headline_table_says_what_was_measured_at_a_reduced_scale(self, checkout, finished_run):
        with (checkout.folder / "results/tables/headline.csv").open(encoding="utf-8", newline="") as table:
            rows = {row["key"]: row for row in csv.DictReader(table)}
        gain = rows["pipeline.gain"]
        assert (gain["scale"], gain["runs"]) == ("reduced", "2")
        assert float(gain["low"]) <= float(gain["ours"]) <= float(gain["high"])
        assert rows["codec.bd_rate.kodak.jpeg"]["verdict"] == "not measured"

    def test_ends_with_the_headline_and_where_figures_and_tables_are(self, checkout, finished_run):
        lines = (checkout.folder / "results/tables/headline.txt").read_text(encoding="utf-8").splitlines()
        assert len(lines) == 6
        assert "".join(f"\n  {line}" for line in lines) in finished_run
        assert "Open first:\n  results/figures/cvpr2019/whole_and_patchwise.pdf\n" in finished_run
        for folder in ("figures/cvpr2019", "figures/iclr2020", "tables"):
            assert re.search(rf"^  \d+ in results/{folder}/$", finished_run, re.MULTILINE), folder

    def test_its_tables_come_out_the_same_from_the_records_that_are_kept(
        self, checkout, finished_run, tmp_path, capsys
    ):
        config, output = str(ROOT / "config/smoke.yaml"), tmp_path / "kept"
        results = checkout.folder / "results"
        keep_results.main(["--results", str(results), "--configfile", config, "--output", str(output)])
        verify = ["--results", str(output / "results"), "--configfile", str(output / "configuration.yaml"), "--remake"]
        capsys.readouterr()
        verify_results.main(verify)
        assert re.search(r" 0 of their statements do not fit\n\d+ tables, 0 of them come", capsys.readouterr().out)
        evaluation = next((output / "results/forensics/cvpr2019").rglob("evaluation.json"))
        content = json.loads(evaluation.read_text(encoding="utf-8"))
        content["whole"]["psnr"] += 1
        evaluation.write_text(json.dumps(content), encoding="utf-8")
        # One table tells it as well as all of them.
        for table in (output / "results/tables").glob("*.csv"):
            if table.name != "cvpr2019_runs.csv":
                table.unlink()
        with pytest.raises(SystemExit):
            verify_results.main(verify)
        assert "tables/cvpr2019_runs.csv: comes out otherwise" in capsys.readouterr().out

    def test_leaves_nothing_to_do(self, checkout, finished_run):
        assert checkout.plan() == {}
