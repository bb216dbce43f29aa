"""Make the training set of a codec: pictures of any kind, cropped and resized to squares, and a list of every file."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--images",
        nargs="*",
        default=[],
        help="folders of pictures, and images.csv of cameras' training sets; of each a picture in turn",
    )
    parser.add_argument(
        "--apart",
        type=Path,
        nargs="*",
        default=[],
        help="images.csv of data sets that codecs are compared on; their pictures are left out",
    )
    command_line.add_set_arguments(
        parser,
        '{"side": 256, "train": null, "validation": 1000, "seed": 1, "scenes": null, "split_by": "file"}; '
        'train: null takes all that there are; scenes: {"photographs": true, "dead_leaves": 40, '
        '"height": 512, "width": 512, "seed": 2019} adds synthetic scenes, which need no files; split_by: folder keeps '
        "the pictures of a folder on one side",
        "pictures.npy goes",
    )
    parser.add_argument("--threads", type=command_line.count, default=1, help="processes that share the work")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)

    from neural_imaging.datasets import picture_set

    picture_set.prepare(options.images, options.output.parent, settings, options.threads, options.apart)


if __name__ == "__main__":
    command_line.run(main)
