"""Apply each manipulation to a patch of one held-out photograph."""

import library_path  # noqa: F401
from neural_imaging.base import command_line
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    size = {"default": 128, "help": "side of the patch in pixels (default: %(default)s)"}
    parser = programs.parser(__doc__, "images", "image", "output", size=size)
    parser.add_argument(
        "--manipulations", nargs="+", required=True, help="names with strengths, e.g. sharpen:1 jpeg:80"
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.within("--size", options.size, 16)
    programs.begin(options, ".npz")
    from neural_imaging.evaluation import manipulated, samples
    from neural_imaging.tables import arrays

    name, _, target = samples.photograph(options.images, options.image)
    arrays.write(options.output, manipulated.sample(name, target, options.manipulations, options.size))


if __name__ == "__main__":
    command_line.run(main)
