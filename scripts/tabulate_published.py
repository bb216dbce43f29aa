"""Put our results beside published ones: accuracy and PSNR over λ, and confusion matrices."""

import sys
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files
from neural_imaging.base.errors import UserError


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--summary", type=Path, required=True, help="our summary, e.g. results/tables/cvpr2019.csv")
    parser.add_argument("--published", type=Path, required=True, help="published trade-off, of resources/published")
    parser.add_argument("--output", type=Path, required=True, help="CSV to write; .md, .tex and .html beside")
    parser.add_argument("--camera", default="D90", help="camera of the published values (default: %(default)s)")
    parser.add_argument("--isp", default="UNet", help="ISP of the published values (default: %(default)s)")
    parser.add_argument("--channel", help="our channel, where the summary has several")
    parser.add_argument("--confusion", type=Path, help="our confusion matrices, to be compared too")
    parser.add_argument("--published-confusion", type=Path, help="published confusion matrices")
    parser.add_argument("--confusion-output", type=Path, help="CSV to write for them; .md, .tex and .html beside")
    options = parser.parse_args(arguments)
    if len({options.confusion is None, options.published_confusion is None, options.confusion_output is None}) > 1:
        parser.error("--confusion, --published-confusion and --confusion-output are given together")
    return options


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(
        ("--output", options.output, *files.TABLE),
        ("--confusion-output", options.confusion_output, *files.TABLE),
    )

    from neural_imaging.tables import published, summaries, tables, typeset

    which = (options.camera, options.isp, options.channel)
    summary = tables.read(options.summary, summaries.SUMMARY)
    table = published.tradeoff(summary, tables.read(options.published, published.PUBLISHED), *which)
    if table["runs"].isna().all():
        print(f"{options.summary}: no run of {options.camera} and {options.isp} to compare", file=sys.stderr)
    typeset.write(table, options.output, published.tradeoff_cells)
    if options.confusion:
        ours = tables.read(options.confusion, tables.CONFUSION)
        theirs = tables.read(options.published_confusion, ["lambda_isp", "true"])
        if not set(theirs["true"]) <= set(theirs.columns):
            raise UserError(f"{options.published_confusion}: a true class has no column of the same name")
        for name in theirs["true"].unique():
            theirs[name] = tables.numbers(theirs[name], options.published_confusion)
        matrices = published.confusion(ours, theirs, *which)
        typeset.write(matrices, options.confusion_output, published.confusion_cells)


if __name__ == "__main__":
    command_line.run(main)
