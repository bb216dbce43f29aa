"""One set of pins: the lock, environment.yml and envs/*.yaml agree, and hold what programs import."""

import ast
import re
import runpy
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "workflow"))

from planning import samples  # noqa: E402
from planning.library import Library  # noqa: E402

from neural_imaging.study import catalogue, photographs  # noqa: E402
from neural_imaging.study.networks import NETWORKS  # noqa: E402

ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
CONDA = runpy.run_path(str(ROOT / "envs/pin.py"))
LOCKS = [ROOT / "requirements.txt", ROOT / "requirements-gpu.txt"]
# Modules whose package has another name.
PACKAGES = {
    "PIL": "pillow",
    "colour_demosaicing": "colour-demosaicing",
    "pywt": "pywavelets",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "snakemake_interface_logger_plugins": "snakemake-interface-logger-plugins",
    "tensorflow": "tensorflow-cpu",
    "yaml": "pyyaml",
}
# Imported where installed, and never needed.
OPTIONAL = {"jax", "pillow_heif", "pyfse", "torch"}


def _environment(path):
    dependencies = yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]
    (pip,) = [part["pip"] for part in dependencies if isinstance(part, dict)]
    return dict(line.split("==") for line in pip)


def _required(*extras):
    """Names of the packages that pyproject.toml asks for by itself and in these extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] + [line for name in extras for line in project["optional-dependencies"][name]]
    return {re.match(r"[\w-]+", line)[0] for line in lines}


def _rules():
    """Program of each rule, the module that it imports by name, and its environment, read from the rule files."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
    rules = re.split(r"^(?:use )?rule ", text, flags=re.MULTILINE)[1:]
    environments = dict(re.findall(r"^rule (\w+):.*?envs/(\w+)\.yaml", text, re.MULTILINE | re.DOTALL))
    for rule in rules:
        program = re.search(r'script=(?:ancient\()?"scripts/([\w{}]+)\.py"', rule)[1]
        # A rule that is made from another is named behind that one, whose environment it has.
        environment = environments[re.match(r"\w+", rule)[0]]
        table = re.search(r'TABLES\["(\w+)"\]', rule)
        # These import a module by its name.
        names = [catalogue.TABLES[table[1]]] if table else map(catalogue.module, catalogue.FIGURES)
        names = names if program in ("tabulate", "plot") else [""]
        for name in samples.SAMPLES if "{sample}" in program else names:
            yield program.format(sample=name), name if "." in name else "", environment


def _imports(program, module, runs_networks):
    """Packages of others that a program imports, itself, through the library, or by a module's name."""
    library = Library(ROOT)
    files = [f"scripts/{program}.py", *library.files(program, *(NETWORKS if runs_networks else ()))]
    return _imported([*files, *(library.files(module) if module else ())])


def _imported(files):
    """Modules of others that files import, wherever in them the statement stands."""
    found = set()
    for file in files:
        for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.partition(".")[0])
    ours = {"neural_imaging", "planning"} | {path.stem for path in (ROOT / "scripts").glob("*.py")}
    return found - ours - set(sys.stdlib_module_names) - OPTIONAL


def test_the_lock_has_what_is_required():
    assert _required("tensorflow-cpu", "workflow", "dev") <= CONDA["versions"]().keys()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_everything_in_a_lock_has_hashes_and_nothing_has_an_address(lock):
    text = lock.read_text(encoding="utf-8")
    packages = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert len(packages) > 100
    assert all(" \\\n    --hash=sha256:" in package for package in packages)
    assert "//" not in text


def test_the_whole_environment_installs_the_lock():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    assert {"pip": ["-r requirements.txt"]} in dependencies


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_an_environment_of_rules_repeats_the_pins(path):
    text = path.read_text(encoding="utf-8")
    assert CONDA["pinned"](text, CONDA["versions"]()) == text


def test_processor_and_gpu_differ_in_tensorflow_and_its_cuda_alone():
    processor, gpu = map(CONDA["versions"], LOCKS)
    assert processor.pop("tensorflow-cpu") == gpu["tensorflow"]
    assert processor == {name: version for name, version in gpu.items() if not name.startswith("nvidia-")}


def test_photographs_for_scenes_come_with_packages_of_the_environment_that_makes_scenes():
    packages = {package for package, _ in photographs.PHOTOGRAPHS.values()}
    assert packages <= _environment(ROOT / "envs/imaging.yaml").keys()


def test_python_is_the_same_everywhere():
    for path in [ROOT / "environment.yml", *ENVIRONMENTS]:
        assert "python=3.11" in yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]


@pytest.mark.parametrize(("program", "module", "environment"), sorted(set(_rules())))
def test_a_rule_s_environment_has_what_its_program_imports(program, module, environment):
    imported = _imports(program, module, environment == "tensorflow")
    needed = {PACKAGES.get(name, name) for name in imported}
    assert needed <= _environment(ROOT / f"envs/{environment}.yaml").keys()


def test_every_module_that_is_imported_is_required_with_a_pin():
    files = [path for part in ("lib", "scripts", "workflow") for path in sorted((ROOT / part).rglob("*.py"))]
    needed = {PACKAGES.get(module, module) for module in _imported(files)}
    assert needed <= _required("tensorflow-cpu", "workflow")
