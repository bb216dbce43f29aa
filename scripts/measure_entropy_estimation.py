"""Measure how far the differentiable entropy estimate is from the true entropy, for Gaussian and t-Student kernels.

Numbers are drawn from Laplace distributions of many scales; with --model and --images also from the latent that a codec
makes of photographs.
"""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    parser = programs.parser(__doc__, output=programs.TABLE)
    parser.add_argument("--scales", type=int, default=500, help="Laplace distributions (default: %(default)s)")
    parser.add_argument("--samples", type=int, default=1000, help="numbers of each (default: %(default)s)")
    parser.add_argument(
        "--kernel",
        nargs=2,
        type=float,
        action="append",
        metavar=("V", "GAMMA"),
        help="kernel to measure: degrees of freedom (0: Gaussian) and γ. Repeat it for more (default: 0 5 and 50 25)",
    )
    parser.add_argument(
        "--model",
        metavar="[NAME=]CODEC",
        help="codec whose latent is measured too: a model.keras, or a name such as 16c in results/codecs",
    )
    parser.add_argument(
        "--images", type=Path, nargs="+", help="pictures, or folders of pictures, that it encodes patches of"
    )
    parser.add_argument("--patch", type=int, default=128, help="side of these patches (default: %(default)s)")
    parser.add_argument("--per-image", type=int, default=10, help="patches a picture (default: %(default)s)")
    parser.add_argument("--seed", type=command_line.seed, default=0, help="of all numbers (default: %(default)s)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    for option in ("scales", "samples", "patch", "per_image"):
        command_line.within(f"--{option.replace('_', '-')}", getattr(options, option), 1)
    for v, gamma in options.kernel or []:
        if not (0 <= v < float("inf") and 0 < gamma < float("inf")):
            raise UserError(f"--kernel {v:g} {gamma:g}: V must be at least 0, and GAMMA above 0")
    if (options.model is None) != (options.images is None):
        raise UserError("--model and --images are given together, or neither")
    programs.begin(options, *files.TABLE, seed=options.seed)
    import pandas as pd

    from neural_imaging.evaluation import entropy_estimation, jpeg_comparison, learned
    from neural_imaging.tables import typeset

    kernels = options.kernel or entropy_estimation.KERNELS
    draws = entropy_estimation.laplace(options.scales, options.samples, seed=options.seed)
    measured = []
    if options.model:
        ((name, model),) = learned.load([options.model]).items()
        pictures = jpeg_comparison.find(options.images)
        latents = entropy_estimation.latents(model, pictures, options.patch, options.per_image, options.seed)
        measured = [entropy_estimation.measure(latents, model.codebook, kernels, name)]
    table = pd.concat([entropy_estimation.measure(draws, kernels=kernels), *measured], ignore_index=True)
    print(typeset.write(table, options.output, entropy_estimation.cells, group=1), end="")


if __name__ == "__main__":
    command_line.run(main)
