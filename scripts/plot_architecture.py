"""Draw the architecture of a learned codec: encoder, quantiser and decoder, layer by layer."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--networks", type=Path, required=True, help="a codec, as describe_networks.py lists its layers"
    )
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    from neural_imaging.figures import architecture, style
    from neural_imaging.tables import described

    (codec,) = described.read(options.networks, 1)
    style.save(architecture.draw(codec), options.output)


if __name__ == "__main__":
    command_line.run(main)
