"""Turn a model of the original toolbox (.h5 weights, and the JSON beside them) into a .keras model of ours."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, records, runtime
from neural_imaging.base.errors import UserError


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="the toolbox's .h5 file")
    parser.add_argument(
        "--progress",
        type=Path,
        help="its JSON with the model's class and arguments (default: progress.json beside the weights, or the JSON of "
        "their name, where there is one)",
    )
    parser.add_argument("--model", help="network, e.g. UNet; by default the JSON's class")
    parser.add_argument(
        "--settings", default="{}", help="settings of the network, JSON or file; they come before those of the JSON"
    )
    parser.add_argument("--output", type=Path, required=True, help=".keras file to write; record.json goes beside it")
    command_line.add_force_argument(parser)
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    given = command_line.settings(options.settings)
    command_line.outputs(("--output", options.output, ".keras"))
    from neural_imaging.models import legacy

    weights = legacy.read_weights(options.weights)
    log = options.progress or legacy.find_log(options.weights)
    name, known, metrics = (None, {}, {}) if log is None else legacy.read_log(log)
    if options.model and name and options.model != name:
        raise UserError(f"--model {options.model}: but {log} is of a {name}")
    name = options.model or name
    if name is None:
        raise UserError(f"{options.weights}: there is no progress.json beside it; say what it is with --model")

    inputs = [options.weights] if log is None else [options.weights, log]
    made_from = {"model": name, "settings": legacy.settings(name, {**known, **given}, weights)}
    if records.finished(options.output, "import_weights", made_from, None, inputs, options.force):
        return
    runtime.configure(seed=0)
    from neural_imaging import models
    from neural_imaging.base import files

    models.network_class(name)
    record = records.Record("import_weights", made_from, inputs=inputs)
    model = models.create(name, **made_from["settings"])
    models.import_weights(options.weights, model)
    with files.together(options.output, options.output.with_name(records.NAME)) as (archive, facts):
        model.save(archive)
        record.write(facts, metrics)


if __name__ == "__main__":
    command_line.run(main)
