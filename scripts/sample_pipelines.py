"""Develop one held-out photograph by each pipeline, for a figure that compares them."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    parser = programs.parser(__doc__, "images", "image", "size", "output")
    parser.add_argument(
        "--model",
        action="append",
        required=True,
        metavar="[NAME=]ARCHIVE",
        help=".keras archive of an ISP; its name in the figure is its folder's, or NAME. Repeat it for more pipelines",
    )
    return parser.parse_args(arguments)


def named(texts):
    """Archives by their names in the figure."""
    archives = {}
    for text in texts:
        name, path = files.named(text)
        if name == "":
            raise UserError(f"--model {text}: a name is missing before the =")
        name = name or Path(path).resolve().parent.name
        if name in archives:
            raise UserError(f"--model: two are called {name}; name them, as in before={path}")
        archives[name] = Path(path)
    return archives


def main(arguments=None):
    options = parse_arguments(arguments)
    archives = named(options.model)
    programs.begin(options, ".npz")
    from neural_imaging.evaluation import samples
    from neural_imaging.tables import arrays

    name, raw, target = samples.photograph(options.images, options.image, options.size)
    developed = {label: samples.develop(path, raw, target) for label, path in archives.items()}
    arrays.write(options.output, samples.pipelines(name, target, developed))


if __name__ == "__main__":
    command_line.run(main)
