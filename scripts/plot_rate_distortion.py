"""Draw rate and distortion of codecs on each data set, with published values beside."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--table",
        type=Path,
        required=True,
        help="averaged curves of tabulate_rate_distortion.py, e.g. results/tables/iclr2020_rate_distortion_curves.csv",
    )
    parser.add_argument("--points", type=Path, help="averages of tabulate_rate_distortion.py: marks the learned codecs")
    parser.add_argument("--published", type=Path, help="published values, of resources/published")
    parser.add_argument(
        "--measure",
        choices=("ssim", "ms_ssim_db", "psnr"),
        default="ssim",
        help="what stands over the rate (default: %(default)s)",
    )
    parser.add_argument(
        "--data-set", nargs="+", metavar="NAME", help="draw these only; one alone is a column wide (default: all)"
    )
    parser.add_argument("--limit", type=float, default=2.0, help="bits a pixel at the right end (default: %(default)s)")
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.within("--limit", options.limit, 0.1, 24)

    from neural_imaging.figures import rate_distortion, style
    from neural_imaging.tables import tables

    table = tables.read(options.table, rate_distortion.columns(options.measure))
    points = tables.read(options.points, rate_distortion.point_columns(options.measure)) if options.points else None
    published = tables.read(options.published, rate_distortion.PUBLISHED) if options.published else None
    drawing = rate_distortion.draw(
        table,
        options.measure,
        points=points,
        published=published,
        data_sets=options.data_set,
        limit=options.limit,
    )
    style.save(drawing, options.output)


if __name__ == "__main__":
    command_line.run(main)
