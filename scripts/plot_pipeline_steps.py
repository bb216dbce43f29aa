"""Draw the steps of a standard camera pipeline, and the network that replaces them."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--networks",
        type=Path,
        required=True,
        help="both, as describe_networks.py lists their layers, the standard pipeline first",
    )
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    from neural_imaging.figures import pipeline_steps, style
    from neural_imaging.tables import described

    standard, neural = described.read(options.networks, 2)
    style.save(pipeline_steps.draw(standard, neural), options.output)


if __name__ == "__main__":
    command_line.run(main)
