"""Gather what is left of learned tiles, and how well they are estimated, into one table."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, texts


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True, help="folder of the experiment's runs")
    parser.add_argument(
        "--grid", required=True, help="JSON as for tabulate_forensics.py; runs without a tile do not count"
    )
    parser.add_argument("--phased", nargs="*", default=[], help="pipelines of the grid that have a learned tile")
    parser.add_argument(
        "--output", type=Path, required=True, help="CSV to write; .md, .tex and .html are written beside it"
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    grid = texts.mapping(options.grid, "--grid", is_json=True)
    command_line.outputs(("--output", options.output, *files.TABLE))

    from neural_imaging.tables import signature_table, typeset

    table = signature_table.table(options.root, grid, options.phased)
    typeset.write(table, options.output, signature_table.cells)


if __name__ == "__main__":
    command_line.run(main)
