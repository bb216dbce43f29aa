"""Set a ClassicISP to one camera by name: its colour filters and colour matrix change, what it has learned stays."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging import command_line, files, runtime
from neural_imaging.errors import UserError


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="model.keras of a ClassicISP")
    parser.add_argument(
        "--camera", required=True, help="one of the cameras that it learned from; with --cameras one of that file"
    )
    parser.add_argument(
        "--cameras", type=Path, help="file of cameras, such as config/cameras.yaml, for one that it did not learn from"
    )
    parser.add_argument("--output", type=Path, required=True, help=".keras file to write; record.json goes beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.ending("--output", options.output, ".keras")
    files.check_output(options.output)
    if options.output.resolve() == options.model.resolve():
        raise UserError(f"--output {options.output}: is the model itself; name another file")
    runtime.configure(seed=0)
    from neural_imaging import models, records

    network = models.load(options.model)
    if not hasattr(network, "set_camera"):
        raise UserError(f"{options.model}: holds a {type(network).__name__}; only a ClassicISP is set to a camera")
    network.set_camera(options.camera, options.cameras)
    trained = _trained(options.model.with_name("record.json"))
    settings = {"model": type(network).__name__, **trained.get("settings", {}), "camera": options.camera}
    inputs = [options.model, *([options.cameras] if options.cameras else [])]
    record = records.Record("set_camera", settings, seed=trained.get("seed"), inputs=inputs)
    with files.atomic(options.output) as temporary:
        network.save(temporary)
    record.write(options.output.with_name("record.json"), {}, trained_on=trained.get("inputs", {}))


def _trained(path):
    """The record of the model's training, where there is one."""
    return files.read_json(path) if path.is_file() else {}


if __name__ == "__main__":
    command_line.run(main)
