"""Make a camera's training set from its RAW files: Bayer stacks, developed photographs, and a list of every file."""

from pathlib import Path

import library_path
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="folder with the camera's RAW files")
    parser.add_argument(
        "--cameras",
        type=Path,
        default=library_path.ROOT / "resources/cameras.yaml",
        help="file of cameras with their colour filters and matrices (default: resources/cameras.yaml of the checkout)",
    )
    command_line.add_set_arguments(
        parser,
        '{"train": null, "validation": null, "seed": 1, "orientation": "landscape", "model": null, '
        '"count": null, "target": "manual", "split_by": "file", "validation_photographs": null}; orientation also '
        '"portrait" or "any", target also "auto"; model: only files of this camera, e.g. "Nikon D90"; count: only the '
        "first so many of them; split_by: folder keeps the files of a folder on one side; validation_photographs: how "
        "many of those for validation are not synthetic, of a simulated camera",
    )
    parser.add_argument("--threads", type=command_line.count, default=1, help="processes that share the work")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)

    from neural_imaging.datasets import checks, dataset
    from neural_imaging.imaging import cameras

    checks.known(dataset.SETTINGS, settings, "--settings")
    known_cameras = cameras.load_all(options.cameras)
    dataset.prepare(
        options.source, options.output.parent, known_cameras=known_cameras, workers=options.threads, **settings
    )


if __name__ == "__main__":
    command_line.run(main)
