"""`--use-conda` makes, activates and uses environments; conda itself is a stand-in, tests/conda_standin/conda.py."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STANDIN = ROOT / "tests/conda_standin/conda.py"
SMOKE = ("--cores", "1", "--configfile", "config/smoke.yaml")
ACTIVATE = """
export CONDA_PREFIX="$1" PATH="$1/bin:$PATH"
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the stand-in for conda knows Linux alone")


@pytest.fixture(scope="module")
def environments(new_checkout, tmp_path_factory):
    """A checkout with the environments of all rules, made by Snakemake, and their folders by name."""
    folder = tmp_path_factory.mktemp("conda")
    (folder / "bin").mkdir()
    (folder / "bin/conda").write_text(f'#!/bin/sh\nexec {sys.executable} {folder}/conda.py "$@"\n')
    (folder / "bin/conda").chmod(0o755)
    (folder / "bin/activate").write_text(ACTIVATE)
    (folder / "conda.py").write_bytes(STANDIN.read_bytes())
    made = new_checkout("conda")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
        patched.setenv("SNAKEMAKE_CONDA_PREFIX", str(folder / "environments"))
        done = made.snakemake("--sdm", "conda", "--conda-create-envs-only", *SMOKE)
        assert done.returncode == 0, done.stdout + done.stderr
        found = {}
        for description in (folder / "environments").glob("*.yaml"):
            (name,) = [path.stem for path in ROOT.glob("envs/*.yaml") if path.read_text() == description.read_text()]
            found[name] = description.with_suffix("")
        yield made, found


def test_snakemake_makes_every_environment(environments):
    _, found = environments
    assert found.keys() == {path.stem for path in ROOT.glob("envs/*.yaml")}
    assert all((folder / "bin/python").exists() for folder in found.values())


def test_snakemake_runs_a_program_in_its_environment(environments):
    checkout, found = environments
    done = checkout.snakemake("--use-conda", *SMOKE, "--", "results/raw/simulated")
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((checkout.folder / "results/raw/simulated").glob("*.dng"))
    assert "scripts/simulate_raw.py --profile D90" in (found["imaging"] / "started.txt").read_text()
    started = (found["plotting"] / "started.txt").read_text() if (found["plotting"] / "started.txt").exists() else ""
    assert "simulate_raw" not in started


# Each program meets a Python that has never heard of the library.
IMPORTS = """
import importlib.util, runpy, sys

for program in sys.argv[1:]:
    assert importlib.util.find_spec("neural_imaging") is None, "the library is installed in the environment"
    path = list(sys.path)
    sys.path.insert(0, "scripts")
    runpy.run_path(f"scripts/{program}.py")
    sys.path[:] = path
    for module in [name for name in sys.modules if name.partition(".")[0] in ("neural_imaging", "library_path")]:
        del sys.modules[module]
print(sys.prefix)
"""


@pytest.mark.parametrize("name", sorted(path.stem for path in ROOT.glob("envs/*.yaml")))
def test_programs_find_the_library_without_its_being_installed(environments, name):
    checkout, found = environments
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
    rules = [rule for rule in re.split(r"^rule ", text, flags=re.MULTILINE) if f"envs/{name}.yaml" in rule]
    programs = sorted({program for rule in rules for program in re.findall(r"scripts/(\w+)\.py", rule)})
    assert programs
    command = [str(found[name] / "bin/python"), "-c", IMPORTS, *programs]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, cwd=checkout.folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == found[name]
