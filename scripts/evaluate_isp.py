"""Test pipelines on held-out photographs: PSNR and SSIM on patches (or on photographs), as a table and a picture."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, runtime
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    size = "instead of on patches, test on the middle of each photograph, so many pixels long at most; 0: on whole ones"
    parser = programs.parser(
        __doc__,
        "split",
        "tile",
        images=programs.SET,
        size={"type": int, "default": None, "help": size},
        output={"help": "table to write (CSV), a line a patch and pipeline"},
    )
    pipeline = f"{programs.PIPELINE['help']}. Repeat it for more pipelines"
    parser.add_argument("--pipeline", action="append", **{**programs.PIPELINE, "help": pipeline})
    parser.add_argument("--patch", type=int, default=64, help="side of a patch in Bayer cells (default: %(default)s)")
    parser.add_argument("--per-image", type=int, default=4, help="patches a photograph (default: %(default)s)")
    parser.add_argument(
        "--discard",
        default="flat",
        choices=("none", "flat", "flat-aggressive", "dark-n-textured"),
        help="patches to avoid (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the patches' places (default: %(default)s)")
    parser.add_argument("--summary", type=Path, help="CSV to write, a line a pipeline; .md, .tex and .html beside it")
    parser.add_argument("--picture", type=Path, help="PDF of some patches to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    for option in ("patch", "per_image", "tile"):
        command_line.within(f"--{option.replace('_', '-')}", getattr(options, option), 1)
    for option in ("size", "seed"):
        command_line.within(f"--{option}", getattr(options, option), 0)
    command_line.outputs(
        ("--output", options.output, ".csv"),
        ("--summary", options.summary, *files.TABLE),
        ("--picture", options.picture, ".pdf", ".png"),
    )
    runtime.configure(threads=options.threads, seed=0, deterministic=True)

    from neural_imaging.evaluation import isp
    from neural_imaging.tables import isp_table, tables, typeset

    named = isp.created(options.pipeline, options.tile)
    if options.size is None:
        parts = isp.patches(
            options.images,
            options.patch,
            options.per_image,
            split=options.split,
            discard=options.discard,
            seed=options.seed,
        )
    else:
        parts = isp.photographs(options.images, options.size or None, split=options.split)
    measured = isp.measure(parts, named)
    summary = isp_table.summary(measured)
    if options.picture:
        from neural_imaging.figures import isp_patches, style

        shown = parts if options.size is None else isp.patches(options.images, options.patch, 1, split=options.split)
        style.save(isp_patches.draw(isp.sample(shown, named)), options.picture)
    if options.summary:
        typeset.write(summary, options.summary, isp_table.cells, group=0)
    tables.write(measured, options.output)
    print(typeset.markdown(*isp_table.cells(summary)), end="")


if __name__ == "__main__":
    command_line.run(main)
