"""Show the results of a grid that is finished or half finished, from the runs that are there.

    results.py accuracy results/forensics/cvpr2019               means with intervals; so psnr and ssim
    results.py accuracy results/forensics/cvpr2019 -o boxes.pdf  the same as box plots
    results.py scatter-psnr ROOT -o scatter.pdf                  a figure; so scatter-ssim, progress and boxplot
    results.py conf ROOT                                         confusion matrices as text, with -o as a figure
    results.py conf-tex ROOT                                     confusion matrices for LaTeX, with -o into a file
    results.py df ROOT -o FOLDER                                 the summary, and all tables as CSV into a folder
    results.py auto ROOT -o FOLDER                               all tables and all figures that fit

ROOT is the folder of a protocol's runs. Runs that are missing or unfinished are named on standard error.
"""

import argparse
import sys
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files
from neural_imaging.base.errors import UserError

MEASURES = {"accuracy": "Accuracy", "psnr": "PSNR", "ssim": "SSIM"}
FIGURES = ("scatter-psnr", "scatter-ssim", "progress", "boxplot")
KINDS = (*MEASURES, *FIGURES, "conf", "conf-tex", "df", "auto")


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
    parser.add_argument("--output", "-o", type=Path, help="PDF of a figure, .tex file, or folder of df and auto")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    _check_output(options)
    from neural_imaging.tables.found_runs import FoundRuns

    found = FoundRuns(options.root, command_line.filters(options))
    for note in found.notes:
        print(f"{options.root.name}: {note}", file=sys.stderr)
    if options.kind in ("conf", "conf-tex"):
        _confusion(found, options)
    elif options.kind in FIGURES:
        (shown, drawing), *others = _figures(options.kind, found)
        if others:
            print(f"{options.kind} shows {shown}; --camera chooses another, and auto draws all", file=sys.stderr)
        _save(drawing, options.output)
    elif options.kind == "auto":
        _auto(found, options)
    else:
        _tables(found, options)


def _check_output(options):
    """Refuse, before any work, an output that does not suit the kind."""
    if options.output is None:
        if options.kind in (*FIGURES, "auto"):
            wanted = "all tables and figures; name a folder" if options.kind == "auto" else "a figure; name its PDF"
            raise UserError(f"{options.kind} makes {wanted} with --output")
    elif options.kind in ("df", "auto"):
        files.check_output(options.output / "runs.csv")
    else:
        command_line.ending("--output", options.output, ".tex" if options.kind == "conf-tex" else ".pdf")


def _tables(found, options):
    """Print the means of one measure, or of all, and draw or write what was asked for beside them."""
    from neural_imaging.tables import summaries, typeset

    headings, lines = summaries.cells(found.summary())
    kept = list(_columns(headings, MEASURES.get(options.kind, "")))
    print(
        typeset.markdown([headings[place] for place in kept], [[line[place] for place in kept] for line in lines]),
        end="",
    )
    if options.output is not None and options.kind == "df":
        _write(found, options.output)
    elif options.output is not None:
        _save(_boxes(found, options.kind), options.output)


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


def _write(found, folder):
    """Write the tables that the workflow has of a whole experiment."""
    from neural_imaging.tables import summaries, tables, typeset

    typeset.write(found.runs(), folder / "runs.csv", typeset.runs)
    typeset.write(found.summary(), folder / "summary.csv", summaries.cells)
    typeset.write(found.confusion(), folder / "confusion.csv", typeset.confusion)
    tables.write(found.progress(), folder / "progress.csv")
    print(*(folder / f"{name}.csv" for name in ("runs", "summary", "confusion", "progress")), sep="\n")


def _figures(kind, found):
    """The figures of a kind: those that show one camera, or one camera, pipeline and channel, once for each.

    Yields:
        (what it shows of several, or "", figure).
    """
    from neural_imaging.figures import confusion, progress, rate_distortion_accuracy, scatter

    table = found.runs()
    if kind == "progress":
        for (camera,) in _different(table, "camera"):
            yield camera, progress.draw(found.progress(), camera)
    elif kind == "conf":
        for place in _different(table, "camera", "isp", "channel"):
            yield "_".join(place), confusion.draw(found.confusion(), *place)
    elif kind == "rate":
        for place in _different(table, "camera", "isp", "lambda_isp"):
            yield "_".join(place), rate_distortion_accuracy.draw(found.summary(), *place)
    else:
        yield "", _boxes(found, "accuracy") if kind == "boxplot" else scatter.draw(table, kind.removeprefix("scatter-"))


def _different(table, *columns):
    return list(table[list(columns)].drop_duplicates().itertuples(index=False, name=None))


def _boxes(found, measure):
    from neural_imaging.figures import boxplot

    return boxplot.draw(found.runs(), measures=(measure,))


def _save(drawing, path):
    from neural_imaging.figures import style

    style.save(drawing, path)
    print(path)


def _confusion(found, options):
    from neural_imaging.tables import found_runs, typeset

    table = found.confusion()
    table = table[(table["codec"] == options.codec) & (table["view"] == "whole")]
    if table.empty:
        raise UserError(f"--codec {options.codec}: not the codec of these runs' channels")
    tex, parts = options.kind == "conf-tex", []
    for labels, headings, lines in found_runs.matrices(table):
        what = ", ".join(f"{key} {value}" for key, value in labels.items() if value not in ("none", options.codec))
        parts.append(
            f"% {what}\n{typeset.latex(headings, lines, 0)}" if tex else f"{what}\n{typeset.markdown(headings, lines)}"
        )
    if tex and options.output is not None:
        files.write_text(options.output, "\n".join(parts))
        print(options.output)
        return
    print(*parts, sep="\n", end="")
    if options.output is not None:
        from neural_imaging.figures import confusion

        if len(_different(table, "camera", "isp", "channel")) > 1:
            print("the figure shows the first camera, pipeline and channel; filters choose others", file=sys.stderr)
        _save(confusion.draw(table, codec=options.codec), options.output)


def _auto(found, options):
    """All tables, and each figure that these runs can fill: that of learned codecs, or those over λ."""
    from neural_imaging.study import grid

    _write(found, options.output)
    coded = (found.runs()[grid.CODEC] != grid.NONE).any()
    kinds = {"rate": "rate_distortion_accuracy"} if coded else {**{kind: kind for kind in FIGURES}, "conf": "confusion"}
    for kind, name in kinds.items():
        try:
            drawings = list(_figures(kind, found))
        except UserError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
            continue
        for shown, drawing in drawings:
            _save(
                drawing,
                options.output / f"{'_'.join([name, *([shown] if len(drawings) > 1 else [])])}.pdf".replace("-", "_"),
            )


if __name__ == "__main__":
    command_line.run(main, says=True)
