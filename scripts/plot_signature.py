"""Draw learned tiles of cameras: form, spectrum, a photograph with them, and what is left of them in the channel."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--sample", type=Path, nargs="+", required=True, help="arrays of sample_signature.py, of a run each"
    )
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)

    from neural_imaging.figures import signature, style
    from neural_imaging.tables import arrays

    found = [arrays.read(path, signature.ARRAYS) for path in options.sample]
    style.save(signature.draw(found), options.output)


if __name__ == "__main__":
    command_line.run(main)
