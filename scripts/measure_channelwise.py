"""Compare coding a codec's latent channel by channel with coding it as a whole, on patches of several sizes.

The ratio of sizes is below 1 where channels on their own are shorter. Ours stands beside the published, with the
difference.
"""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, runtime
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    images = {**programs.PICTURES, "help": "pictures, or folders of pictures, at least as large as the largest patch"}
    parser = programs.parser(__doc__, images=images, model=programs.CODECS, output=programs.TABLE)
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[128, 256, 512],
        help="sides of the patches, cut out of the middle of each picture (default: 128 256 512)",
    )
    parser.add_argument("--published", type=Path, help="published ratios, of resources/published")
    parser.add_argument("--patches", type=Path, help="CSV to write with a line a patch")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, *files.TABLE), ("--patches", options.patches, ".csv"))
    runtime.configure(threads=options.threads, seed=0, deterministic=True)
    import pandas as pd

    from neural_imaging.evaluation import channelwise, jpeg_comparison, learned
    from neural_imaging.tables import tables, typeset

    published = tables.read(options.published, channelwise.PUBLISHED) if options.published else None
    models, pictures = learned.load(options.model), jpeg_comparison.find(options.images)
    lines = []
    for name, model in models.items():
        lines += channelwise.measure(name, model, pictures, options.sizes)
    measured = pd.DataFrame(lines, columns=channelwise.MEASURED)
    if options.patches:
        tables.write(measured, options.patches)
    table = channelwise.beside(measured, published)
    print(typeset.write(table, options.output, channelwise.cells, group=1), end="")


if __name__ == "__main__":
    command_line.run(main)
