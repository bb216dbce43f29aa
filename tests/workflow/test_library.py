"""Which files a program depends on."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning import grid  # noqa: E402
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
    assert small.network_settings("Net") == ["width", "depth"]


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


def test_isp_training_does_not_depend_on_the_forensic_network():
    assert not {"fan", "manipulations", "channel", "joint"} & _modules(Library(ROOT).files("train_isp", "UNet", "INet"))


def test_lambda_stands_in_paths_as_in_tables():
    experiment = {
        "cameras": ["c"],
        "isps": ["i"],
        "channels": ["h"],
        "lambda_isp": ["fan-only", 1.0, 0.0001],
        "runs": 1,
    }
    assert [row[3] for row in grid.rows(experiment)] == ["fan-only", "1", "0.0001"]
