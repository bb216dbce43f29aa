"""Draw accuracy over distribution channels: JPEG's quality as an axis, other channels beside it."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--table", type=Path, required=True, help="runs of an experiment, e.g. results/tables/fan_only_runs.csv"
    )
    parser.add_argument(
        "--settings",
        required=True,
        help="the channels by name, each with codec, quality, downsampling and factor: JSON text, or a JSON or YAML "
        "file that has them under 'channels', such as config/config.yaml",
    )
    parser.add_argument("--camera", help="camera to show (default: the first in the table)")
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)
    from neural_imaging.figures import channels, style
    from neural_imaging.tables import tables

    known = settings.get("channels", settings)
    table = tables.read(options.table, channels.COLUMNS)
    style.save(channels.draw(table, known, options.camera), options.output)


if __name__ == "__main__":
    command_line.run(main)
