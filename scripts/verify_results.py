"""Check a results folder against its records: what does not fit is named, a line each, and the exit code is 1."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--results", type=Path, required=True, help="folder of results")
    parser.add_argument(
        "--configfile", type=Path, help="configuration of the workflow; settings in records are held against it"
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    from neural_imaging import verification

    config = command_line.settings(str(options.configfile)) if options.configfile else None
    count, faults = verification.faults(options.results, config)
    print(*faults, f"{count} records, {len(faults)} of their statements do not fit", sep="\n")
    if faults:
        raise SystemExit(1)


if __name__ == "__main__":
    command_line.run(main)
