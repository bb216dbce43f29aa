"""What benchmarks share: the library's place, their arguments, and how calls are timed and measured in processes."""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))

from neural_imaging.base import command_line

_HELP = {"threads": "processor threads", "repeats": "timed calls of each kind"}


def parser(description, **defaults):
    """A parser, with --threads and --repeats if they have a default here; no number of threads means all."""
    arguments = command_line.Parser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in defaults.items():
        shown = f"{_HELP[name]} (default: {'all' if default is None else default})"
        arguments.add_argument(f"--{name}", type=command_line.count, default=default, help=shown)
    return arguments


def in_turns(calls, repeats):
    """Seconds of calls, lists by their names. They take turns, so that a change of the machine's pace meets all.

    The first turn, which builds graphs and fills caches, does not count.
    """
    seconds = {name: [] for name in calls}
    for turn in range(repeats + 1):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            if turn:
                seconds[name].append(time.perf_counter() - started)
    return seconds


def medians(calls, repeats):
    """Median seconds of calls that take turns, by their names."""
    return {name: statistics.median(seconds) for name, seconds in in_turns(calls, repeats).items()}


def least(calls, repeats):
    """Shortest seconds of calls that take turns, by their names."""
    return {name: min(seconds) for name, seconds in in_turns(calls, repeats).items()}


def tell(seconds, **facts):
    """Print what was measured in this process, with its peak memory (resident), for `in_a_process` to read."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps({"seconds": seconds, "peak_gib": peak, **facts}))


def in_a_process(*arguments):
    """Run this program once more, with more arguments, and give what it tells; it ends both if it fails."""
    command = [sys.executable, *sys.argv, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)  # It said why.
    facts = json.loads(done.stdout.splitlines()[-1])
    return {**facts, "cost": f"{facts['peak_gib']:.2f} GiB, {facts['seconds']:.1f} s"}
