"""Compare coding a codec's latent channel by channel with coding it as a whole, on patches of several sizes.

The ratio of sizes is below 1 where channels on their own are shorter. Ours stands beside the published, with the
difference.
"""

import argparse
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--images",
        type=Path,
        nargs="+",
        required=True,
        help="pictures, or folders of pictures, at least as large as the largest patch",
    )
    parser.add_argument(
        "--model",
        action="append",
        required=True,
        metavar="[NAME=]CODEC",
        help="model.keras of a codec, or a name such as 16c in results/codecs. In the table it is called NAME, or else "
        "like its folder. Repeat it for more codecs",
    )
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[128, 256, 512],
        help="sides of the patches, cut out of the middle of each picture (default: 128 256 512)",
    )
    parser.add_argument("--published", type=Path, help="published ratios, of resources/published")
    parser.add_argument("--patches", type=Path, help="CSV to write with a line a patch")
    parser.add_argument(
        "--output", type=Path, required=True, help="table to write (CSV); .md, .tex and .html beside it"
    )
    parser.add_argument("--threads", type=command_line.count, help="processor threads (default: all)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, *files.TABLE), ("--patches", options.patches, ".csv"))

    from neural_imaging.base import runtime

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
    table = channelwise.beside(measured, published)
    if options.patches:
        tables.write(measured, options.patches)
    typeset.write(table, options.output, channelwise.cells, group=1)
    print(typeset.markdown(*channelwise.cells(table)), end="")


if __name__ == "__main__":
    command_line.run(main)
