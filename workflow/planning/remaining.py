"""How long the jobs that are left may take, from what others took: in words, and never before anything is known."""

import math
from dataclasses import dataclass


@dataclass
class Job:
    """A job of a run. Times are in seconds, on the clock of `time.time`."""

    rule: str
    # What it asks a cluster for, in minutes: jobs of a rule take times in these proportions. 0 where nothing is run.
    asked: float = 0
    threads: int = 1
    gpus: int = 0
    started: float | None = None
    ended: float | None = None
    failed: bool = False
    # From its start to its end, as its own progress says.
    expected: float | None = None

    @property
    def training(self):
        """Whether it trains a network: no other job tells how long it takes."""
        return self.rule.startswith("train_")

    @property
    def running(self):
        return self.started is not None and self.ended is None

    @property
    def took(self):
        """Seconds that it took, or will have taken; None where nothing is known."""
        return self.expected if self.ended is None or self.failed else self.ended - self.started


def seconds(jobs, now, cores, gpus=0):
    """Seconds until all jobs are done, with so many processors and GPUs always at work; None where nothing tells.

    A job takes what jobs of its rule took for each minute that they ask for; where none of them is done, what other
    trainings took, or other jobs that are none.
    """
    paces, left = _paces(jobs), []
    for job in jobs:
        if job.ended is None:
            pace = paces.get(job.rule, paces.get(job.training))
            whole = 0.0 if not job.asked else job.expected if pace is None or job.expected else job.asked * pace
            if whole is None:
                return None
            left.append((job, max(0.0, whole - (now - job.started if job.running else 0))))
    work = sum(length * min(job.threads, cores) for job, length in left) / cores
    on_gpus = sum(length * job.gpus for job, length in left) / max(1, gpus)
    return max([work, on_gpus, *(length for _, length in left)])


def _paces(jobs):
    """Seconds for each minute that is asked for: by rules, and by whether a job is a training."""
    sums = {}
    for job in jobs:
        if job.asked and job.took is not None:
            for key in (job.rule, job.training):
                took, asked = sums.get(key, (0, 0))
                sums[key] = took + job.took, asked + job.asked
    return {key: took / asked for key, (took, asked) in sums.items()}


def words(time):
    """A time in seconds, in words that promise no more than is known."""
    if time < 60:
        return "less than a minute"
    minutes = math.ceil(time / 60)
    return f"about {minutes} minutes" if minutes < 90 else f"about {time / 3600:.1f} hours"
