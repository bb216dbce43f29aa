"""Tabulate rate and distortion of all codecs at a few bits a pixel, ours beside the published."""

import sys
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--profiles", type=Path, nargs="+", required=True, help="profiles of profile_codec.py (JSON)")
    parser.add_argument(
        "--join",
        action="append",
        default=[],
        metavar="NAME=CODEC,CODEC,…",
        help="make a curve of several learned codecs, as in dcn=16c,32c,64c; repeat it for more",
    )
    parser.add_argument("--published", type=Path, help="published values, of resources/published")
    parser.add_argument(
        "--output", type=Path, required=True, help="table to write (CSV); .md, .tex and .html beside it"
    )
    parser.add_argument("--curves", type=Path, help="averages on a fine grid to write (CSV), for figures")
    parser.add_argument(
        "--averages", type=Path, help="plain means at each quality to write (CSV), learned codecs included"
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    for option in ("output", "curves", "averages"):
        command_line.ending(f"--{option}", getattr(options, option), ".csv")

    from neural_imaging.tables import profiles, rate_curves, rate_table, tables, typeset

    joined = rate_curves.parse_joined(options.join)
    published = tables.read(options.published, rate_table.PUBLISHED) if options.published else None
    rows = rate_curves.join(profiles.read(options.profiles), joined)
    fits, failed = rate_curves.fit_all(rows)
    for line in failed.to_dict("records"):
        print("{data_set}, {codec}, {image}: {measure} has no fit ({reason})".format(**line), file=sys.stderr)
    table = rate_table.table(rows, fits, published)
    if options.curves:
        tables.write(rate_curves.curves(fits), options.curves)
    if options.averages:
        tables.write(rate_curves.averages(rows), options.averages)
    typeset.write(table, options.output, rate_table.cells, group=2)
    print(typeset.markdown(*rate_table.cells(table)), end="")


if __name__ == "__main__":
    command_line.run(main)
