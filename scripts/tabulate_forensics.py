"""Gather an experiment's evaluations into tables: lines of runs and photographs, a summary, confusion, progress."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, texts


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True, help="folder of the experiment's runs")
    parser.add_argument(
        "--grid",
        required=True,
        help='JSON, e.g. {"camera": ["D90"], "isp": ["UNet"], "channel": ["jpeg50"], '
        '"lambda_isp": ["fan-only", 0.1], "run": [0, 1, 2]}',
    )
    parser.add_argument(
        "--runs", type=Path, required=True, help="CSV to write, one line a run; .md, .tex and .html beside"
    )
    parser.add_argument("--summary", type=Path, required=True, help="CSV to write, one line a grid point; ditto")
    parser.add_argument("--confusion", type=Path, required=True, help="CSV to write, percent of each true class; ditto")
    parser.add_argument("--photographs", type=Path, required=True, help="CSV to write, one line a run and photograph")
    parser.add_argument("--progress", type=Path, required=True, help="CSV to write, every run's training.csv")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    grid = texts.mapping(options.grid, "--grid", is_json=True)
    command_line.outputs(
        ("--runs", options.runs, *files.TABLE),
        ("--summary", options.summary, *files.TABLE),
        ("--confusion", options.confusion, *files.TABLE),
        ("--photographs", options.photographs, ".csv"),
        ("--progress", options.progress, ".csv", ".html"),
    )

    from neural_imaging.tables import summaries, tables, typeset

    found = tables.evaluations(options.root, grid)
    progress, photographs = tables.progress(options.root, grid), tables.photographs(found)
    typeset.write_page(progress, options.progress)
    tables.write(photographs, options.photographs)
    typeset.write(tables.confusion(found), options.confusion, typeset.confusion)
    typeset.write(tables.runs(found), options.runs, typeset.runs)
    typeset.write(summaries.summary(photographs), options.summary, summaries.cells)


if __name__ == "__main__":
    command_line.run(main)
