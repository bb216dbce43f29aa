"""Estimate the noise of a camera from a folder of its RAW files and, from flat fields among them, the fingerprint.

All files should be of one ISO, and for a fingerprint of one device. A flat field is a photograph of an even, bright
wall, out of focus; two or more make the numbers much better. The profile is printed as resources/cameras.yaml has it,
so that the camera can be simulated.
"""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("photographs", type=Path, metavar="FOLDER", help="RAW files, also in folders below it")
    parser.add_argument("--camera", help="only files of this camera, e.g. D90")
    parser.add_argument("--iso", type=command_line.count, help="of the photographs, to be written into the profile")
    parser.add_argument("--output", type=Path, help="JSON to write; a list of the files goes beside it, as CSV")
    parser.add_argument(
        "--fingerprint",
        type=Path,
        help=".npy to write: relative deviation of each pixel's sensitivity, float32, from the flat fields",
    )
    parser.add_argument("--threads", type=command_line.count, default=1, help="processes that share the work")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, ".json", ".csv"), ("--fingerprint", options.fingerprint, ".npy"))

    import numpy as np

    from neural_imaging.base import files
    from neural_imaging.fingerprints import folder

    measured, rows = folder.measure(options.photographs, options.threads, options.camera)
    if options.fingerprint:
        pattern = folder.fingerprint(options.photographs, rows)
        with files.atomic(options.fingerprint) as temporary:
            np.save(temporary, pattern)
    if options.output:
        files.write_table(options.output.with_suffix(".csv"), folder.COLUMNS, rows)
        files.write_json(options.output, measured)
    print(folder.described(measured, rows, options.iso), end="")


if __name__ == "__main__":
    command_line.run(main)
