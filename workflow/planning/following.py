"""Tells how far a run is: jobs that are done, running and left, the time left, and what running trainings validate.

Snakemake's logger says which jobs start and end, and each training's own log what it validated. On a terminal both
stand in the panel of the logger "rich", above its bars; elsewhere they are plain lines.
"""

import logging
import re
import threading
import time
from pathlib import Path

from snakemake.logging import logger
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.common import LogEvent

from planning import remaining

# A line of a training's log after a validation (training/callbacks.py).
_VALIDATION = re.compile(r"^(.*: epoch (\d+) of (\d+)): (.+)$", re.MULTILINE)
# Seconds between two looks at logs, and between two plain lines: here, and where a cluster runs many trainings.
_LOOKS, _LINES = {True: 2, False: 30}, {True: 20, False: 300}


class Log:
    """What a running training says in its log."""

    def __init__(self, path, started):
        self._path, self._started = Path(path), started
        # An earlier try's log lies there until the training opens its own.
        self._before, self._read, self._first = self._changed(), 0, None
        # The last validation, and seconds from the start to the end of the training as its pace tells; None before.
        self.validation = self.expected = None

    def look(self, now):
        """Read what is new."""
        if self._changed() == self._before:
            return
        with self._path.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        # The last line may be half written.
        new = new[: new.rfind(b"\n") + 1]
        self._read += len(new)
        for place, epoch, epochs, numbers in _VALIDATION.findall(new.decode("utf-8", "replace")):
            # What one looks for first, where a narrow terminal cuts the rest.
            numbers = sorted(numbers.split(", "), key=lambda number: not number.startswith("accuracy"))
            self.validation = f"{place}: {', '.join(numbers)}"
            self._pace(int(epoch), int(epochs), now)

    def _changed(self):
        return self._path.stat().st_mtime_ns if self._path.exists() else None

    def _pace(self, epoch, epochs, now):
        # One that goes on from a checkpoint begins with a later epoch.
        self._first = self._first or (epoch, now)
        first, seen = self._first
        pace = (now - seen) / (epoch - first) if epoch > first and now > seen else (now - self._started) / epoch
        self.expected = now - self._started + pace * (epochs - epoch)


class Run(logging.Handler):
    """A run of a Snakemake workflow."""

    def __init__(self, workflow):
        super().__init__()
        self._workflow = workflow
        self._jobs, self._logs, self._known = {}, {}, {}
        self._ended = threading.Event()

    def follow(self):
        """Begin to tell, until Snakemake closes its logger. No job has been started."""
        for job in self._workflow.dag.needrun_jobs():
            self._known[job.jobid] = job
            asked = job.resources.get("runtime")
            # Targets run nothing; a profile of a user's own may leave the time open.
            asked = 0 if job.rule.norun else asked if isinstance(asked, int) else 1
            self._jobs[job.jobid] = remaining.Job(job.rule.name, asked, job.threads, job.resources.get("gpu", 0))
        logger.addHandler(self)
        threading.Thread(target=self._tell, daemon=True).start()

    def emit(self, record):
        event, now = getattr(record, "event", None), record.created
        job = self._jobs.get(getattr(record, "job_id" if event == LogEvent.JOB_FINISHED else "jobid", None))
        if job is None:
            return
        if event == LogEvent.JOB_INFO:
            # A second attempt begins anew.
            job.started, job.ended, job.failed, job.expected = now, None, False, None
            if job.training:
                self._logs[record.jobid] = Log(self._known[record.jobid].log[0], now)
        elif event in (LogEvent.JOB_FINISHED, LogEvent.JOB_ERROR):
            job.ended, job.failed = now, event == LogEvent.JOB_ERROR

    def close(self):
        self._ended.set()
        super().close()

    def failed(self):
        """Rules of the jobs that failed, with their logs: pairs."""
        return [(job.rule, list(self._known[key].log)) for key, job in self._jobs.items() if job.failed]

    def state(self, now):
        """How far the run is, in a line."""
        jobs, local = list(self._jobs.values()), self._workflow.local_exec
        numbers = {
            "done": sum(job.ended is not None and not job.failed for job in jobs),
            # On a cluster they may still wait.
            "running" if local else "submitted": sum(job.running for job in jobs),
            "failed": sum(job.failed for job in jobs),
        }
        done, *others = (f"{number} {what}" for what, number in numbers.items() if number or what == "done")
        parts = [done.replace(" ", f" of {len(jobs)} jobs "), *others]
        # What depends on a failed job is never done.
        if local and not numbers["failed"] and numbers["done"] < len(jobs):
            gpus = self._workflow.global_resources.get("gpu")
            # Snakemake's resources were numbers before they were objects.
            left = remaining.seconds(jobs, now, self._workflow.cores, getattr(gpus, "value", gpus) or 0)
            parts += [f"{remaining.words(left)} left"] if left is not None else []
        return ", ".join(parts)

    def validations(self, now):
        """The last validation of each running training, after words of its path that it does not say itself."""
        lines = []
        for key, log in list(self._logs.items()):
            if self._jobs[key].running:
                log.look(now)
                self._jobs[key].expected = log.expected
                if log.validation:
                    title, values = log.validation.partition(": epoch ")[0], self._known[key].wildcards_dict.values()
                    own = [value for value in values if value != "none" and value not in title]
                    lines.append(" ".join([*own, log.validation]))
        return lines

    def _tell(self):
        local = self._workflow.local_exec
        panels = [_Panel(handler) for handler in self._workflow.logger_manager.get_log_handlers() if _barred(handler)]
        said, text = time.time(), ""
        while not self._ended.wait(_LOOKS[local]):
            now = time.time()
            validations = self.validations(now)
            state = self.state(now)
            for panel in panels:
                panel.show(state, validations)
            lines = "\n  ".join([state, *validations])
            if not panels and now - said >= _LINES[local] and lines != text:
                logger.info(lines, extra={"quietness": Quietness.PROGRESS})
                said, text = now, lines


def _barred(handler):
    """Whether a handler of Snakemake's logger is the one with bars."""
    return type(handler).__module__ == "snakemake_logger_plugin_rich"


class _Panel:
    """The panel of the logger "rich", with lines of ours around its bars."""

    def __init__(self, handler):
        self._live, self._bars = handler.live_display, handler.progress

    def show(self, title, lines):
        # Nobody needs it where there is no terminal.
        from rich.console import Group
        from rich.panel import Panel
        from rich.text import Text

        # Above the bars, of which a low terminal cuts the last.
        texts = [Text(line, no_wrap=True, overflow="ellipsis") for line in lines]
        self._live.update(Panel(Group(*texts, self._bars), title=title, border_style="dim", padding=(0, 1)))
