"""List the layers of networks as they are built: kernels, features, strides and sizes, for figures of architectures."""

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    parser = programs.parser(__doc__, output={"help": "JSON file to write: a list of networks"})
    parser.add_argument(
        "--network", action="append", required=True, help="name of a network, e.g. TwitterDCN; repeat for more"
    )
    parser.add_argument(
        "--settings",
        action="append",
        default=[],
        help="settings of each network, in the same order: JSON text, or a JSON or YAML file (default: its own)",
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, ".json"))
    if len(options.settings) not in (0, len(options.network)):
        raise UserError(f"--settings: {len(options.settings)} for {len(options.network)} networks; give one for each")
    settings = [command_line.settings(text) for text in options.settings] or [{}] * len(options.network)
    runtime.configure(threads=options.threads, seed=0)
    from neural_imaging import models
    from neural_imaging.evaluation import architecture

    networks = [models.create(name, **own) for name, own in zip(options.network, settings, strict=True)]
    files.write_json(options.output, [architecture.describe(network) for network in networks])


if __name__ == "__main__":
    command_line.run(main)
