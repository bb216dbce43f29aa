"""Attack the signature of a run: estimate it from some photographs, remove it from others, and forge it.

The attacker has the photographs for training of a camera's images.csv, as developed, and as received behind the run's
channel; those for validation are attacked. A table is printed, and written as CSV beside the JSON.
"""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging import presets
from neural_imaging.base import command_line, runtime
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    settings = {
        "help": 'JSON text, or a JSON or YAML file: {"photographs": [1, 2, 5, 10, 20, 50], "windows": 10, "sigma": '
        "10}; how many photographs the attacker has, windows of each version of a photograph"
    }
    labels = {"required": False, "default": "{}", "help": "what the run is, JSON; written into the record"}
    output = {"default": Path("attacks.json"), "required": False, "help": "JSON to write (default: %(default)s)"}
    parser = programs.parser(__doc__, settings=settings, labels=labels, output=output)
    parser.add_argument("model", type=presets.located, metavar="MODEL", help="model.keras of the run, or a preset")
    parser.add_argument("images", type=Path, metavar="IMAGES", help="images.csv of the camera's training set")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, ".json", ".csv"))
    settings, labels = command_line.settings(options.settings), command_line.settings(options.labels, "--labels")
    runtime.configure(threads=options.threads)
    from neural_imaging.evaluation import attacks
    from neural_imaging.tables import attacks_table, tables

    found = attacks.judge(
        options.model, options.images, settings, options.output, labels=labels, threads=options.threads
    )
    tables.write(attacks_table.lines_of(found), options.output.with_suffix(".csv"))
    print(attacks_table.described(found), end="")


if __name__ == "__main__":
    command_line.run(main)
