"""Photograph scenes with a simulated camera and write them as DNG files."""

from pathlib import Path

import library_path
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--profile", required=True, help="name of the camera's profile, e.g. D90")
    parser.add_argument(
        "--cameras",
        type=Path,
        default=library_path.ROOT / "resources/cameras.yaml",
        help="file of camera profiles (default: the project's)",
    )
    parser.add_argument(
        "--settings",
        default="{}",
        help='JSON or file: {"photographs": true, "dead_leaves": 40, "height": 384, "width": 576, "seed": 2019, '
        '"noise": true, "folder": "", "reduction": 4, "count": 0, "flat_fields": 0}; folder: pictures that become '
        "scenes, reduction times smaller, at most so many (0: all); with a folder, photographs and dead_leaves are off "
        "by default",
    )
    parser.add_argument(
        "--device",
        type=command_line.count,
        help="number of a device of the model, which has a fingerprint of its own (default: all pixels are alike)",
    )
    parser.add_argument("--iso", type=command_line.count, help="for which the noise is (default: the profile's)")
    parser.add_argument(
        "--output", type=command_line.folder, required=True, help="folder for the DNG files and scenes.csv"
    )
    parser.add_argument("--threads", type=command_line.count, default=1, help="processes that share the work")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)

    from neural_imaging.datasets import simulated_set
    from neural_imaging.imaging import cameras

    profile = cameras.load(options.cameras, options.profile, options.device, options.iso)
    simulated_set.make(profile, options.output, settings, options.threads)


if __name__ == "__main__":
    command_line.run(main)
