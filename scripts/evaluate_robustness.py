"""Evaluate the forensic network of a run under conditions that it has not been trained for.

Photographs are developed whole by the run's camera, manipulated whole and sent whole by the real codec, as they are in
the run's own evaluation and under each condition: another channel, other strengths, manipulations that the network does
not know, photographs rounded to 8 bits first, another pipeline. A table is printed, and written as CSV beside the JSON.
"""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging import presets
from neural_imaging.base import command_line, runtime, texts
from neural_imaging.evaluation import programs

ROOT = Path(__file__).resolve().parent.parent
CONDITIONS = "resources/conditions.yaml"


def parse_arguments(arguments=None):
    settings = {"help": 'JSON text, or a JSON or YAML file: "windows" of each photograph (10)'}
    labels = {"required": False, "default": "{}", "help": "what the run is, JSON; written into the record"}
    output = {"default": Path("robustness.json"), "required": False, "help": "JSON to write (default: %(default)s)"}
    parser = programs.parser(__doc__, settings=settings, labels=labels, output=output)
    parser.add_argument("model", type=presets.located, metavar="MODEL", help="model.keras of the run, or a preset")
    parser.add_argument(
        "photographs",
        type=Path,
        metavar="FOLDER",
        help="folder of RAW files; or of pictures, which take the place of developed photographs; or images.csv of a "
        "training set, of which the validation photographs are taken",
    )
    parser.add_argument(
        "--conditions",
        metavar="FILE",
        help="conditions by name: JSON text, or a JSON or YAML file, each with some of channel, manipulations, round "
        f"and isp (default: those of {CONDITIONS} that fit the run)",
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, ".json", ".csv"))
    settings, labels = command_line.settings(options.settings), command_line.settings(options.labels, "--labels")
    usual = options.conditions is None
    given = texts.of_file(ROOT / CONDITIONS) if usual else command_line.settings(options.conditions, "--conditions")
    runtime.configure(threads=options.threads)
    from neural_imaging.evaluation import robustness
    from neural_imaging.tables import robustness_table, tables

    found = robustness.judge(
        options.model,
        options.photographs,
        given,
        settings,
        options.output,
        labels=labels,
        threads=options.threads,
        whatever_fits=usual,
    )
    tables.write(robustness_table.lines(found), options.output.with_suffix(".csv"))
    print(robustness_table.described(found), end="")


if __name__ == "__main__":
    command_line.run(main)
