"""Make a training set from pictures without RAW (PNG, TIFF, JPEG), for the pipeline that passes them through (ONet)."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="folder with the pictures")
    command_line.add_set_arguments(
        parser,
        '{"train": null, "validation": null, "seed": 1, "orientation": "any", "count": null, '
        '"smallest": 64, "split_by": "file"}; orientation also "landscape" or "portrait"; count: only the first so '
        "many files; smallest: shortest side in pixels of a picture that is used; split_by: folder keeps the pictures "
        "of a folder on one side",
    )
    parser.add_argument("--threads", type=command_line.count, default=1, help="processes that share the work")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)

    from neural_imaging.datasets import checks, rgb_set

    checks.known(rgb_set.SETTINGS, settings, "--settings")
    rgb_set.prepare(options.source, options.output.parent, workers=options.threads, **settings)


if __name__ == "__main__":
    command_line.run(main)
