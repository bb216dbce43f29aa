"""Gather tests of forensic networks on other pictures than they have learned from into one table."""

import json
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, texts
from neural_imaging.base.errors import UserError


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--trained",
        required=True,
        help='JSON, a list such as [{"trained_on": "raw", "protocol": "iclr2020", "grid": {"camera": ["D90"], …}}]; '
        "a grid as for tabulate_forensics.py",
    )
    parser.add_argument("--tests", type=Path, required=True, help="folder of tests: PROTOCOL/RUN/test.json")
    parser.add_argument("--evaluations", type=Path, required=True, help="folder of runs: PROTOCOL/RUN/evaluation.json")
    parser.add_argument(
        "--output", type=Path, required=True, help="CSV to write; .md, .tex and .html are written beside it"
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    try:
        trained = json.loads(options.trained)
        wrong = texts.fault(trained)
    except (ValueError, RecursionError) as error:
        raise UserError(f"--trained: not JSON ({error})") from None
    if wrong:
        raise UserError(f"--trained: {wrong}")
    needed = {"trained_on", "protocol", "grid"}
    whole = isinstance(trained, list) and all(isinstance(one, dict) and needed <= set(one) for one in trained)
    if not whole or not trained:
        raise UserError(f"--trained: must be a list of mappings, each with {', '.join(sorted(needed))}")
    command_line.outputs(("--output", options.output, *files.TABLE))

    from neural_imaging.tables import transfer_table, typeset

    table = transfer_table.table(trained, options.tests, options.evaluations)
    typeset.write(table, options.output, transfer_table.cells)


if __name__ == "__main__":
    command_line.run(main)
