"""`neural-imaging analyse`: the arguments, and what is printed."""

import argparse
import sys
from pathlib import Path

from neural_imaging import presets
from neural_imaging.base import command_line, errors, texts

TEXT = "ask a forensic network what was done to photographs, and where"
DESCRIPTION = """Ask a forensic network what was done to photographs, and where.

    neural-imaging analyse photo.jpg                     makes analysis/photo.html and analysis/photo.json
    neural-imaging analyse photos -m RUN/model.keras     every photograph in a folder, and analysis/index.html
    neural-imaging analyse photo.jpg --stride 32         a finer map

Pictures are judged as they are; RAW files are developed by the model's camera and sent through its channel. What cannot
be judged is listed with the reason, and the rest goes on. Exit code 0: all are there; 1: some are not; 2: nothing was
done, because of a mistake in the arguments or in the only photograph.
"""


def add(commands):
    """Add the sub-command to a parser's."""
    parser = commands.add_parser(
        "analyse", help=TEXT, description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photo", type=Path, nargs="+", help="photographs, and folders of them")
    parser.add_argument(
        "-m", "--model", help=f"model.keras of a run, or a preset (default: the preset {presets.FORENSIC})"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=command_line.folder,
        default=Path("analysis"),
        help="folder (default: analysis)",
    )
    parser.add_argument("--stride", type=command_line.count, help="pixels between windows (default: a window's side)")
    parser.add_argument(
        "--window", type=command_line.count, help="side of windows, for a network that takes any (default: 128)"
    )
    parser.add_argument("--position", action="store_true", help="show the position, where EXIF has one")
    parser.add_argument("--force", action="store_true", help="overwrite pages that exist")
    parser.add_argument("--threads", type=command_line.count, help="processor threads (default: all)")
    return parser


def run(options):
    """Analyse the photographs that the options name."""
    from neural_imaging.analysis import plan
    from neural_imaging.base import runtime

    # A mistake shows before the network is loaded.
    if options.model is None:
        presets.path(presets.FORENSIC, "name the model.keras of a run with -m")
    tasks, passed = plan.make(options.photo, options.output, options.force)
    runtime.configure(threads=options.threads)
    from neural_imaging.analysis import index, judge, windows

    expert = judge.load(options.model)
    windows.check(windows.side(expert.fan, options.window), options.stride)
    for path, reason in passed:
        print(f"{texts.on_a_line(str(path))}: passed over, {reason}", file=sys.stderr)
    lines, failed = _each(tasks, expert, options)
    if len(tasks) > 1:
        index.write(options.output, lines, failed, passed, expert)
        print(f"{len(lines)} of {len(tasks)} photographs: {options.output / plan.INDEX}")
    if failed:
        raise SystemExit(1)


def _each(tasks, expert, options):
    """Analyse each photograph and print what was found; the only one may end the program, others are listed."""
    from tqdm import tqdm

    from neural_imaging.analysis import conclusions, index
    from neural_imaging.analysis.analyse import analyse

    lines, failed, alone = [], [], len(tasks) == 1
    with tqdm(total=len(tasks), unit="photo", disable=True if alone else None) as bar:
        for task in tasks:
            try:
                analysis = analyse(task.source, expert, options.stride, options.window, options.position)
                analysis.write(task.page)
            except errors.DiskFullError:
                raise
            except Exception as error:
                if alone and not isinstance(error, errors.UserError | OSError):
                    raise
                reason = errors.reason(error).removeprefix(f"{task.source}: ")
                if alone:
                    raise errors.UserError(f"{task.source}: {reason}") from None
                failed.append((task.source, reason))
                bar.write(f"{texts.on_a_line(str(task.source))}: {reason}", file=sys.stderr)
            else:
                line = f"{task.source} → {task.page}: {conclusions.short(analysis)}"
                bar.write(texts.on_a_line(line))
                if not alone:
                    lines.append(index.line(task, analysis))
            bar.update()
    return lines, failed
