"""Make a data set that codecs are compared on: pictures of one size, and a list of every file."""

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--images",
        nargs="+",
        required=True,
        help="folders of pictures, and images.csv of cameras' training sets (their photographs for validation)",
    )
    command_line.add_set_arguments(
        parser,
        '{"side": 512, "cut": "crop", "count": null}; cut: crop takes the middle of each picture, '
        "resize makes its largest middle square smaller; count: the first so many",
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)

    from neural_imaging.datasets import comparison_set

    comparison_set.prepare(options.images, options.output.parent, settings)


if __name__ == "__main__":
    command_line.run(main)
