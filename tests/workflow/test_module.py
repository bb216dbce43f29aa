"""The workflow as a module of another one, from a folder that has nothing of the checkout."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SNAKEFILE = f"""
configfile: "{ROOT}/config/smoke.yaml"

module neural_imaging:
    snakefile: "{ROOT}/workflow/Snakefile"
    config: config

use rule * from neural_imaging
"""


def test_another_workflow_plans_the_same_jobs_from_an_empty_folder(checkout, tmp_path):
    (tmp_path / "Snakefile").write_text(SNAKEFILE, encoding="utf-8")
    command = [sys.executable, "-m", "snakemake", "-n", "--quiet", "rules"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    jobs = {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit() and row[0] != "total"}
    assert jobs == checkout.plan()
