"""Evaluate the forensic network (FAN) of a run on any pictures: folders, data sets, or cameras' validation photographs.

The pictures are manipulated whole in the ways that the network has learned to tell apart and sent whole through the
run's channel, once with the training's codec and once with the real one; the network sees windows of what was received.
Accuracies and confusion matrices are printed, and written as
JSON. Files that cannot be used are listed with the reason and passed over.
"""

import json
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    settings = 'JSON text, or a JSON or YAML file: "windows" of each picture (10)'
    labels = {"required": False, "default": "{}", "help": "what the run is, JSON; written into the record"}
    output = {"help": "JSON to write"}
    parser = programs.parser(__doc__, "model", settings={"help": settings}, labels=labels, output=output)
    parser.add_argument(
        "--images",
        nargs="+",
        required=True,
        metavar="[NAME=]PATH",
        help="folders of pictures, or images.csv of data sets or training sets (of these the validation photographs)",
    )
    parser.add_argument("--quality", type=command_line.count, help="another quality of the run's JPEG channel")
    parser.add_argument(
        "--manipulations",
        nargs="+",
        metavar="NAME[:STRENGTH]",
        help="other strengths, in the order of the network's classes (default: the run's own)",
    )
    return parser.parse_args(arguments)


def sources(texts):
    """Sets by name: a folder is called as it is, an images.csv as its folder."""
    sets = {}
    for text in texts:
        name, place = files.named(text)
        path = Path(place)
        if name is None:
            absolute = path.resolve()
            name = absolute.parent.name if path.suffix == ".csv" else absolute.name
        if not name or not place:
            raise UserError(f"--images {text}: must be a path, or a name and a path, as in kodak=/pictures/kodak")
        if name in sets:
            raise UserError(f"--images: two sets are called {name}; name them, as in kodak=/pictures/kodak")
        sets[name] = path
    return sets


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, ".json"))
    command_line.within("--quality", options.quality, 1, 100)
    named, settings = sources(options.images), command_line.settings(options.settings)
    labels = command_line.settings(options.labels, "--labels")
    runtime.configure(threads=options.threads)
    from neural_imaging.evaluation import transfer
    from neural_imaging.tables import transfer_table

    transfer.judge(
        options.model,
        named,
        settings,
        options.output,
        labels=labels,
        threads=options.threads,
        quality=options.quality,
        manipulations=options.manipulations,
    )
    print(transfer_table.described(json.loads(options.output.read_text(encoding="utf-8"))), end="")


if __name__ == "__main__":
    command_line.run(main)
