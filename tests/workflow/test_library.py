"""Which files a program depends on."""

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning import grid  # noqa: E402
from planning.library import Library  # noqa: E402

from neural_imaging.study.networks import NETWORKS  # noqa: E402


@pytest.fixture(scope="module")
def library():
    return Library(ROOT)


@pytest.fixture
def copy(tmp_path):
    """A checkout whose files a test may change."""
    for folder in ("lib", "scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def _modules(files):
    return {file.removeprefix("lib/neural_imaging/").removesuffix(".py") for file in files}


def test_imports_are_followed_wherever_they_stand(library):
    # training/isp.py is imported in a function, and loop.py by it.
    assert {"training/isp", "training/loop", "scripts/library_path"} <= _modules(library.files("train_isp"))


def test_packages_on_the_way_count(library):
    assert "lib/neural_imaging/training/__init__.py" in library.files("train_isp")


def test_networks_count_where_they_are_named(library):
    networks = {network.module.replace(".", "/") for network in NETWORKS.values()}
    assert not networks & _modules(library.files("train_isp"))
    named = _modules(library.files("train_isp", "UNet"))
    assert named & networks == {"models/isp/unet"}
    assert "layers/tile" in named


def test_isp_training_does_not_depend_on_the_forensic_network(library):
    forensic = {f"forensics/{name}" for name in ("manipulations", "channel", "joint")} | {"models/fan"}
    assert not forensic & _modules(library.files("train_isp", "UNet", "INet"))
    assert forensic <= _modules(library.files("train_forensics", "UNet", "FAN"))


def test_pictures_count_for_what_draws_them_alone(library):
    def drawn(files):
        return {module for module in _modules(files) if module.startswith("figures/")}

    assert not drawn(library.files("evaluate_isp", "INet"))
    assert {"figures/boxplot", "figures/style"} <= drawn(library.files("figures.boxplot"))
    assert "figures/confusion" not in drawn(library.files("figures.boxplot"))


def test_what_users_import_is_not_what_programs_depend_on(library):
    assert "lib/neural_imaging/__init__.py" not in library.files("train_forensics", *NETWORKS)


def test_every_program_of_the_project_is_understood(library):
    for script in (ROOT / "scripts").glob("*.py"):
        assert all((ROOT / file).is_file() for file in library.files(script.stem, *NETWORKS))


def test_a_change_in_a_module_counts_for_programs_that_depend_on_it(copy):
    def codes():
        library = Library(copy)
        return library.code("train_isp", "UNet"), library.code("train_forensics", "UNet", "FAN")

    isp, forensics = codes()
    assert codes() == (isp, forensics)
    fan = copy / "lib" / "neural_imaging" / "models" / "fan.py"
    fan.write_text(fan.read_text(encoding="utf-8") + "\nMORE = 1\n", encoding="utf-8")
    assert codes()[0] == isp
    assert codes()[1] != forensics


def test_a_module_that_a_program_imports_by_name_stands_in_its_place():
    library = Library(ROOT)
    confusion = _modules(library.files("figures.confusion"))
    assert {"figures/confusion", "figures/style", "tables/tables"} <= confusion
    assert not {"study/catalogue", "figures/scatter", "scripts/plot"} & confusion
    # A change in one table's join makes no other anew.
    assert "tables/isp_table" in _modules(library.files("tables.isp_table"))
    assert "tables/bd_rates" not in _modules(library.files("tables.isp_table"))


def test_lambda_stands_in_paths_as_in_tables():
    experiment = {
        "cameras": ["c"],
        "isps": ["i"],
        "channels": ["h"],
        "lambda_isp": ["fan-only", 1.0, 0.0001],
        "runs": 1,
    }
    assert [point["lambda_isp"] for point in grid.points(experiment)] == ["fan-only", "1", "0.0001"]
