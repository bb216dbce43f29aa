"""What every program shares: settings as JSON, and one clear line for a mistake of the user's."""

import argparse
import contextlib
import errno
import os
import select
import signal
import sys
import threading
import time
from pathlib import Path

from neural_imaging.base import errors, files, texts
from neural_imaging.base.errors import DiskFullError, UserError

# The process that a program must not outlive, by its number.
PARENT = "NEURAL_IMAGING_PARENT"
FILTERS = {
    "camera": "only runs of this camera",
    "isp": "of this pipeline",
    "channel": "behind this channel",
    "lambda_isp": "with this weight of the ISP loss, or fan-only",
    "lambda_codec": "with this weight of the codec loss, or basic, or none",
    "signature": "with a learned signature of this strength, or none",
    "run": "with this number",
}
# Options that name what a program makes, the first that it has.
_MADE = ("output", "summary")
# Time to remove temporary files after that process has ended.
GRACE = 10.0


class Parser(argparse.ArgumentParser):
    """Arguments of a program; a wrong one ends it as `run` ends it, with one line and exit code 2.

    Attributes:
        made: what the program that runs was asked to make, for `run` to name it.
    """

    made = None

    def parse_args(self, args=None, namespace=None):
        """Read the arguments, and remember what shall be made."""
        options = super().parse_args(args, namespace)
        Parser.made = next((vars(options)[name] for name in _MADE if vars(options).get(name)), None)
        return options

    def error(self, message):
        """Refuse the arguments, without the usage, which --help prints."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())} (--help lists the arguments)\n")


def settings(text, option="--settings"):
    """Read the settings that an option was given: JSON text (starting with a brace), or a JSON or YAML file.

    Raises:
        UserError: as `texts.mapping` and `texts.of_file`.
    """
    if text.lstrip().startswith("{"):
        return texts.mapping(text, option, is_json=True)
    return texts.of_file(text)


def within(option, value, low, high=None):
    """Refuse a number out of range, by the option's name; None, for what was not given, passes."""
    if value is None or (value >= low and (high is None or value <= high)):
        return
    raise UserError(f"{option} {value}: must be at least {low}" + ("" if high is None else f" and at most {high}"))


def ending(option, path, suffix):
    """Refuse a file name with another ending, by the option's name, before any work; None passes."""
    if path is not None and path.suffix != suffix:
        raise UserError(f"{option} {path}: the name must end with {suffix}")


def outputs(*files_to_write):
    """Refuse, before any work, files that cannot be written, have another ending, or are the same.

    Each is (option, path, ending, and endings of files that are written beside it); a path of None passes.
    """
    taken = {}
    for option, path, *suffixes in files_to_write:
        ending(option, path, suffixes[0])
        for suffix in suffixes if path is not None else ():
            files.check_output(path.with_suffix(suffix))
        if path is not None and taken.setdefault(path.resolve(), option) != option:
            raise UserError(f"{option} {path}: is also the file of {taken[path.resolve()]}; name another")


def count(text):
    """Argument type: a whole number of at least 1."""
    return _whole(text, 1)


def seed(text):
    """Argument type: a whole number from 0 up that random generators take."""
    return _whole(text, 0)


def _whole(text, least):
    if not text.isdecimal() or not least <= int(text) < 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least {least}")
    return int(text)


def folder(text):
    """Argument type: a folder that there is, or that can be made."""
    path = Path(text)
    existing = next(place for place in (path, *path.parents) if place.exists())
    if not existing.is_dir():
        raise argparse.ArgumentTypeError(f"{existing} is a file, not a folder")
    return path


def add_set_arguments(parser, settings, beside="the pictures go"):
    """Give a parser what the programs take that make a set of pictures; `settings` says what these may be."""
    parser.add_argument("--settings", default="{}", help=f"JSON or file: {settings}")
    parser.add_argument("--output", type=_listing, required=True, help=f"images.csv to write; {beside} beside it")


def _listing(text):
    if Path(text).name != "images.csv":
        raise argparse.ArgumentTypeError(f"{text}: the list is always called images.csv")
    return Path(text)


def add_training_arguments(parser):
    """Give a parser what every training program takes."""
    parser.add_argument("--settings", default="{}", help="settings of the training: JSON text, or a JSON or YAML file")
    parser.add_argument("--output", type=Path, required=True, help="model.keras to write")
    parser.add_argument("--checkpoints", type=folder, help="folder for checkpoints (default: beside the output)")
    parser.add_argument(
        "--resume",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="go on where this training was stopped; --no-resume removes its checkpoint and begins anew",
    )
    add_force_argument(parser)
    parser.add_argument("--tensorboard", type=folder, help="folder for TensorBoard logs (default: none are written)")
    parser.add_argument("--threads", type=count, help="processor threads (default: all)")


def training(options):
    """What `add_training_arguments` was given, as the functions that train take it."""
    return {
        "checkpoints": options.checkpoints or options.output.parent / "checkpoints",
        "threads": options.threads,
        "logs": options.tensorboard,
        "resume": options.resume,
    }


def add_force_argument(parser):
    """Give a parser what every program takes that makes a model; `records.finished` reads it."""
    parser.add_argument(
        "--force", action="store_true", help="make the model although one is there; that is replaced at the end"
    )


def add_filter_arguments(parser):
    """Give a parser what programs take that work on some runs of a grid; `filters` reads it."""
    for name, text in FILTERS.items():
        flags = [f"--{name.replace('_', '-')}", *(["--lambda"] if name == "lambda_isp" else [])]
        parser.add_argument(*flags, dest=name, action="append", help=f"{text}; repeat for several (default: all)")


def filters(options):
    """What `add_filter_arguments` was given, as `study.grid.chosen` takes it."""
    return {name: getattr(options, name) for name in FILTERS}


def run(main, says=False):
    """Run a program's `main()`; a mistake of the user's ends it with one line on standard error and exit code 2.

    At its end a line on standard error names what it has made, unless the program `says` so itself.
    """
    _end_with_parent()
    Parser.made = None
    # In place of an end on the spot, so that temporary files are removed.
    signal.signal(signal.SIGTERM, _terminated)
    # Names of files may be no text.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        main()
        if not says and Parser.made is not None and Path(Parser.made).exists():
            print(f"done: {Parser.made}", file=sys.stderr)
    except Exception as error:
        message = _message(error)
        if message is None:
            raise
        print(f"{Path(sys.argv[0]).name}: {' '.join(str(message).split())}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        _leave(130)
    except SystemExit as end:
        if end.code != 128 + signal.SIGTERM:
            raise
        _leave(end.code)


def _message(error):
    """What an error says to the user; None where it is ours to mend."""
    if isinstance(error, UserError | DiskFullError):
        return _original(error)
    number, file = getattr(error, "errno", None), getattr(error, "filename", None)
    if number in (errno.ENOSPC, errno.EDQUOT):
        return f"{file}: {errors.NO_SPACE}" if file else errors.NO_SPACE
    if errors.is_out_of_memory(error):
        return errors.OUT_OF_MEMORY
    if number == errno.EFBIG:
        return f"{file or 'a file'}: {errors.CUT_OFF}"
    # Files that cannot be opened; other errors of the system have no file's name.
    return f"{file}: {error.strerror}" if isinstance(error, OSError) and file is not None else None


def _leave(code):
    """End a program that was asked to, once all that it had open is closed.

    Python's own way out would take TensorFlow's reader of batches apart while that one waits for Python: for ever.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _terminated(number, frame):
    raise SystemExit(128 + number)


def _end_with_parent():
    """End this program when the process that `PARENT` names ends, if only by a kill.

    A killed Snakemake leaves its jobs at work; started again, it would run them a second time beside the first.
    """
    number = os.environ.get(PARENT, "")
    if not number.isdecimal() or not hasattr(os, "pidfd_open"):
        return
    try:
        parent = os.pidfd_open(int(number))
    except OSError:
        # Not a process of this machine.
        return

    def watch():
        select.select([parent], [], [])
        print(f"{Path(sys.argv[0]).name}: ends, since the workflow that started it has ended", file=sys.stderr)
        # To the main thread itself, so that a wait in it ends; sent to the process, another thread might take it.
        signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
        time.sleep(GRACE)
        os._exit(130)

    # Programs that scripts start in the background ignore SIGINT.
    signal.signal(signal.SIGUSR1, signal.default_int_handler)
    threading.Thread(target=watch, daemon=True).start()


def _original(error):
    """The error as it was raised: Keras wraps what comes out of a layer's call into a long text with the arguments."""
    while str(error).startswith("Exception encountered when calling") and isinstance(error.__context__, UserError):
        error = error.__context__
    return error
