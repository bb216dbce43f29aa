"""Draw joint training over epochs: validation accuracy, cross-entropy and PSNR for each λ."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--table", type=Path, required=True, help="progress of all runs, e.g. results/tables/cvpr2019_progress.csv"
    )
    parser.add_argument("--camera", help="camera to draw; the table's first by default")
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)

    from neural_imaging.figures import progress, style
    from neural_imaging.tables import tables

    table = tables.read(options.table, progress.COLUMNS)
    style.save(progress.draw(table, options.camera), options.output)


if __name__ == "__main__":
    command_line.run(main)
