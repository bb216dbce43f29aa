"""Develop one held-out photo by each pipeline, for a figure that compares them."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files
from neural_imaging.base.errors import UserError


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True, help="images.csv with the validation photos")
    parser.add_argument(
        "--model",
        action="append",
        required=True,
        metavar="[NAME=]ARCHIVE",
        help=".keras archive of an ISP; its name in the figure is its folder's, or NAME. Repeat it for more pipelines",
    )
    parser.add_argument("--image", help="name of the photo; the first of the validation split by default")
    parser.add_argument(
        "--size", type=command_line.count, default=1024, help="longest side in pixels (default: %(default)s)"
    )
    parser.add_argument("--output", type=Path, required=True, help="npz file to write")
    parser.add_argument("--threads", type=command_line.count, help="processor threads (default: all)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, ".npz"))
    archives = {}
    for name, path in map(_named, options.model):
        if name in archives:
            raise UserError(f"--model: two are called {name}; name them, as in before={path}")
        archives[name] = path

    from neural_imaging.base import runtime

    runtime.configure(threads=options.threads, seed=0, deterministic=True)
    from neural_imaging.evaluation import samples
    from neural_imaging.tables import arrays

    name, raw, target = samples.photograph(options.images, options.image, options.size)
    developed = {label: samples.develop(path, raw, target) for label, path in archives.items()}
    arrays.write(options.output, samples.pipelines(name, target, developed))


def _named(text):
    name, path = files.named(text)
    if name == "":
        raise UserError(f"--model {text}: a name is missing before the =")
    return name or Path(path).resolve().parent.name, Path(path)


if __name__ == "__main__":
    command_line.run(main)
