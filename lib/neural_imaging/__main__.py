"""The command `neural-imaging`, also as `python -m neural_imaging`: one sub-command a task."""

import sys

from neural_imaging.analysis import command as analyse
from neural_imaging.base import command_line

_NAME = "neural-imaging"
_COMMANDS = {"analyse": analyse}


def parse_arguments(arguments=None):
    parser = command_line.Parser(prog=_NAME, description="Cameras, compression and photo forensics.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in _COMMANDS.values():
        command.add(commands)
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    _COMMANDS[options.command].run(options)


def program():
    """The installed command."""
    command_line.run(main, says=True)


if __name__ == "__main__":
    # What messages begin with.
    sys.argv[0] = _NAME
    program()
