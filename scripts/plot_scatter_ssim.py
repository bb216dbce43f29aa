"""Draw accuracy against SSIM, a point a run."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--table", type=Path, required=True, help="table of runs, e.g. results/tables/cvpr2019_runs.csv"
    )
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)

    from neural_imaging.figures import scatter, style
    from neural_imaging.tables import tables

    table = tables.read(options.table, scatter.columns("ssim"))
    style.save(scatter.draw(table, "ssim"), options.output)


if __name__ == "__main__":
    command_line.run(main)
