"""Code pictures with a learned codec, and with JPEG at the nearest SSIM and bits a pixel, for a figure."""

import library_path  # noqa: F401
from neural_imaging.base import command_line
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    size = {"default": None, "help": "code the middle square of so many pixels (default: whole pictures)"}
    parser = programs.parser(__doc__, "count", "output", images=programs.PICTURES, size=size)
    parser.add_argument(
        "--model",
        required=True,
        metavar="[NAME=]CODEC",
        help="model.keras of a codec, or a name such as 16c in results/codecs; in the figure it is called NAME, or "
        "else like its folder",
    )
    parser.add_argument(
        "--crop", type=command_line.count, default=128, help="side of the middle that is shown (default: %(default)s)"
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    programs.begin(options, ".npz")
    from neural_imaging.evaluation import codec_crops, jpeg_comparison, learned
    from neural_imaging.tables import arrays

    ((name, model),) = learned.load([options.model]).items()
    pictures = jpeg_comparison.find(options.images, options.count)
    coder = learned.Learned(model, name)
    arrays.write(options.output, codec_crops.sample(pictures, coder, options.crop, options.size))


if __name__ == "__main__":
    command_line.run(main)
