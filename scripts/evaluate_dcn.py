"""Evaluate a learned codec on a few pictures: beside the originals, and beside JPEG at the nearest SSIM and bits.

Prints a table, and writes it as CSV and the pictures as PDF and PNG. Bits a pixel are without headers, as the papers
count them. Profiles of whole folders and of all codecs are made by profile_codec.py.
"""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, runtime
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    size = "side of the middle square that is coded and shown, in pixels (default: %(default)s)"
    output = {"help": "PDF to write; a PNG and a CSV are written beside it"}
    parser = programs.parser(
        __doc__, "count", images=programs.PICTURES, size={"default": 256, "help": size}, output=output
    )
    parser.add_argument("--model", required=True, help="name of a codec, such as 32c, or a model.keras")
    parser.add_argument(
        "--models", type=Path, metavar="FOLDER", help="folder of codecs to look in before results/codecs"
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.ending("--output", options.output, ".pdf")
    files.check_output(options.output)
    runtime.configure(threads=options.threads, seed=0, deterministic=True)
    from neural_imaging.evaluation import codec_crops, jpeg_comparison, learned
    from neural_imaging.figures import codec_crops as figure
    from neural_imaging.figures import style
    from neural_imaging.tables import codec_comparison, tables, typeset

    pictures = jpeg_comparison.find(options.images, options.count)
    coder = learned.find(options.model, [options.models] if options.models else [])
    sample = codec_crops.sample(pictures, coder, options.size, options.size)
    table = codec_comparison.table(sample)
    style.save(figure.draw(sample), options.output)
    tables.write(table, options.output.with_suffix(".csv"))
    print(typeset.markdown(*codec_comparison.cells(table)), end="")


if __name__ == "__main__":
    command_line.run(main)
