"""Every program says at once how it is used, without loading what it works with."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
PROGRAMS = sorted(path for path in SCRIPTS.glob("*.py") if path.name != "library_path.py")
HEAVY = {"tensorflow", "keras", "numpy", "pandas", "matplotlib", "scipy", "numba", "rawpy", "imageio", "snakemake"}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_help_loads_nothing_heavy(program, tmp_path):
    command = [sys.executable, "-X", "importtime", program, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.startswith(f"usage: {program.name}")
    loaded = set(re.findall(r"\| +(\w+)$", done.stderr, flags=re.MULTILINE))
    assert "argparse" in loaded
    assert not loaded & HEAVY
