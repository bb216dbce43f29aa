"""Compress pictures with a learned codec, and get them back.

    l3ic compress photo.png                   makes photo.l3ic, with the codec that comes with the library
    l3ic decompress photo.l3ic -o back.png    without -o: photo.png, if there is none
    l3ic compress photos -m 32c -o coded      every picture in a folder
    l3ic info photo.l3ic                      what a file says of itself

Pictures of common kinds are taken as they are seen: upright, grey ones as RGB, 16 bits rounded to 8, transparent parts
on white, colours of a profile as sRGB. A file that is named by itself and cannot be processed ends the program; one of
many is listed with the reason, and the rest goes on. Folders are searched with those below them, also behind links;
what is passed over there is listed, too. Exit code 0: all are there; 1: some are not; 2: nothing was done, because of a
mistake in the arguments.
"""

import argparse
import functools
import sys
from pathlib import Path

from neural_imaging import presets
from neural_imaging.base import command_line, errors


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    compress = _action(actions, "compress", "pictures to .l3ic files")
    decompress = _action(actions, "decompress", ".l3ic files to pictures")
    info = _action(actions, "info", "what .l3ic files say of themselves")

    compress.add_argument("source", type=Path, nargs="+", help="pictures, and folders of them")
    compress.add_argument(
        "-m",
        "--model",
        help=f"name of a codec, such as 32c, or a model.keras (default: the preset {presets.CODEC})",
    )
    decompress.add_argument("source", type=Path, nargs="+", help=".l3ic files, and folders of them")
    decompress.add_argument(
        "-m", "--model", help="name of a codec or a model.keras (default: the one that the file names is looked for)"
    )
    info.add_argument("source", type=Path, nargs="+", help=".l3ic files, and folders of them")
    for parser_of, endings in ((compress, ".l3ic"), (decompress, ".png, .tif or .jpg")):
        parser_of.add_argument(
            "-o",
            "--output",
            type=Path,
            help=f"file to write, ending with {endings}; a folder for several (default: beside each source)",
        )
        parser_of.add_argument("--force", action="store_true", help="overwrite files that exist")
        parser_of.add_argument(
            "--models",
            type=Path,
            metavar="FOLDER",
            help="folder of codecs to look in before $NEURAL_IMAGING_MODELS, results/codecs and presets",
        )
        parser_of.add_argument("--threads", type=command_line.count, help="processor threads (default: all)")
    compress.add_argument("--measure", action="store_true", help="also print PSNR and SSIM")
    compress.add_argument(
        "--stream",
        type=int,
        choices=(1, 2),
        default=2,
        help="version of the format; 1 is the released l3ic's (default: 2)",
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    {"compress": _compress, "decompress": _decompress, "info": _info}[options.action](options)


def program():
    """The installed command."""
    command_line.run(main)


def _action(actions, name, text):
    return actions.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")


def _compress(options):
    from neural_imaging.base import runtime
    from neural_imaging.codec import codec, compression
    from neural_imaging.imaging import opening

    for source in options.source:
        if source.suffix.lower() in compression.COMPRESSED and not source.is_dir():
            raise errors.UserError(f"{source}: is compressed already")
    tasks, passed, alone = compression.plan(
        options.source, options.output, opening.ENDINGS, compression.COMPRESSED, options.force
    )
    folders = _folders(options)
    chosen = options.model or presets.path(presets.CODEC, "name a codec with -m")
    # A mistake shows before the network is loaded.
    first = opening.read(tasks[0].source) if alone else None
    runtime.configure(threads=options.threads)
    model = codec.find(chosen, folders)

    def compressed(task):
        opened = first or opening.read(task.source)
        return compression.compress(task, opened, model, options.stream, options.measure)

    _each(tasks, passed, alone, compressed)


def _decompress(options):
    from neural_imaging.base import runtime
    from neural_imaging.codec import codec, compression

    _named(options.source)
    tasks, passed, alone = compression.plan(
        options.source, options.output, compression.COMPRESSED, compression.DECOMPRESSED, options.force
    )
    folders = _folders(options)
    runtime.configure(threads=options.threads)
    model = codec.find(options.model, folders) if options.model else None
    _each(tasks, passed, alone, functools.partial(compression.decompress, model=model, folders=folders))


def _info(options):
    from neural_imaging.codec import compression

    _named(options.source)
    listed, passed, alone = compression.search(options.source, compression.COMPRESSED)
    tasks = [compression.Task(path, path) for path, _ in listed]
    _each(tasks, passed, alone, lambda task: print(compression.describe(task.source)))


def _named(sources):
    """Files of another ending are taken for a slip: a stream of version 1 has no mark that tells it from others."""
    from neural_imaging.codec import compression

    for source in sources:
        if source.is_file() and source.suffix.lower() not in compression.COMPRESSED:
            raise errors.UserError(f"{source}: the name of a compressed file ends with .l3ic")


def _folders(options):
    if options.models is None:
        return []
    if not options.models.is_dir():
        raise errors.UserError(f"--models {options.models}: no such folder")
    return [options.models]


def _each(tasks, passed, alone, work):
    """Process each file and print what became of it; the only one may end the program, others are listed."""
    from tqdm import tqdm

    for path, reason in passed:
        print(f"{path}: passed over, {reason}", file=sys.stderr)
    done, failed = [], 0
    with tqdm(total=len(tasks), unit="file", disable=True if alone else None) as bar:
        for task in tasks:
            try:
                outcome = work(task)
            except Exception as error:
                if alone and not isinstance(error, errors.UserError | OSError):
                    raise
                line = f"{task.source}: {errors.reason(error)}"
                if alone:
                    raise errors.UserError(line) from None
                failed += 1
                bar.write(line, file=sys.stderr)
            else:
                if outcome:
                    done.append(outcome)
                    bar.write(f"{task.source} → {task.output}: {_line(outcome)}")
            bar.update()
    if len(done) > 1:
        print(_total(done))
    if failed:
        print(f"{failed} of {len(tasks)} failed", file=sys.stderr)
        raise SystemExit(1)


def _line(outcome):
    parts = [f"{outcome.width} × {outcome.height} pixels", _sizes([outcome]), *_quality([outcome])]
    return ", ".join(parts) + (f" ({'; '.join(outcome.notes)})" if outcome.notes else "")


def _total(outcomes):
    quality = _quality(outcomes)
    means = [f"mean {quality[0]}", *quality[1:]] if quality else []
    return ", ".join([f"total of {len(outcomes)} pictures: {_sizes(outcomes)}", *means])


def _sizes(outcomes):
    before, after, compressed = (
        sum(getattr(outcome, size) for outcome in outcomes) for size in ("before", "after", "compressed")
    )
    pixels = sum(outcome.height * outcome.width for outcome in outcomes)
    return f"{before:,} → {after:,} bytes, {8 * compressed / pixels:.3f} bits a pixel"


def _quality(outcomes):
    parts = []
    for name, form in (("psnr", "{:.2f} dB"), ("ssim", "SSIM {:.4f}")):
        known = [getattr(outcome, name) for outcome in outcomes if getattr(outcome, name) is not None]
        if known:
            parts.append(form.format(sum(known) / len(known)))
    return parts
