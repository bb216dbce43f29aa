"""Starts of Snakemake from a process that has imported it: half of what a plan takes are Snakemake's own imports.

Each start is a process of its own (a fork), with the folder, arguments, outputs and exit code of `python -m snakemake`.
Nothing of the project is imported before the fork, so that each checkout has its own library.
"""

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path


class Starter:
    """The process that has imported Snakemake. It ends with the tests, when its standard input ends."""

    def __init__(self):
        # Not in a checkout, whose profile would be read.
        folder = tempfile.gettempdir()
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen([sys.executable, __file__], cwd=folder, **pipes)

    def run(self, arguments, folder, limit):
        """Run Snakemake in a folder, for so many seconds at most; gives the finished process with its outputs."""
        asked = {"arguments": arguments, "folder": str(folder), "limit": limit, "environment": dict(os.environ)}
        with tempfile.TemporaryDirectory() as outputs:
            print(json.dumps({**asked, "outputs": outputs}), file=self.process.stdin, flush=True)
            code = int(self.process.stdout.readline())
            texts = [Path(outputs, name).read_text(encoding="utf-8") for name in ("stdout", "stderr")]
        if code == -signal.SIGALRM:
            raise subprocess.TimeoutExpired(arguments, limit, *texts)
        return subprocess.CompletedProcess(arguments, code, *texts)

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)


def _start(cli, arguments, folder, limit, outputs, environment):
    """What the new process does: become a start of `python -m snakemake` in that folder."""
    signal.alarm(limit)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, name in ((0, os.devnull), (1, f"{outputs}/stdout"), (2, f"{outputs}/stderr")):
        file = os.open(name, os.O_RDWR | os.O_CREAT)
        os.dup2(file, number)
        os.close(file)
    sys.argv, sys.path[0] = [str(Path(cli.__file__).with_name("__main__.py")), *arguments], folder
    sys.exit(cli.main())


def _serve():
    # What Snakemake imports later, and what our planning does.
    import grimp  # noqa: F401
    import smart_open  # noqa: F401
    from snakemake import cli

    # Loads the plugins too, of which Snakemake's arguments are made.
    cli.parse_args(["--dry-run"])
    # Else each start looks for garbage in all that was imported, a quarter of its time.
    gc.collect()
    gc.freeze()
    gc.disable()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _start(cli, **json.loads(line))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(code, flush=True)


if __name__ == "__main__":
    _serve()
