"""The workflow as a module of another one, from a folder that has a configuration alone."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/workflow.md"


def test_another_workflow_plans_the_same_jobs_from_an_empty_folder(checkout, starter, tmp_path):
    section = GUIDE.read_text(encoding="utf-8").partition("## As a module of another workflow")[2].partition("\n## ")[0]
    lines = [line.removeprefix("    ") for line in section.splitlines() if line.startswith("    ")]
    snakefile = "\n".join(lines).replace("/path/to/neural-imaging", str(ROOT))
    (tmp_path / "Snakefile").write_text(snakefile, encoding="utf-8")
    (tmp_path / "my.yaml").write_text((ROOT / "config/smoke.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    done = starter.run(["-n", "--quiet", "rules"], tmp_path, 300)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    jobs = {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit() and row[0] != "total"}
    assert jobs == checkout.plan()
