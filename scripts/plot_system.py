"""Draw the system of an experiment, from RAW photographs to the forensic network, as it is configured."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--settings",
        required=True,
        help="cameras, isps (name: network), channels (name: settings), manipulations, trainable, lambda_isp, "
        "isp_loss, patch, and lambda_codec behind learned codecs: JSON text, or a JSON or YAML file",
    )
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)
    from neural_imaging.base.errors import UserError
    from neural_imaging.figures import style, system

    missing = [key for key in system.KEYS if key not in settings]
    if missing:
        raise UserError(f"--settings: no {', '.join(missing)}")
    style.save(system.draw(settings), options.output)


if __name__ == "__main__":
    command_line.run(main)
