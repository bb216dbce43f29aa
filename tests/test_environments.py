"""One set of pins: requirements*.txt, environment.yml and envs/*.yaml agree, and hold what programs import."""

import ast
import re
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "workflow"))

from planning import samples  # noqa: E402
from planning.library import Library  # noqa: E402

from neural_imaging.imaging import scenes  # noqa: E402
from neural_imaging.study import catalogue  # noqa: E402
from neural_imaging.study.networks import NETWORKS  # noqa: E402

ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
# Modules whose package has another name.
PACKAGES = {
    "PIL": "pillow",
    "colour_demosaicing": "colour-demosaicing",
    "skimage": "scikit-image",
    "tensorflow": "tensorflow-cpu",
    "yaml": "pyyaml",
}
# Imported where installed, and never needed.
OPTIONAL = {"jax", "pyfse", "torch"}


def _pins(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith(("#", "-r")))


def _environment(path):
    dependencies = yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]
    (pip,) = [part["pip"] for part in dependencies if isinstance(part, dict)]
    return dict(line.split("==") for line in pip)


def _all_pins():
    return {**_pins("requirements.txt"), **_pins("requirements-cpu.txt"), **_pins("requirements-dev.txt")}


def _rules():
    """Program of each rule, the module that it imports by name, and its environment, read from the rule files."""
    for file in sorted((ROOT / "workflow/rules").glob("*.smk")):
        for rule in re.split(r"^(?:use )?rule ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            program = re.search(r'script=(?:ancient\()?"scripts/([\w{}]+)\.py"', rule)
            environment = re.search(r"envs/(\w+)\.yaml", rule)
            # Targets have no program, and a rule made from another has that one's environment.
            if program and environment:
                table = re.search(r'TABLES\["(\w+)"\]', rule)
                # These import a module by its name.
                names = [catalogue.TABLES[table[1]]] if table else map(catalogue.module, catalogue.FIGURES)
                names = names if program[1] in ("tabulate", "plot") else [""]
                for name in samples.MINUTES if "{sample}" in program[1] else names:
                    yield program[1].format(sample=name), name if "." in name else "", environment[1]


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


def test_the_whole_environment_has_every_pin():
    assert _environment(ROOT / "environment.yml") == _all_pins()


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_an_environment_of_rules_repeats_the_pins(path):
    pins = _all_pins()
    assert _environment(path) == {name: pins[name] for name in _environment(path)}


def test_processor_and_gpu_have_the_same_tensorflow():
    versions = {*_pins("requirements-cpu.txt").values(), *_pins("requirements-gpu.txt").values()}
    assert len(versions) == 1


def test_photographs_for_scenes_come_with_packages_of_the_environment_that_makes_scenes():
    packages = {package for package, _ in scenes.PHOTOGRAPHS.values()}
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
    assert needed <= {**_pins("requirements.txt"), **_pins("requirements-cpu.txt")}.keys()
