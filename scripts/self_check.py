"""Say whether this installation is sane: run each kind of training for a moment, and compare with stored numbers.

Prints what is installed, then a line a check: ok, or what is wrong. Exit code 1 where something is.
"""

import sys
import tempfile
import time
from pathlib import Path

import library_path
from neural_imaging.base import command_line, runtime

RESOURCES = library_path.ROOT / "resources"


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--expected", type=Path, default=RESOURCES / "self_check.json", help="stored numbers (default: the project's)"
    )
    parser.add_argument("--write", action="store_true", help="store this installation's numbers in place of them")
    # More threads add up in another order, and trainings make much of it.
    parser.add_argument(
        "--threads", type=command_line.count, default=1, help="processor threads (default: 1, as the stored numbers)"
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--expected", options.expected if options.write else None, ".json"))
    started = time.monotonic()
    runtime.configure(threads=options.threads, seed=0, deterministic=True)
    import keras

    from neural_imaging.training import self_check

    for name, text in self_check.facts():
        print(f"{name:20}{text}")
    backend, expected = (None, None) if options.write else self_check.read(options.expected)
    if expected is not None and backend != keras.backend.backend():
        print(f"Numbers are stored for {backend}; with another backend networks begin otherwise, so none are compared.")
        expected = None
    results, wrong = {}, []
    with tempfile.TemporaryDirectory() as folder:
        checks = self_check.checks(Path(folder), RESOURCES / "cameras.yaml", options.threads)
        for name, numbers, fault, seconds in self_check.run(checks, expected):
            text = ", ".join(f"{key} {value:.5g}" for key, value in numbers.items())
            print(f"{'WRONG' if fault else 'ok':6}{name:20}{fault or text} ({seconds:.1f} s)", flush=True)
            results[name] = numbers
            wrong += [name] if fault else []
    print(f"{len(results) - len(wrong)} of {len(results)} checks are ok, in {time.monotonic() - started:.0f} s")
    if wrong:
        print(f"wrong: {', '.join(wrong)}", file=sys.stderr)
        raise SystemExit(1)
    if options.write:
        self_check.write(options.expected, keras.backend.backend(), results)
        print(options.expected)


if __name__ == "__main__":
    command_line.run(main)
