"""Show the results of a grid that is finished or half finished, from the runs that are there.

    results.py accuracy results/forensics/cvpr2019               means with intervals; so psnr and ssim
    results.py conf ROOT                                         confusion matrices as text
    results.py conf-tex ROOT                                     confusion matrices for LaTeX
    results.py df ROOT -o FOLDER                                 the summary, and all tables as CSV into a folder

ROOT is the folder of a protocol's runs. Runs that are missing or unfinished are named on standard error. From the
tables of `df`, plot.py draws figures.
"""

import argparse
import functools
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
        help="of confusion matrices: the training's (default), or the real one: bitstream if learned, else libjpeg",
    )
    parser.add_argument("--output", "-o", type=Path, help="folder of df")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    if options.output is not None:
        if options.kind != "df":
            raise UserError(f"--output: is a folder of df; {options.kind} is printed, and plot.py draws figures")
        files.check_output(options.output / "runs.csv")
    from neural_imaging.tables import experiment, tables, typeset
    from neural_imaging.tables.found_runs import FoundRuns

    runs = FoundRuns(options.root, command_line.filters(options))
    for note in runs.notes:
        print(f"{options.root.name}: {note}", file=sys.stderr)
    evaluations = runs.evaluations()
    if options.kind in ("conf", "conf-tex"):
        latex = functools.partial(typeset.latex, group=0)
        comment, text = ("", typeset.markdown) if options.kind == "conf" else ("% ", latex)
        matrices = experiment.matrices(evaluations, options.codec, text)
        print(*(f"{comment}{what}\n{matrix}" for what, matrix in matrices), sep="\n", end="")
    else:
        print(experiment.means(evaluations, MEASURES.get(options.kind, "")), end="")
    if options.output is not None:
        paths = {name: options.output / f"{name}.csv" for name in ("runs", "summary", "confusion")}
        experiment.write(evaluations, tables.photographs(evaluations), **paths)
        tables.write(runs.progress(), options.output / "progress.csv")
        print(*paths.values(), options.output / "progress.csv", sep="\n")


if __name__ == "__main__":
    command_line.run(main, says=True)
