"""Develop one held-out photograph by a plain and by an optimised ISP, with their difference and spectra."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    parser = programs.parser(__doc__, "images", "image", "size", "output")
    parser.add_argument("--plain", type=Path, required=True, help="archive of the ISP before joint training")
    parser.add_argument("--optimised", type=Path, required=True, help="archive of a joint model, or of its ISP")
    parser.add_argument("--label", help="what the optimised ISP is; by default its run's folder says it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    programs.begin(options, ".npz")
    from neural_imaging.evaluation import samples

    # A joint model's archive can be read once its classes are imported.
    from neural_imaging.forensics import channel, joint  # noqa: F401
    from neural_imaging.study import grid
    from neural_imaging.tables import arrays

    name, raw, target = samples.photograph(options.images, options.image, options.size)
    plain, optimised = (samples.develop(path, raw, target) for path in (options.plain, options.optimised))
    label = options.label or grid.described(options.optimised)
    arrays.write(options.output, samples.difference(name, label, target, plain, optimised))


if __name__ == "__main__":
    command_line.run(main)
