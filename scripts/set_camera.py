"""Set a ClassicISP to one camera by name: its colour filters and colour matrix change, what it has learned stays."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, records, runtime
from neural_imaging.base.errors import UserError


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="model.keras of a ClassicISP")
    parser.add_argument(
        "--camera", required=True, help="one of the cameras that it learned from; with --cameras one of that file"
    )
    parser.add_argument(
        "--cameras", type=Path, help="file of cameras, such as resources/cameras.yaml, for one that it never saw"
    )
    parser.add_argument("--output", type=Path, required=True, help=".keras file to write; record.json goes beside it")
    command_line.add_force_argument(parser)
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.ending("--output", options.output, ".keras")
    files.check_output(options.output)
    if options.output.resolve() == options.model.resolve():
        raise UserError(f"--output {options.output}: is the model itself; name another file")
    training = options.model.with_name(records.NAME)
    trained = records.read(training) if training.is_file() else {}
    seed, inputs = trained.get("seed"), [options.model, *([options.cameras] if options.cameras else [])]
    if records.finished(options.output, "set_camera", {"camera": options.camera}, seed, inputs, options.force):
        return
    runtime.configure(seed=0)
    from neural_imaging import models

    network = models.load(options.model)
    if not hasattr(network, "set_camera"):
        raise UserError(f"{options.model}: holds a {type(network).__name__}; only a ClassicISP is set to a camera")
    network.set_camera(options.camera, options.cameras)
    settings = {"model": type(network).__name__, **trained.get("settings", {}), "camera": options.camera}
    record = records.Record("set_camera", settings, seed, inputs)
    with files.together(options.output, options.output.with_name(records.NAME)) as (archive, facts):
        network.save(archive)
        record.write(facts, {}, trained_on=trained.get("inputs", {}))


if __name__ == "__main__":
    command_line.run(main)
