"""Apply each manipulation to a patch of one held-out photo."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True, help="images.csv with the validation photos")
    parser.add_argument(
        "--manipulations", nargs="+", required=True, help="names with strengths, e.g. sharpen:1 jpeg:80"
    )
    parser.add_argument("--image", help="name of the photo; the first of the validation split by default")
    parser.add_argument(
        "--size", type=command_line.count, default=128, help="side of the patch in pixels (default: %(default)s)"
    )
    parser.add_argument("--output", type=Path, required=True, help="npz file to write")
    parser.add_argument("--threads", type=command_line.count, help="processor threads (default: all)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.within("--size", options.size, 16)
    command_line.outputs(("--output", options.output, ".npz"))

    from neural_imaging.base import runtime

    runtime.configure(threads=options.threads, seed=0, deterministic=True)
    from neural_imaging.evaluation import manipulated, samples
    from neural_imaging.tables import arrays

    name, _, target = samples.photograph(options.images, options.image)
    arrays.write(options.output, manipulated.sample(name, target, options.manipulations, options.size))


if __name__ == "__main__":
    command_line.run(main)
