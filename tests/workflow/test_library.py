"""Which files a program depends on."""

import sys
from pathlib import Path

import pytest

from neural_imaging.base.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning import grid, settings  # noqa: E402
from planning.library import Library  # noqa: E402


@pytest.fixture
def small(tmp_path):
    """A library of a few modules, and a program."""
    files = {
        "scripts/work.py": "def main():\n    from neural_imaging.training import isp\n    import helper\n",
        "scripts/helper.py": "",
        "scripts/other.py": "import numpy\n",
        "lib/neural_imaging/__init__.py": "",
        "lib/neural_imaging/models/__init__.py": 'REGISTRY = {"Net": "models.net:Net"}\n',
        "lib/neural_imaging/models/net.py": (
            "from ..ops import pool\n\nclass Net:\n    def __init__(self, width=3, *, depth=2, **more):\n        pass\n"
        ),
        "lib/neural_imaging/ops/__init__.py": "",
        "lib/neural_imaging/ops/pool.py": "",
        "lib/neural_imaging/training/__init__.py": "",
        "lib/neural_imaging/training/isp.py": "from neural_imaging import models\n",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return Library(tmp_path)


def _modules(files):
    return {Path(file).stem for file in files} - {"__init__"}


def test_imports_are_followed_wherever_they_stand(small):
    assert _modules(small.files("work")) == {"isp", "helper"}


def test_packages_on_the_way_count(small):
    assert "lib/neural_imaging/training/__init__.py" in small.files("work")


def test_networks_are_found_by_their_name(small):
    assert _modules(small.files("work", "Net")) == {"isp", "helper", "net", "pool"}


def test_a_network_that_is_not_there_adds_nothing(small):
    assert small.files("work", "Missing") == small.files("work")


def test_a_program_without_our_modules_depends_on_none(small):
    assert small.files("other") == ()


def test_settings_of_a_network_are_read_from_its_source(small):
    assert small.network_settings("Net") == {"width": 3, "depth": 2}


def test_the_listing_is_new_only_where_a_file_changed(small, tmp_path):
    listing = Path(small.listing("work", "Net", folder=tmp_path / "listings"))
    before = listing.stat().st_mtime_ns
    again = Library(small.root)
    again.listing("work", "Net", folder=tmp_path / "listings")
    assert listing.stat().st_mtime_ns == before
    (small.root / "lib/neural_imaging/ops/pool.py").write_text("SIZE = 2\n", encoding="utf-8")
    Library(small.root).listing("work", "Net", folder=tmp_path / "listings")
    assert listing.stat().st_mtime_ns > before


def test_every_program_of_the_project_is_understood():
    library = Library(ROOT)
    for script in (ROOT / "scripts").glob("*.py"):
        library.files(script.stem, *library.networks)
    assert "FAN" in library.networks


def test_pipelines_are_told_from_other_networks_and_what_they_take():
    library = Library(ROOT)
    assert "UNet" in library.pipelines
    assert "FAN" not in library.pipelines
    assert [name for name in library.pipelines if settings.takes_rgb(name, library)] == ["ONet"]


def test_checks_of_settings_are_read_from_the_source_of_each_network():
    library = Library(ROOT)
    limits = settings.limits_of(library.definitions("FAN"))
    assert limits["n_convolutions"][:2] == ("integer", False)
    assert limits["n_dense"][:2] == ("integer", True)
    assert limits["n_fscale"][0] == "number"
    assert settings.limits_of(library.definitions("DNet"))["kernel"] == ("odd", False, [3, 11])


def test_settings_of_a_codec_and_their_checks_are_those_of_its_family():
    library = Library(ROOT)
    known = library.network_settings("TwitterDCN")
    assert (known["n_features"], known["entropy_weight"]) == (32, 250)
    assert "inputs" not in known
    assert settings.limits_of(library.definitions("TwitterDCN"))["n_features"] == ("integer", False, [4, 128])
    assert settings.fault({"n_features": 3}, "TwitterDCN", library)[0] == "n_features"
    assert "did you mean 'n_features'" in settings.fault({"n_feature": 8}, "TwitterDCN", library)[1]


def test_strengths_of_manipulations_are_those_that_the_library_takes():
    from neural_imaging.forensics import manipulations

    library = Library(ROOT)
    assert list(library.manipulations) == manipulations.names()
    for name in library.manipulations:
        for strength in (0, 0.001, 1, 1.5, 2, 15, 16, 80.5, 100, 101, 1000, 1001):
            text = f"{name}:{strength}"
            try:
                manipulations.parse(text)
                taken = True
            except UserError:
                taken = False
            assert (settings.strength_fault(text, library) is None) == taken, text


def test_isp_training_does_not_depend_on_the_forensic_network():
    assert not {"fan", "manipulations", "channel", "joint"} & _modules(Library(ROOT).files("train_isp", "UNet", "INet"))


def test_a_module_that_a_program_imports_by_name_stands_in_its_place():
    library = Library(ROOT)
    confusion = _modules(library.files("figures.confusion"))
    assert {"confusion", "style", "tables"} <= confusion
    assert not {"catalogue", "scatter", "plot"} & confusion
    # A change in one table's join makes no other anew.
    assert "bd_rates" not in _modules(library.files("tables.isp_table"))


def test_lambda_stands_in_paths_as_in_tables():
    experiment = {
        "cameras": ["c"],
        "isps": ["i"],
        "channels": ["h"],
        "lambda_isp": ["fan-only", 1.0, 0.0001],
        "runs": 1,
    }
    assert [point["lambda_isp"] for point in grid.points(experiment)] == ["fan-only", "1", "0.0001"]
