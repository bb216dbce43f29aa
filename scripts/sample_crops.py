"""Code pictures with a learned codec, and with JPEG at the nearest SSIM and bits a pixel, for a figure."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--images",
        type=Path,
        nargs="+",
        required=True,
        help="pictures, or folders of pictures, a row of the figure each",
    )
    parser.add_argument("--count", type=command_line.count, default=4, help="how many at most (default: %(default)s)")
    parser.add_argument(
        "--model",
        required=True,
        metavar="[NAME=]CODEC",
        help="model.keras of a codec, or a name such as 16c in results/codecs; in the figure it is called NAME, or "
        "else like its folder",
    )
    parser.add_argument(
        "--size", type=command_line.count, help="code the middle square of so many pixels (default: whole pictures)"
    )
    parser.add_argument(
        "--crop", type=command_line.count, default=128, help="side of the middle that is shown (default: %(default)s)"
    )
    parser.add_argument("--output", type=Path, required=True, help="npz file to write")
    parser.add_argument("--threads", type=command_line.count, help="processor threads (default: all)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, ".npz"))

    from neural_imaging.base import runtime

    runtime.configure(threads=options.threads, seed=0, deterministic=True)
    from neural_imaging.evaluation import codec_crops, jpeg_comparison, learned
    from neural_imaging.tables import arrays

    ((name, model),) = learned.load([options.model]).items()
    pictures = jpeg_comparison.find(options.images, options.count)
    arrays.write(options.output, codec_crops.sample(pictures, learned.Learned(model, name), options.crop, options.size))


if __name__ == "__main__":
    command_line.run(main)
