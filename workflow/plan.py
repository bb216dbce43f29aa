"""Print what a configuration asks for: jobs, operations, hours and GPU hours by stage. No job is run.

Operations of trainings are counted from their settings. Hours follow from how fast this machine computes them, which is
measured first, in about a minute; or from the rates of another machine, measured there by this program. Trainings count
with all of their epochs and one attempt, without waiting.
"""

import contextlib
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from planning import cost, machine, start, work

# Where the library lies, planning knows.
from neural_imaging.base import command_line, files, runtime, texts

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
COLUMNS = ("stage", "jobs", "PFLOP", "hours", "core hours", "GPU hours", "hours asked for")
# Those that need rates.
MEASURED = ("hours", "core hours", "GPU hours")


@dataclass(frozen=True)
class Job:
    """A job of a plan: its rule and wildcards, the processor threads and cards it takes, and minutes it asks for."""

    rule: str
    wildcards: dict
    threads: int
    gpus: int
    asked: int

    @property
    def kind(self):
        """What jobs have in common that take as long: all but the number of a run."""
        chosen = tuple((key, value) for key, value in self.wildcards.items() if key != "run")
        return self.rule, chosen, self.threads, self.gpus, self.asked


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
    """The jobs in the output of `snakemake -n`, targets left out."""
    planned = []
    for rule, block in re.findall(r"^ *(?:local)?rule (\w+):\n((?: +\S.*\n)*)", text, re.MULTILINE):
        if stage(rule):
            given = re.search(r"^ +wildcards: (.*)$", block, re.MULTILINE)
            wildcards = dict(re.findall(r"(\w+)=(.*?)(?:, (?=\w+=)|$)", given[1])) if given else {}
            threads, gpus = _number(r"^ +threads: ", block, 1), _number(r"\bgpu=", block)
            planned.append(Job(rule, wildcards, threads, gpus, _number(r"\bruntime=", block)))
    return planned


def _number(name, text, default=0):
    given = re.search(rf"{name}(\d+)", text, re.MULTILINE)
    return int(given[1]) if given else default


def rows(config, planned, rates=None):
    """The sums of jobs: a row a stage that has some, and one of all, each as the values of `COLUMNS` by name.

    Args:
        config: the checked configuration.
        planned: its jobs.
        rates: of a machine, see `planning.machine`; without them a row has nothing of `MEASURED`.
    """
    grouped = {name: [job for job in planned if stage(job.rule) == name] for name in STAGES} | {"all": planned}
    values = {kind: _values(config, job, rates) for kind, job in {job.kind: job for job in planned}.items()}
    return [
        {"stage": name, "jobs": len(group)}
        | {column: sum(values[job.kind][column] for job in group) for column in values[group[0].kind]}
        for name, group in grouped.items()
        if group
    ]


def _values(config, job, rates):
    operations = work.operations_of(work.of_job(config, job.rule, job.wildcards))
    values = {"PFLOP": operations / 1e15, "hours asked for": job.asked / 60}
    if rates is None:
        return values
    hours = cost.expected(config, job.rule, job.wildcards, job.asked, rates["seconds"]) / 60
    gpu_hours = hours * job.gpus if rates["card"] else 0.0
    return {**values, "hours": hours, "core hours": hours * min(job.threads, rates["cores"]), "GPU hours": gpu_hours}


def table(found):
    """The rows as text, numbers to the right."""
    columns, places = [column for column in COLUMNS if column in found[0]], {"jobs": 0, "PFLOP": 2}
    lines = [columns]
    lines += [[row["stage"], *(f"{row[key]:,.{places.get(key, 1)}f}" for key in columns[1:])] for row in found]
    first, *widths = (max(map(len, column)) for column in zip(*lines, strict=True))
    return "\n".join("  ".join([name.ljust(first), *map(str.rjust, numbers, widths)]) for name, *numbers in lines)


def summary(found, rates):
    """How long all of it takes on a machine, in a line."""
    hours = found[-1]["core hours"] / rates["cores"]
    if rates["card"]:
        return f"about {max(hours, found[-1]['GPU hours']):,.1f} hours with one such card"
    return f"about {hours:,.1f} hours on {rates['cores']} cores"


def _rates(options, config, planned):
    """Rates of the machine that was asked for; None where this one has nothing to measure with, which is said."""
    # Each part once, in the order of jobs; what evaluations need is among those of their trainings, which may be there.
    kinds = {job.kind: job for job in planned}.values()
    parts = list(dict.fromkeys(part for job in kinds for part in cost.parts(config, job.rule, job.wildcards)))
    if options.rates:
        return machine.read(options.rates, parts)
    trainings = sum(job.rule.startswith("train_") for job in planned)
    try:
        rates = machine.measured(parts, config["threads"]["training"], trainings, config.get("gpu", False))
    except runtime.MissingBackendError as error:
        if options.measure:
            raise
        print(f"No hours, since nothing can be measured: {error}. --rates takes rates of another machine.")
        return None
    if options.measure:
        files.write_json(options.measure, rates)
    return rates


def main():
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--configfile", type=Path, default=ROOT / "config/paper.yaml", help="(default: %(default)s)")
    parser.add_argument(
        "--directory", type=Path, help="folder whose results are left out of the plan (default: plan from scratch)"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--rates", type=Path, metavar="FILE", help="take the rates of another machine from this file")
    which.add_argument("--measure", type=Path, metavar="FILE", help="write this machine's rates to this file too")
    parser.add_argument("targets", nargs="*", help="what to make (default: everything)")
    options = parser.parse_args()
    command_line.outputs(("--measure", options.measure, ".json"))
    config = texts.of_file(options.configfile)  # Of a file that cannot be read Snakemake has a traceback.
    with tempfile.TemporaryDirectory() as empty:
        folder = options.directory or Path(empty)
        if not options.directory:
            for part in ("config", "resources", "scripts", "data"):
                Path(empty, part).symlink_to(ROOT / part)
        planned = jobs(dry_run(options.configfile, folder.resolve(), options.targets))
        options.rates, options.measure = (path and path.resolve() for path in (options.rates, options.measure))
        # Where the workflow runs: a configuration may name plugins there.
        with contextlib.chdir(folder):
            start.take(config)
            if not planned:
                print("nothing to do: all of it is there")
                return
            rates = _rates(options, config, planned)
            found = rows(config, planned, rates)
    print(table(found))
    if rates:
        print(f"{machine.words(rates)}: {summary(found, rates)}")


if __name__ == "__main__":
    command_line.run(main)
