"""Develop one held-out photo by a plain and by an optimised ISP, with their difference and spectra."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True, help="images.csv with the validation photos")
    parser.add_argument("--plain", type=Path, required=True, help="archive of the ISP before joint training")
    parser.add_argument("--optimised", type=Path, required=True, help="archive of a joint model, or of its ISP")
    parser.add_argument("--label", help="what the optimised ISP is; by default its run's folder says it")
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

    from neural_imaging.base import runtime

    runtime.configure(threads=options.threads, seed=0, deterministic=True)
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
