"""Print what a configuration asks of a cluster: jobs, hours and GPU hours by stage. Nothing is run.

Hours of trainings are estimates from their settings (workflow/planning/cost.py), without waiting and with one attempt.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from planning import cost

# Where the library lies, planning knows.
from neural_imaging.base import command_line, texts

ROOT = Path(__file__).resolve().parent.parent
# Which stage a rule belongs to, by the beginning of its name; the first that fits.
STAGES = {
    "photographs and pictures": ("simulate_", "download_", "prepare_"),
    "training of pipelines": ("train_isp", "train_shared_isp", "set_camera"),
    "training of codecs": ("train_dcn",),
    "joint training": ("train_forensics",),
    "evaluation": ("evaluate_", "profile_", "measure_", "compare_", "sample", "describe_"),
    "tables": ("tabulate_",),
    "figures": ("plot",),
    "presets": ("make_preset",),
}
COLUMNS = ("stage", "jobs", "hours", "core hours", "GPU hours", "hours asked for")


def dry_run(configfile, folder, targets=()):
    """What `snakemake -n` prints for a configuration and a folder with results that are there already.

    Its message and exit code end the program where it fails.
    """
    command = [sys.executable, "-m", "snakemake", "-n", "--snakefile", ROOT / "Snakefile", "--directory", folder]
    # Snakemake states no more threads than it has cores, and configurations may ask for so many.
    command += ["--cores", 1024, "--configfile", Path(configfile).resolve(), "--", *targets]
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr.strip() or done.stdout.strip(), file=sys.stderr)
        raise SystemExit(done.returncode)
    return done.stdout + done.stderr


def stage(rule):
    """Name of a rule's stage; None for a target, which makes nothing."""
    return next((name for name, starts in STAGES.items() if rule.startswith(starts)), None)


def jobs(text):
    """The jobs in the output of `snakemake -n`, targets left out, each as the values of `COLUMNS`."""
    estimates = []
    for rule, block in re.findall(r"^ *(?:local)?rule (\w+):\n((?: +\S.*\n)*)", text, re.MULTILINE):
        if stage(rule):
            threads, gpus = _number(r"^ +threads: ", block, 1), _number(r"\bgpu=", block)
            asked = _number(r"\bruntime=", block)
            hours = cost.expected(asked, rule) / 60
            estimates.append((stage(rule), 1, hours, hours * threads, hours * gpus, asked / 60))
    return estimates


def _number(name, text, default=0):
    given = re.search(rf"{name}(\d+)", text, re.MULTILINE)
    return int(given[1]) if given else default


def rows(found):
    """The sums of jobs: a row a stage that has some, and one of all."""
    grouped = {name: [job[1:] for job in found if job[0] == name] for name in STAGES}
    grouped["all"] = [job[1:] for job in found]
    return [(name, *map(sum, zip(*group, strict=True))) for name, group in grouped.items() if group]


def table(found):
    """The rows as text, numbers to the right."""
    lines = [COLUMNS, *([row[0], f"{row[1]:,}", *(f"{value:,.1f}" for value in row[2:])] for row in rows(found))]
    first, *widths = (max(map(len, column)) for column in zip(*lines, strict=True))
    return "\n".join("  ".join([name.ljust(first), *map(str.rjust, numbers, widths)]) for name, *numbers in lines)


def main():
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--configfile", type=Path, default=ROOT / "config/paper.yaml", help="(default: %(default)s)")
    parser.add_argument(
        "--directory", type=Path, help="folder whose results are left out of the plan (default: plan from scratch)"
    )
    parser.add_argument("targets", nargs="*", help="what to make (default: everything)")
    options = parser.parse_args()
    texts.of_file(options.configfile)  # Of a file that cannot be read Snakemake has a traceback.
    with tempfile.TemporaryDirectory() as empty:
        folder = options.directory or Path(empty)
        if not options.directory:
            for part in ("config", "resources", "scripts", "data"):
                Path(empty, part).symlink_to(ROOT / part)
        print(table(jobs(dry_run(options.configfile, folder.resolve(), options.targets))))


if __name__ == "__main__":
    command_line.run(main)
