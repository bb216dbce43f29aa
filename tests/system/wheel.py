"""Install the library as a wheel into an empty environment, and run the examples of docs/library.md there.

The environment holds the wheel, what it requires, and one backend of Keras; the working directory is empty, and nothing
of the checkout is seen. The wheel must hold all presets of the checkout with their cards; where the codec is among them
that is taken by default, a photograph is compressed and decompressed with it, and the seconds of both are printed. Exit
code 1 where an example fails.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRESETS = "neural_imaging/presets"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", default="tensorflow-cpu", help="extra of pyproject.toml (default: %(default)s)")
    options = parser.parse_args()
    examples = re.findall(r"```python\n(.*?)```", (ROOT / "docs/library.md").read_text(encoding="utf-8"), re.DOTALL)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        wheel = build(folder)
        if missing := left_out(wheel):
            print(f"{wheel.name} lacks {', '.join(missing)}")
            return 1
        venv.create(folder / "environment", with_pip=True)
        python = folder / "environment/bin/python"
        subprocess.run(
            [python, "-m", "pip", "--quiet", "install", f"neural-imaging[{options.backend}] @ {wheel.as_uri()}"],
            check=True,
        )
        (folder / "examples.py").write_text("\n".join(examples), encoding="utf-8")
        (folder / "work").mkdir()
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        if options.backend in ("jax", "torch"):
            environment["KERAS_BACKEND"] = options.backend
        placed = {"cwd": folder / "work", "env": environment}
        status = subprocess.run([python, folder / "examples.py"], **placed).returncode
        status = status or compress(folder / "environment", **placed)
    print(f"{len(examples)} examples ran from {wheel.name}" if status == 0 else f"an example failed: exit {status}")
    return 1 if status else 0


def build(folder):
    """Path of the checkout's wheel, made in a folder."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def left_out(wheel):
    """Presets of the checkout, and cards, that a wheel lacks."""
    there = {path.name for ending in ("keras", "md") for path in (ROOT / "lib" / PRESETS).glob(f"*.{ending}")}
    with zipfile.ZipFile(wheel) as archive:
        return sorted(there - {Path(name).name for name in archive.namelist() if name.startswith(f"{PRESETS}/")})


def compress(installed, **placed):
    """Compress a photograph with the codec that is taken by default, where it is there, and decompress it."""
    l3ic, (photograph,) = installed / "bin/l3ic", installed.glob("lib/python*/site-packages/skimage/data/astronaut.png")
    default = "from neural_imaging import presets; raise SystemExit(presets.CODEC not in presets.names())"
    if subprocess.run([installed / "bin/python", "-c", default], **placed).returncode:
        print("the codec that is taken by default is not among the presets: nothing is compressed")
        return 0
    start, stream = time.monotonic(), placed["cwd"] / "astronaut.l3ic"
    for action in (["compress", photograph, "-o", stream], ["decompress", stream]):
        if status := subprocess.run([l3ic, *action], **placed).returncode:
            return status
    print(f"{photograph.name} was compressed and decompressed in {time.monotonic() - start:.1f} seconds")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
