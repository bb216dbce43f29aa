"""Tabulate BD-rates: how many bits more or less each codec needs for the same PSNR, SSIM and MS-SSIM as another."""

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
    parser.add_argument(
        "--anchor",
        default="jpeg",
        help="codec to compare all with; joined curves are compared with every codec (default: %(default)s)",
    )
    parser.add_argument("--file-size", action="store_true", help="count whole files, not the picture's bytes alone")
    parser.add_argument(
        "--output", type=Path, required=True, help="table to write (CSV); .md, .tex and .html beside it"
    )
    parser.add_argument("--per-image", type=Path, help="table of every picture to write (CSV)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    for option in ("output", "per_image"):
        command_line.ending(f"--{option.replace('_', '-')}", getattr(options, option), ".csv")

    from neural_imaging.tables import bd_rates, profiles, rate_curves, tables, typeset

    curves = rate_curves.parse_joined(options.join)
    rows = rate_curves.join(profiles.read(options.profiles), curves)
    rate = "bpp" if options.file_size else rate_curves.RATE
    measured = bd_rates.per_image(rows, options.anchor, rate, learned=tuple(curves))
    table = bd_rates.summary(measured)
    if options.per_image:
        tables.write(measured, options.per_image)
    typeset.write(table, options.output, bd_rates.cells, group=1, widths={"Missing": "5cm"})
    print(typeset.markdown(*bd_rates.cells(table)), end="")


if __name__ == "__main__":
    command_line.run(main)
