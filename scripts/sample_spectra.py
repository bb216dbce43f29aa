"""Measure what codecs do to the spectra of held-out photographs: log-ratios of mean FFT magnitudes."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True, help="images.csv with the validation photos")
    parser.add_argument(
        "--model",
        action="append",
        required=True,
        metavar="NAME:WEIGHT=CODEC",
        help="a codec's name, its λ or basic, and its model.keras or that of a joint model; repeat for more",
    )
    parser.add_argument(
        "--patch", type=command_line.count, default=128, help="side of the patches in pixels (default: %(default)s)"
    )
    parser.add_argument(
        "--count", type=command_line.count, default=200, help="take so many patches at most (default: %(default)s)"
    )
    parser.add_argument("--output", type=Path, required=True, help="npz file to write")
    parser.add_argument("--threads", type=command_line.count, help="processor threads (default: all)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.within("--patch", options.patch, 16)
    command_line.outputs(("--output", options.output, ".npz"))

    from neural_imaging.base import runtime

    runtime.configure(threads=options.threads, seed=0, deterministic=True)
    from neural_imaging.evaluation import spectra
    from neural_imaging.tables import arrays

    squares = spectra.patches(options.images, options.patch, options.count)
    arrays.write(options.output, spectra.ratios(squares, spectra.load(options.model)))


if __name__ == "__main__":
    command_line.run(main)
