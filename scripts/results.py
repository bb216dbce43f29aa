"""Show the results of a grid that is finished or half finished, from the runs that are there.

    results.py accuracy results/forensics/cvpr2019               means with intervals; so psnr and ssim
    results.py conf ROOT                                         confusion matrices as text
    results.py conf-tex ROOT                                     confusion matrices for LaTeX
    results.py df ROOT -o FOLDER                                 the summary, and all tables as CSV into a folder

ROOT is the folder of a protocol's runs. Runs that are missing or unfinished are named on standard error. From the
tables of `df`, plot.py draws figures.
"""

import argparse
import sys
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files
from neural_imaging.base.errors import UserError

MEASURES = {"accuracy": "Accuracy", "psnr": "PSNR", "ssim": "SSIM"}
KINDS = (*MEASURES, "conf", "conf-tex", "df")


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=f"one of {', '.join(KINDS)}")
    parser.add_argument("root", type=Path, metavar="ROOT", help="folder of runs, e.g. results/forensics/cvpr2019")
    command_line.add_filter_arguments(parser)
    parser.add_argument(
        "--codec",
        choices=("differentiable", "libjpeg", "bitstream"),
        default="differentiable",
        help="of confusion matrices: the training's (default), or the channel's real one",
    )
    parser.add_argument("--output", "-o", type=Path, help="folder of df")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    if options.output is not None:
        if options.kind != "df":
            raise UserError(f"--output: is a folder of df; {options.kind} is printed, and plot.py draws figures")
        files.check_output(options.output / "runs.csv")
    from neural_imaging.tables.found_runs import FoundRuns

    found = FoundRuns(options.root, command_line.filters(options))
    for note in found.notes:
        print(f"{options.root.name}: {note}", file=sys.stderr)
    evaluations = found.evaluations()
    if options.kind in ("conf", "conf-tex"):
        _print_confusion(evaluations, options)
    else:
        _print_summary(evaluations, MEASURES.get(options.kind, ""))
    if options.output is not None:
        _write(evaluations, found.progress(), options.output)


def _print_summary(evaluations, measure):
    """Print the means of one measure, or of all."""
    from neural_imaging.tables import summaries, tables, typeset

    headings, lines = summaries.cells(summaries.summary(tables.photographs(evaluations)))
    kept = list(_columns(headings, measure))
    headings, *lines = ([line[place] for place in kept] for line in (headings, *lines))
    print(typeset.markdown(headings, lines), end="")


def _columns(headings, start):
    """Places of the columns that say what a line is of, and of a measure's own, its difference among them."""
    from neural_imaging.tables import typeset

    shown = True
    for place, name in enumerate(headings):
        label = name in (*typeset.LABELS.values(), "Intervals over")
        # A difference stands behind what it is of.
        shown = shown if name.startswith("difference") else label or name.startswith(start)
        if shown:
            yield place


def _write(evaluations, progress, folder):
    """Write the tables that the workflow has of a whole experiment."""
    from neural_imaging.tables import experiment, tables

    paths = {name: folder / f"{name}.csv" for name in ("runs", "summary", "confusion", "progress")}
    tables.write(progress, paths.pop("progress"))
    experiment.write(evaluations, tables.photographs(evaluations), **paths)
    print(*paths.values(), folder / "progress.csv", sep="\n")


def _print_confusion(evaluations, options):
    from neural_imaging.tables import found_runs, tables, typeset

    table = tables.confusion(evaluations)
    table = table[(table["codec"] == options.codec) & (table["view"] == "whole")]
    if table.empty:
        raise UserError(f"--codec {options.codec}: not the codec of these runs' channels")
    parts = []
    for labels, headings, lines in found_runs.matrices(table):
        what = ", ".join(f"{key} {value}" for key, value in labels.items() if value not in ("none", options.codec))
        if options.kind == "conf-tex":
            parts.append(f"% {what}\n{typeset.latex(headings, lines, 0)}")
        else:
            parts.append(f"{what}\n{typeset.markdown(headings, lines)}")
    print(*parts, sep="\n", end="")


if __name__ == "__main__":
    command_line.run(main, says=True)
