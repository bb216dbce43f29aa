"""Measure a codec on a folder of pictures: bytes, PSNR, SSIM, MS-SSIM and times of every picture at every quality.

Codecs are jpeg, jpeg2000, webp, jpegxl, avif, bpg (with bpgenc and bpgdec on the path), and learned ones. A picture
that cannot be measured is listed in the profile with the reason, and stops nothing.
"""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, runtime
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    count = {"default": None, "help": "take so many pictures at most (default: all)"}
    output, threads = (
        {"help": "profile to write (JSON)"},
        {"help": "processor threads of a learned codec (default: all)"},
    )
    parser = programs.parser(__doc__, images=programs.PICTURES, count=count, output=output, threads=threads)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--crop", type=command_line.count, help="measure the middle square of so many pixels")
    size.add_argument("--resize", type=command_line.count, help="measure the largest square, made so small")
    parser.add_argument(
        "--codec", required=True, help="name of a standard, or a model.keras, or a name of a learned codec such as 32c"
    )
    parser.add_argument("--models", type=Path, help="folder to look in first for a learned codec of that name")
    parser.add_argument(
        "--qualities", type=float, nargs="+", help="qualities of a standard (default: a grid of its own)"
    )
    parser.add_argument("--name", help="what the codec is called in tables (default: its own name)")
    parser.add_argument("--data-set", help="what the pictures are called in tables (default: the folder's name)")
    parser.add_argument(
        "--processes",
        type=command_line.count,
        default=1,
        help="share the pictures among so many (default: %(default)s)",
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.ending("--output", options.output, ".json")
    files.check_output(options.output)
    from neural_imaging.coding import standards
    from neural_imaging.evaluation import jpeg_comparison, rate_distortion

    pictures = jpeg_comparison.find(options.images, options.count)
    if options.codec not in standards.names():
        runtime.configure(threads=options.threads, seed=0)
    rate_distortion.run(
        pictures,
        rate_distortion.find(options.codec, [options.models] if options.models else []),
        options.output,
        options.qualities,
        data_set=options.images[0].resolve().name if options.data_set is None else options.data_set,
        name=options.name,
        crop=options.crop,
        resize=options.resize,
        processes=options.processes,
    )


if __name__ == "__main__":
    command_line.run(main)
