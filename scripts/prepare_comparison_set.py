"""Make a data set that codecs are compared on: pictures of one size, and a list of every file."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line
from neural_imaging.base.errors import UserError


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--images",
        nargs="+",
        required=True,
        help="folders of pictures, and images.csv of cameras' training sets (their photographs for validation)",
    )
    parser.add_argument(
        "--settings",
        default="{}",
        help='JSON or file: {"side": 512, "cut": "crop", "count": null}; cut: crop takes the middle of each picture, '
        "resize makes its largest middle square smaller; count: the first so many",
    )
    parser.add_argument("--output", type=Path, required=True, help="images.csv to write; the pictures go beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)
    if options.output.name != "images.csv":
        raise UserError(f"--output {options.output}: the list is always called images.csv")

    from neural_imaging.datasets import comparison_set

    comparison_set.prepare(options.images, options.output.parent, settings)


if __name__ == "__main__":
    command_line.run(main)
