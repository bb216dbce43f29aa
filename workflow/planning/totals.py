"""Jobs, hours and GPU hours by stage, from what a dry run of Snakemake prints."""

import re
from dataclasses import dataclass

from planning import cost

# Which stage a rule belongs to, by the beginning of its name; the first that fits.
STAGES = {
    "photographs and pictures": ("simulate_", "download_", "prepare_"),
    "training of pipelines": ("train_isp", "train_shared_isp", "set_camera"),
    "training of codecs": ("train_dcn",),
    "joint training": ("train_forensics",),
    "evaluation": ("evaluate_", "profile_", "measure_", "compare_", "sample", "describe_"),
    "tables": ("tabulate_",),
    "figures": ("plot",),
}
COLUMNS = ("stage", "jobs", "hours", "core hours", "GPU hours", "hours asked for")


@dataclass
class Job:
    """A job of a dry run: its rule, its threads and GPUs, and the minutes that it asks a cluster for."""

    rule: str
    threads: int = 1
    gpus: int = 0
    minutes: int = 0

    @property
    def hours(self):
        """Hours that the job will take: without the safety of what it asks for."""
        return cost.expected(self.minutes, self.rule) / 60


def jobs(text):
    """The jobs in the output of `snakemake -n`, targets left out."""
    found = []
    for line in text.splitlines():
        if start := re.match(r"\s*(?:local)?(?:rule|checkpoint) (\w+):$", line):
            found.append(Job(start[1]))
        elif found and (threads := re.match(r"\s+threads: (\d+)", line)):
            found[-1].threads = int(threads[1])
        elif found and re.match(r"\s+resources: ", line):
            found[-1].minutes = _resource("runtime", line)
            found[-1].gpus = _resource("gpu", line)
    return [job for job in found if stage(job.rule)]


def _resource(name, line):
    given = re.search(rf"\b{name}=(\d+)", line)
    return int(given[1]) if given else 0


def stage(rule):
    """Name of a rule's stage; None for a target, which makes nothing."""
    return next((name for name, starts in STAGES.items() if rule.startswith(starts)), None)


def rows(found):
    """A row a stage that has jobs, and one of all, each as `COLUMNS` has it."""
    grouped = {name: [job for job in found if stage(job.rule) == name] for name in STAGES}
    return [_row(name, group) for name, group in [*grouped.items(), ("all", found)] if group]


def _row(name, group):
    hours = sum(job.hours for job in group)
    cores = sum(job.hours * job.threads for job in group)
    gpus = sum(job.hours * job.gpus for job in group)
    return (name, len(group), hours, cores, gpus, sum(job.minutes for job in group) / 60)


def table(found):
    """The rows as text, numbers to the right."""
    lines = [COLUMNS, *([row[0], f"{row[1]:,}", *(f"{value:,.1f}" for value in row[2:])] for row in rows(found))]
    widths = [max(len(line[index]) for line in lines) for index in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        )
        for line in lines
    )
