"""Fetch one camera's RAW photographs from a public collection: RAISE, or MIT-Adobe FiveK."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line

SOURCES = ("raise", "mit5k")
EPILOG = """settings of both: "model" (camera, e.g. "Nikon D90"), "count" (how many; default all), "orientation"
("landscape", "portrait", default "any"), "connections" (how many at once, default 4), "address" (of a copy of the
collection), "checksums" (a table with the columns file and sha256). Of raise also "list" (the CSV file of its owners),
of mit5k "photos" (numbers and ranges, e.g. [17, "100-250"]; default all). Give the same command again to go on after a
cut. docs/data.md has more."""


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__, epilog=EPILOG)
    parser.add_argument("--source", choices=SOURCES, required=True, help="the collection")
    parser.add_argument(
        "--settings", required=True, help='JSON or file, e.g. {"model": "Nikon D90", "count": 150, ...}'
    )
    parser.add_argument(
        "--output", type=command_line.folder, required=True, help="folder for the RAW files and photographs.csv"
    )
    parser.add_argument(
        "--downloads",
        type=command_line.folder,
        help="folder for files as they come, whole or not, and downloads.csv with their hashes "
        "(default: results/downloads/ and the name of the output folder)",
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)
    downloads = options.downloads or Path("results/downloads", options.output.resolve().name)

    from neural_imaging.datasets.collections import collection

    summary = collection.download(options.source, settings, options.output, downloads)
    reasons = "".join(f"; left out {number} × {reason}" for reason, number in sorted(summary.left_out.items()))
    print(f"{options.output}: {summary.photographs} photographs, {summary.size / 1e6:.1f} MB{reasons}")


if __name__ == "__main__":
    command_line.run(main, says=True)
