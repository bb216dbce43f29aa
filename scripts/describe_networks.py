"""List the layers of networks as they are built: kernels, features, strides and sizes, for figures of architectures."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--network", action="append", required=True, help="name of a network, e.g. TwitterDCN; repeat for more"
    )
    parser.add_argument(
        "--settings",
        action="append",
        default=[],
        help="settings of each network, in the same order: JSON text, or a JSON or YAML file (default: its own)",
    )
    parser.add_argument("--output", type=Path, required=True, help="JSON file to write: a list of networks")
    parser.add_argument("--threads", type=command_line.count, help="processor threads (default: all)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, ".json"))
    from neural_imaging.base.errors import UserError

    if len(options.settings) not in (0, len(options.network)):
        raise UserError(f"--settings: {len(options.settings)} for {len(options.network)} networks; give one for each")
    settings = [command_line.settings(text) for text in options.settings] or [{}] * len(options.network)

    from neural_imaging import models
    from neural_imaging.base import files, runtime

    runtime.configure(threads=options.threads, seed=0)
    from neural_imaging.evaluation import architecture

    described = [
        architecture.describe(models.create(name, **own)) for name, own in zip(options.network, settings, strict=True)
    ]
    files.write_json(options.output, described)


if __name__ == "__main__":
    command_line.run(main)
