"""Measure what codecs do to the spectra of held-out photographs: log-ratios of mean FFT magnitudes."""

import library_path  # noqa: F401
from neural_imaging.base import command_line
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    count = {"default": 200, "help": "take so many patches at most (default: %(default)s)"}
    parser = programs.parser(__doc__, "images", "output", count=count)
    parser.add_argument("--model", **programs.VERSIONS)
    parser.add_argument(
        "--patch", type=command_line.count, default=128, help="side of the patches in pixels (default: %(default)s)"
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.within("--patch", options.patch, 16)
    programs.begin(options, ".npz")
    from neural_imaging.evaluation import spectra
    from neural_imaging.tables import arrays

    squares = spectra.patches(options.images, options.patch, options.count)
    arrays.write(options.output, spectra.ratios(squares, spectra.load(options.model)))


if __name__ == "__main__":
    command_line.run(main)
