"""Draw how well forensic networks do on pictures of another kind than those that they were trained on."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--table",
        type=Path,
        required=True,
        help="a line for each training set and test set, e.g. results/tables/transfer.csv",
    )
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    from neural_imaging.figures import style, transfer
    from neural_imaging.tables import tables

    style.save(transfer.draw(tables.read(options.table, transfer.COLUMNS)), options.output)


if __name__ == "__main__":
    command_line.run(main)
