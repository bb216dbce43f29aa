"""Summarise trained pipelines in one table: PSNR and SSIM by camera and pipeline, with mean and spread.

Values come from evaluation.csv beside a model (see evaluate_isp.py), or else from the training's own validation; with
--evaluate the validation photographs that the training names are developed anew.
"""

import argparse
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, runtime


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--models",
        type=Path,
        nargs="+",
        required=True,
        help="folders <camera>/<isp> of trained pipelines, or a folder above them, such as results/isp",
    )
    parser.add_argument(
        "--last",
        type=int,
        default=1,
        help="average so many validations at the end of each training (default: the one of the weights that were kept)",
    )
    parser.add_argument("--evaluate", action="store_true", help="develop the validation photographs and measure them")
    parser.add_argument(
        "--size",
        type=int,
        default=1024,
        help="with --evaluate: the middle of each photograph, so many pixels long at most; 0: whole ones "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--output", type=Path, required=True, help="table to write (CSV); .md, .tex and .html beside it"
    )
    parser.add_argument("--threads", type=int, help="with --evaluate: processor threads (default: all)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    for option in ("last", "threads"):
        command_line.within(f"--{option}", getattr(options, option), 1)
    command_line.within("--size", options.size, 0)
    command_line.outputs(("--output", options.output, *files.TABLE))
    if options.evaluate:
        runtime.configure(threads=options.threads, seed=0, deterministic=True)

    from neural_imaging.tables import isp_table, typeset

    folders = isp_table.find(options.models)
    fresh = _evaluated(folders, options.size or None) if options.evaluate else None
    table = isp_table.trained(folders, options.last, fresh)
    typeset.write(table, options.output, isp_table.cells, group=1)
    print(typeset.markdown(*isp_table.cells(table)), end="")


def _evaluated(folders, size):
    from neural_imaging.evaluation import isp_trained

    return isp_trained.evaluate(folders, size)


if __name__ == "__main__":
    command_line.run(main)
