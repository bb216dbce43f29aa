"""Measure what pipelines do to sensor fingerprints: estimated behind one, looked for behind the same and behind others.

Each device has a folder of RAW files. From the first ones its fingerprint is estimated; the others are held against the
fingerprints of all devices, behind every pair of pipelines. A table is printed, and written as CSV beside the JSON.
"""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    settings = {
        "help": 'JSON text, or a JSON or YAML file: {"enrolment": 20, "patches": [64, 128, 256], "windows": 4, '
        '"sigma": 5}; photographs that fingerprints are estimated from, sides of patches, patches of a photograph'
    }
    output = {"default": Path("fingerprints.json"), "required": False, "help": "JSON to write (default: %(default)s)"}
    parser = programs.parser(__doc__, "tile", settings=settings, output=output)
    parser.add_argument(
        "devices",
        nargs="+",
        metavar="[NAME=]FOLDER",
        help="RAW files of a device; two devices or more, of one model. A fingerprint.npy in it is the true one",
    )
    parser.add_argument(
        "--by-serial",
        action="store_true",
        help="the folder has several devices, told apart by the serial number of the camera's body, which is its name",
    )
    parser.add_argument("--pipeline", action="append", **programs.PIPELINE)
    parser.add_argument(
        "--channel", metavar="FILE", help="settings of a channel that photographs go through: JSON, YAML"
    )
    parser.add_argument(
        "--bases",
        default="{}",
        help='JSON, e.g. {"trained": "INet"}: pipelines, and which others they were before; tables compare them',
    )
    parser.add_argument("--channel-name", default="", metavar="NAME", help="what it is called in the table")
    return parser.parse_args(arguments)


def named(texts):
    """Folders of devices by their names."""
    folders = {}
    for text in texts:
        name, folder = files.named(text)
        name = name or Path(folder).resolve().name
        if name in folders:
            raise UserError(f"two devices are called {name}; name them, as in first={folder}")
        folders[name] = Path(folder)
    return folders


def split(texts, settings):
    """Files of each device of a folder by its serial number, and what is left out (`raw_folder.by_serial`)."""
    from neural_imaging.imaging import raw_folder
    from neural_imaging.training.options import FINGERPRINTS, complete

    if len(texts) > 1:
        raise UserError("--by-serial: takes one folder, with all devices")
    enrolment = complete(settings, FINGERPRINTS, "test of fingerprints")["enrolment"]
    return raw_folder.by_serial(texts[0], enrolment + 1)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.within("--tile", options.tile, 1)
    command_line.outputs(("--output", options.output, ".json", *files.TABLE))
    settings = command_line.settings(options.settings)
    devices, left_out = split(options.devices, settings) if options.by_serial else (named(options.devices), [])
    channel = command_line.settings(options.channel, "--channel") if options.channel else {}
    bases = command_line.settings(options.bases, "--bases")
    runtime.configure(threads=options.threads, seed=0, deterministic=True)

    from neural_imaging.evaluation import fingerprints, isp
    from neural_imaging.forensics.channel import Channel
    from neural_imaging.tables import fingerprints_table, typeset

    name = options.channel_name or ("channel" if channel else "none")
    test = fingerprints.judge(
        devices,
        isp.created(options.pipeline, options.tile),
        settings,
        options.output,
        Channel(**channel).fixed() if channel else None,
        name,
        bases,
        left_out,
    )
    table = fingerprints_table.lines(test)
    print(typeset.write(table, options.output.with_suffix(".csv"), fingerprints_table.cells), end="")


if __name__ == "__main__":
    command_line.run(main)
