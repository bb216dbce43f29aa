"""Draw one photo as each pipeline develops it, with a detail."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line
from neural_imaging.base.errors import UserError


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--sample", type=Path, required=True, help="arrays of sample_pipelines.py")
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)

    from neural_imaging.figures import pipelines, style
    from neural_imaging.tables import arrays

    sample = arrays.read(options.sample, pipelines.ARRAYS)
    if len({len(sample[name]) for name in ("names", "photos", "psnr")}) > 1:
        raise UserError(f"{options.sample}: is not of sample_pipelines.py, but of another program")
    style.save(pipelines.draw(sample), options.output)


if __name__ == "__main__":
    command_line.run(main)
