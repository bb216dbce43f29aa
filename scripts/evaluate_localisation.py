"""Hold the maps of a run's forensic network against masks: does it find which region of a picture was forged?

A folder is one of pictures and masks of what was forged in them, as public sets have them. With --forge, --regions or
an images.csv, regions are forged here: in each photograph one is replaced by what each manipulation of the run makes of
it, and as --regions says; then the whole is sent by the run's channel with its real codec. A table is printed, and
written as CSV beside the JSON.
"""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging import presets
from neural_imaging.base import command_line, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    settings = {
        "help": 'JSON text, or a JSON or YAML file: "window" and "stride" in received pixels; the "smallest" and '
        '"largest" share of a photograph that a region takes, and the "seed" of regions'
    }
    labels = {"required": False, "default": "{}", "help": "what the run is, JSON; written into the record"}
    output = {"default": Path("localisation.json"), "required": False, "help": "JSON to write (default: %(default)s)"}
    parser = programs.parser(__doc__, settings=settings, labels=labels, output=output)
    parser.add_argument("model", type=presets.located, metavar="MODEL", help="model.keras of the run, or a preset")
    parser.add_argument(
        "pictures",
        type=Path,
        metavar="FOLDER",
        help="folder of pictures and masks (CASIA, Columbia, Coverage, IMD2020, or Tp and Gt). To forge regions in: "
        "images.csv of a training set, of which the validation photographs are taken; or with --forge a folder of RAW "
        "files, or of pictures, which take the place of developed photographs",
    )
    parser.add_argument("--forge", action="store_true", help="forge regions in the folder's photographs")
    parser.add_argument(
        "--regions",
        metavar="FILE",
        help="the same, with other regions by name: JSON text, or a JSON or YAML file, each with some of manipulation, "
        "isp and splice",
    )
    parser.add_argument(
        "--send",
        action="store_true",
        help="send pictures that have masks by the run's channel; by default they are looked at as they are",
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, ".json", ".csv"))
    settings, labels = command_line.settings(options.settings), command_line.settings(options.labels, "--labels")
    forge = options.forge or options.regions is not None or options.pictures.is_file()
    given = {} if options.regions is None else command_line.settings(options.regions, "--regions")
    if forge and options.send:
        raise UserError("--send: photographs that are forged here are always sent; it is for pictures that have masks")
    runtime.configure(threads=options.threads)
    from neural_imaging.evaluation import localisation
    from neural_imaging.tables import localisation_table, tables

    more = {"labels": labels, "threads": options.threads}
    source = options.model, options.pictures
    if forge:
        found = localisation.judge(*source, given, settings, options.output, **more)
    else:
        found = localisation.judge_folder(*source, settings, options.output, send=options.send, **more)
    tables.write(localisation_table.lines_of(found), options.output.with_suffix(".csv"))
    print(localisation_table.described(found), end="")


if __name__ == "__main__":
    command_line.run(main)
