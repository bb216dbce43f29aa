"""A stand-in for conda, with the few commands that Snakemake calls. It is no conda: it solves and downloads nothing.

An environment of the stand-in is a virtual environment of the Python that runs it. Its packages are those that are
installed beside that Python, and `env create` fails where they are not in the versions that the file asks for. What
can be seen with it: that Snakemake makes an environment for each file in envs/, activates it, and runs each program
in its own. Whether conda's channels have these packages cannot.

Each start of a Python of an environment adds a line to `started.txt` in it: its arguments.
"""

import argparse
import importlib.metadata
import json
import platform
import sys
import sysconfig
import venv
from pathlib import Path

import yaml

# What Snakemake asks for at least.
VERSION = "24.7.1"
NOTE = """
import sys
from pathlib import Path
with Path(sys.prefix, "started.txt").open("a") as file:
    file.write(" ".join(sys.orig_argv[1:]) + "\\n")
"""


def create(file, prefix):
    """Make the environment of a file."""
    for dependency in yaml.safe_load(file.read_text(encoding="utf-8"))["dependencies"]:
        for pin in dependency["pip"] if isinstance(dependency, dict) else [dependency]:
            _check(*pin.replace("==", "=").partition("=")[::2])
    venv.create(prefix, symlinks=True, with_pip=False)
    packages = prefix / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    # As a plain folder of packages: what is installed for development alone, as our library is, is not seen.
    # Not as sitecustomize: Debian's Python has one of its own, and that comes first.
    (packages / "packages.pth").write_text(f"{sysconfig.get_path('purelib')}\nimport note_start\n", encoding="utf-8")
    (packages / "note_start.py").write_text(NOTE, encoding="utf-8")


def _check(name, version):
    """End where a package is not here in the version that is asked for."""
    if name == "python":
        found = platform.python_version()
        fits = f"{found}.".startswith(f"{version}.")
    else:
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            sys.exit(f"conda stand-in: {name} is not installed beside {sys.executable}")
        fits = version in ("", found)
    if not fits:
        sys.exit(f"conda stand-in: {name} {version} is asked for, and {found} is here")


def main():
    arguments = sys.argv[1:]
    root = str(Path(__file__).resolve().parent)
    if arguments == ["--version"]:
        print(f"conda {VERSION}")
    elif arguments[:1] == ["info"]:
        print(json.dumps({"conda_prefix": root, "root_prefix": root, "platform": "linux-64", "conda_version": VERSION}))
    elif arguments[:2] == ["config", "--get"]:
        print(json.dumps({"get": {"channel_priority": "strict"}, "success": True}))
    elif arguments[:2] == ["env", "create"]:
        parser = argparse.ArgumentParser()
        parser.add_argument("--file", type=Path)
        parser.add_argument("--prefix", type=Path)
        options, _ = parser.parse_known_args(arguments[2:])
        create(options.file, options.prefix)
    elif arguments[:1] != ["clean"]:
        sys.exit(f"conda stand-in: not known: {' '.join(arguments)}")


if __name__ == "__main__":
    main()
