"""Measure how long learned codecs take on pictures of 512 × 512 and 1920 × 1080 pixels, beside the published times.

Compress and decompress are the whole codec, from a picture in memory to bytes in memory and back; encode and decode are
the networks' share. Times are medians over pictures and repeats, after a warm-up. On a busy machine they mean little.
"""

import os
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, runtime
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    pictures = "pictures, or folders of pictures, of any size; photographs of scikit-image by default"
    images = {"nargs": "*", "required": False, "default": [], "help": pictures}
    parser = programs.parser(__doc__, images=images, model=programs.CODECS, count={"default": 3}, output=programs.TABLE)
    parser.add_argument(
        "--repeats", type=command_line.count, default=5, help="how often each is coded (default: %(default)s)"
    )
    parser.add_argument("--published", type=Path, help="published times, of resources/published")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, *files.TABLE))
    runtime.configure(threads=options.threads)
    from neural_imaging.evaluation import codec_runtime, jpeg_comparison, learned
    from neural_imaging.imaging import opening
    from neural_imaging.tables import tables, typeset

    published = tables.read(options.published, codec_runtime.PUBLISHED) if options.published else None
    models = learned.load(options.model)
    pictures = [opening.read(path).picture for path in jpeg_comparison.find(options.images, options.count)]
    machine = {
        "gpu": runtime.accelerator(),
        "cpu": codec_runtime.processor(),
        "threads": options.threads or os.cpu_count(),
    }
    ours = [
        {"model": name, **machine, **codec_runtime.measure(model, pictures, options.repeats)}
        for name, model in models.items()
    ]
    table = codec_runtime.beside(ours, published)
    print(typeset.write(table, options.output, codec_runtime.cells, group=1), end="")


if __name__ == "__main__":
    command_line.run(main)
