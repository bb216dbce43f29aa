"""Check a results folder against its records: what does not fit is named, a line each, and the exit code is 1."""

import functools
import sys
from pathlib import Path

import library_path
from neural_imaging.base import command_line
from neural_imaging.base.errors import UserError

sys.path.insert(0, str(library_path.ROOT / "workflow"))

from planning import configuration, expected, remade


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--results", type=Path, required=True, help="folder of results")
    parser.add_argument(
        "--configfile", type=Path, help="configuration of the workflow; settings in records are held against it"
    )
    parser.add_argument(
        "--remake", action="store_true", help="make the tables again from the records, and compare; needs --configfile"
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    from neural_imaging.tables import verification

    if options.remake and not options.configfile:
        raise UserError("--remake: which tables there are, --configfile says; give it too")
    asked = None
    if options.configfile:
        config = configuration.read(options.configfile)
        asked = functools.partial(expected.settings, config)
    count, faults = verification.faults(options.results, asked)
    print(*faults, f"{count} records, {len(faults)} of their statements do not fit", sep="\n")
    if options.remake:
        count, changed = remade.differences(options.results, options.configfile)
        print(*changed, f"{count} tables, {len(changed)} of them come out otherwise", sep="\n")
        faults += changed
    if faults:
        raise SystemExit(1)


if __name__ == "__main__":
    command_line.run(main)
