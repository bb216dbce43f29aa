"""Draw how far the entropy estimate is from the true entropy, for each kernel."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--table", type=Path, required=True, help="table of measure_entropy_estimation.py")
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)

    from neural_imaging.figures import entropy_estimation, style
    from neural_imaging.tables import tables

    table = tables.read(options.table, entropy_estimation.COLUMNS)
    style.save(entropy_estimation.draw(table), options.output)


if __name__ == "__main__":
    command_line.run(main)
