"""Develop RAW photographs in bulk with any pipeline: full size, upright; large ones by tiles.

Pictures that exist are kept, so that a run that was stopped goes on, but not those of a RAW file or a model that was
exchanged; developed.csv has what each was made from. A photograph that cannot be developed is listed in
developed.csv with the reason and never stops the others. Exit code 0: all are there; 1: some are not; 2: nothing was
done, because of a mistake in the arguments.
"""

import argparse
import os
import sys
from pathlib import Path

import library_path
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--pipeline",
        required=True,
        help="libRAW, Python, a network's name (then it is untrained), or the model.keras of a trained or joint model",
    )
    parser.add_argument(
        "--settings",
        default="{}",
        help='settings of the pipeline, JSON or file: {"demosaicing": "menon" or "bilinear"} for Python, '
        '{"automatic": true or false, "demosaicing": "ahd", "dcb", …} for libRAW, '
        "those of its class for a network's name",
    )
    parser.add_argument("--source", type=Path, nargs="+", required=True, help="RAW files, and folders of them")
    parser.add_argument(
        "--output", type=command_line.folder, required=True, help="folder for pictures, developed.csv and record.json"
    )
    parser.add_argument("--format", choices=("png", "tiff", "jpeg"), default="png", help="of pictures (default: png)")
    parser.add_argument("--quality", type=int, default=95, help="of JPEG files, 1 to 100 (default: %(default)s)")
    parser.add_argument("--overwrite", action="store_true", help="develop photographs anew whose pictures exist")
    parser.add_argument(
        "--tile",
        type=int,
        metavar="CELLS",
        help="longest side of what a network develops at once, in Bayer cells of 2 × 2 pixels, margins included "
        "(default: 704); memory grows with its square",
    )
    parser.add_argument(
        "--cameras",
        type=Path,
        default=library_path.ROOT / "resources/cameras.yaml",
        help="file of cameras with their colour filters and matrices (default: resources/cameras.yaml of the checkout)",
    )
    parser.add_argument("--threads", type=int, help="processor threads (default: all)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)
    command_line.within("--quality", options.quality, 1, 100)
    command_line.within("--threads", options.threads, 1)
    command_line.within("--tile", options.tile, 1)

    from neural_imaging.base import runtime
    from neural_imaging.developing import development, pipelines
    from neural_imaging.imaging import cameras

    if pipelines.learns(options.pipeline):
        runtime.configure(threads=options.threads)
    rows = development.develop(
        options.source,
        options.output,
        options.pipeline,
        settings,
        kind=options.format,
        quality=options.quality,
        overwrite=options.overwrite,
        side=options.tile,
        known=cameras.load_all(options.cameras),
        workers=options.threads or os.cpu_count() or 1,
    )
    counts = development.counts(rows)
    listed = [f"{counts[status]} {status}" for status in ("developed", "kept", "failed")]
    listed += [f"{counts['unused']} passed over"] if counts["unused"] else []
    # What was cut off, or what a file asks for and is not done.
    noted = sum(row["status"] in ("developed", "kept") and bool(row["reason"]) for row in rows)
    listed += [f"{noted} with a note"] if noted else []
    explained = counts["failed"] or counts["unused"] or noted
    why = f"; {options.output / development.LISTING} says why" if explained else ""
    print(f"{options.output}: {', '.join(listed)}{why}", file=sys.stderr)
    if counts["failed"]:
        raise SystemExit(1)


if __name__ == "__main__":
    command_line.run(main, says=True)
