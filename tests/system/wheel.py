"""Install the library as a wheel into an empty environment, and run the examples of docs/library.md there.

The environment holds the wheel, what it requires, and one backend of Keras; the working directory is empty, and nothing
of the checkout is seen. Exit code 1 where an example fails.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", default="tensorflow-cpu", help="extra of pyproject.toml (default: %(default)s)")
    options = parser.parse_args()
    examples = re.findall(r"```python\n(.*?)```", (ROOT / "docs/library.md").read_text(encoding="utf-8"), re.DOTALL)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], check=True)
        (wheel,) = folder.glob("*.whl")
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
        status = subprocess.run([python, folder / "examples.py"], cwd=folder / "work", env=environment).returncode
    print(f"{len(examples)} examples ran from {wheel.name}" if status == 0 else f"an example failed: exit {status}")
    return 1 if status else 0


if __name__ == "__main__":
    raise SystemExit(main())
