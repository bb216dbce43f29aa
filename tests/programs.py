"""Programs of `scripts/` as a shell runs them, but in this process: TensorFlow starts longer than most of them work."""

import contextlib
import io
import runpy
import signal
import subprocess
import sys
from pathlib import Path
from unittest import mock

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"


def run(name, *arguments):
    """Run a program to its end; gives the finished process with its exit code and outputs as text."""
    path, terminated = str(SCRIPTS / f"{name}.py"), signal.getsignal(signal.SIGTERM)
    arguments, code, outputs = [path, *map(str, arguments)], 0, (io.StringIO(), io.StringIO())
    with mock.patch.object(sys, "argv", arguments), contextlib.ExitStack() as stack:
        # What a program sets for its whole process.
        stack.callback(signal.signal, signal.SIGTERM, terminated)
        stack.enter_context(contextlib.redirect_stdout(outputs[0]))
        stack.enter_context(contextlib.redirect_stderr(outputs[1]))
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit as end:
            code = end.code or 0
    return subprocess.CompletedProcess(arguments, code, *(output.getvalue() for output in outputs))
