"""Make a camera's training set from its RAW files: Bayer stacks, developed photographs, and a list of every file."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line
from neural_imaging.base.errors import UserError

DEFAULTS = {
    "train": None,
    "validation": None,
    "seed": 1,
    "orientation": "landscape",
    "model": None,
    "count": None,
    "target": "manual",
    "split_by": "file",
    "validation_photographs": None,
}
CAMERAS = Path(__file__).resolve().parent.parent / "resources/cameras.yaml"


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="folder with the camera's RAW files")
    parser.add_argument(
        "--settings",
        default="{}",
        help='JSON or file: {"train": null, "validation": null, "seed": 1, "orientation": "landscape", "model": null, '
        '"count": null, "target": "manual", "split_by": "file", "validation_photographs": null}; orientation also '
        '"portrait" or "any", target also "auto"; model: only files of this camera, e.g. "Nikon D90"; count: only the '
        "first so many of them; split_by: folder keeps the files of a folder on one side; validation_photographs: how "
        "many of those for validation are not synthetic, of a simulated camera",
    )
    parser.add_argument(
        "--cameras",
        type=Path,
        default=CAMERAS,
        help="file of cameras with their colour filters and matrices (default: resources/cameras.yaml of the checkout)",
    )
    parser.add_argument("--output", type=Path, required=True, help="images.csv to write; the pictures go beside it")
    parser.add_argument("--threads", type=command_line.count, default=1, help="processes that share the work")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)
    unknown = set(settings) - set(DEFAULTS)
    if unknown:
        raise UserError(f"--settings: unknown {', '.join(sorted(unknown))}; there are: {', '.join(DEFAULTS)}")
    if options.output.name != "images.csv":
        raise UserError(f"--output {options.output}: the list is always called images.csv")

    from neural_imaging.datasets import dataset
    from neural_imaging.imaging import cameras

    known_cameras = cameras.load_all(options.cameras)
    chosen = DEFAULTS | settings
    dataset.prepare(
        options.source, options.output.parent, known_cameras=known_cameras, workers=options.threads, **chosen
    )


if __name__ == "__main__":
    command_line.run(main)
