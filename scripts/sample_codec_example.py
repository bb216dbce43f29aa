"""Code one held-out photograph with a codec as it was trained and as it was fine-tuned, with spectra.

Rates and SSIM of the same codecs are measured on all other photographs of the validation split, too.
"""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    parser = programs.parser(__doc__, "images", "image", "output", size={"default": 512})
    parser.add_argument("--model", **programs.VERSIONS)
    parser.add_argument(
        "--isp",
        type=Path,
        help="archive of the ISP that develops the photographs, as in the run; without it their targets are taken",
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    programs.begin(options, ".npz")
    from neural_imaging.evaluation import samples, spectra
    from neural_imaging.tables import arrays

    models = spectra.load(options.model)
    names = sorted({name for name, _ in models})
    if len(names) > 1:
        raise UserError(f"--model: the figure shows one codec, not {' and '.join(names)}")
    shown = samples.photograph(options.images, options.image, options.size)
    photographs = [shown, *samples.others(options.images, shown[0], options.size)]
    pictures = [
        target if options.isp is None else samples.develop(options.isp, raw, target) for _, raw, target in photographs
    ]
    versions = {weight: model for (_, weight), model in models.items()}
    arrays.write(options.output, spectra.example(shown[0], pictures[0], names[0], versions, pictures[1:]))


if __name__ == "__main__":
    command_line.run(main)
