"""Draw a plain and an optimised ISP side by side, their difference and spectra."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--sample", type=Path, required=True, help="arrays of sample_difference.py")
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)

    from neural_imaging.figures import difference, style
    from neural_imaging.tables import arrays

    sample = arrays.read(options.sample, difference.ARRAYS)
    style.save(difference.draw(sample), options.output)


if __name__ == "__main__":
    command_line.run(main)
