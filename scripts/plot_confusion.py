"""Draw the confusion matrices of one camera and ISP over λ."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--table", type=Path, required=True, help="confusion of all runs, e.g. results/tables/cvpr2019_confusion.csv"
    )
    parser.add_argument("--camera", help="camera to draw; the table's first by default")
    parser.add_argument("--isp", help="ISP to draw; ditto")
    parser.add_argument("--channel", help="channel to draw; ditto")
    parser.add_argument(
        "--codec", choices=("differentiable", "libjpeg"), default="differentiable", help="JPEG of the channel"
    )
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)

    from neural_imaging.figures import confusion, style
    from neural_imaging.tables import tables

    table = tables.read(options.table, confusion.COLUMNS)
    style.save(confusion.draw(table, options.camera, options.isp, options.channel, options.codec), options.output)


if __name__ == "__main__":
    command_line.run(main)
