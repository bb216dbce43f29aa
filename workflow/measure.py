"""Measure how fast this machine trains, for workflow/plan.py, which starts this program.

It reads a list of names of parts as JSON from its standard input (see `training.rates`), and writes JSON: the backend,
its card, and the seconds of each part.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))

from neural_imaging.base import command_line, runtime


def main():
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--threads", type=command_line.count, required=True, help="processor threads")
    options = parser.parse_args()
    parts = json.load(sys.stdin)
    # As trainings do by default: the same bits in each run, at some cost in speed.
    runtime.configure(threads=options.threads, seed=0, deterministic=True)
    from neural_imaging.training import rates

    facts = {key: value for key, value in runtime.arithmetic().items() if key in ("backend", "card")}
    print(json.dumps({**facts, "seconds": rates.measure(parts)}))


if __name__ == "__main__":
    command_line.run(main)
