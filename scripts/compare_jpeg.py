"""Compare the differentiable JPEG with libjpeg: PSNR over quality factors, one line a picture, quality and codec."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, runtime


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--images",
        type=Path,
        nargs="*",
        default=[],
        help="pictures, folders of pictures, or images.csv of a training set; photographs of scikit-image by default",
    )
    parser.add_argument(
        "--settings",
        default="{}",
        help='JSON, or a JSON or YAML file: "images" (how many at most), "qualities", "roundings"',
    )
    parser.add_argument("--output", type=Path, required=True, help="table to write (CSV); .html beside it")
    parser.add_argument("--threads", type=command_line.count, help="processor threads")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)
    runtime.configure(options.threads)

    from neural_imaging.evaluation import jpeg_comparison

    command_line.outputs(("--output", options.output, ".csv", ".html"))
    settings = jpeg_comparison.complete(settings)
    pictures = jpeg_comparison.find(options.images, settings["images"])
    rows = jpeg_comparison.compare(pictures, settings["qualities"], settings["roundings"])
    jpeg_comparison.write(options.output, list(rows))


if __name__ == "__main__":
    command_line.run(main)
