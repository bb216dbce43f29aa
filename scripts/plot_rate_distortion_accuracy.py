"""Draw accuracy and SSIM over effective bits a pixel: JPEG, and learned codecs before and after fine-tuning."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--table",
        type=Path,
        required=True,
        help="summary of an experiment with learned codecs, e.g. results/tables/iclr2020.csv",
    )
    parser.add_argument("--camera", help="camera to show (default: the first in the table)")
    parser.add_argument("--isp", help="ISP to show (default: the first)")
    parser.add_argument("--lambda-isp", help="weight of the ISP loss, or fan-only (default: all)")
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    from neural_imaging.figures import rate_distortion_accuracy, style
    from neural_imaging.study import grid
    from neural_imaging.tables import tables

    table = tables.read(options.table, rate_distortion_accuracy.COLUMNS)
    weight = None if options.lambda_isp is None else grid.weight(options.lambda_isp)
    style.save(rate_distortion_accuracy.draw(table, options.camera, options.isp, weight), options.output)


if __name__ == "__main__":
    command_line.run(main)
