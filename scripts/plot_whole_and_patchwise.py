"""Draw accuracy over what learned, patch by patch as in the papers, and on whole photographs."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--table", type=Path, required=True, help="summary, e.g. results/tables/cvpr2019.csv")
    parser.add_argument("--runs", type=Path, required=True, help="its runs, e.g. results/tables/cvpr2019_runs.csv")
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)

    from neural_imaging.figures import style, whole_and_patchwise
    from neural_imaging.tables import tables

    summary = tables.read(options.table, whole_and_patchwise.SUMMARY)
    runs = tables.read(options.runs, whole_and_patchwise.RUNS)
    style.save(whole_and_patchwise.draw(runs, summary), options.output)


if __name__ == "__main__":
    command_line.run(main)
