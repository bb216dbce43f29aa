"""How long Snakemake takes to plan the papers' full grid, beside a bare workflow of as many jobs.

The bare workflow has two rules without inputs, settings or resources: what Snakemake alone needs for such a grid.
Each is planned in a process of its own; the best of the repeats counts.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BARE = """
rule all:
    input: expand("evaluation/{{point}}.json", point=range({points}))
rule train:
    output: "model/{{point}}.keras"
    shell: "touch {{output}}"
rule evaluate:
    input: "model/{{point}}.keras"
    output: "evaluation/{{point}}.json"
    shell: "touch {{output}}"
"""


def plan(folder, *arguments):
    """Seconds that `snakemake -n` takes, and what it prints."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "snakemake", "-n", "--quiet", "rules", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return time.perf_counter() - started, done.stdout + done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="plans of each kind (default 3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for part in ("config", "resources", "scripts", "data"):
            Path(folder, part).symlink_to(ROOT / part)
        ours, bare = [], []
        for _ in range(options.repeats):
            seconds, text = plan(
                folder, "--snakefile", ROOT / "Snakefile", "--configfile", ROOT / "config" / "paper.yaml"
            )
            ours.append(seconds)
            points = int(re.search(r"^train_forensics\s+(\d+)", text, re.MULTILINE)[1])
            Path(folder, "bare").write_text(BARE.format(points=points))
            bare.append(plan(folder, "--snakefile", "bare")[0])
        total = int(re.search(r"^total\s+(\d+)", text, re.MULTILINE)[1])
    print(f"{total} jobs, {points} joint trainings: {min(ours):.1f} s")
    print(f"a bare workflow of {2 * points} jobs: {min(bare):.1f} s; ratio {min(ours) / min(bare):.2f}")


if __name__ == "__main__":
    main()
