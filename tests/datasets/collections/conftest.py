"""A web server on this machine, and impatient downloads."""

import csv
import threading

import pytest
from loopback import Web, photograph

from neural_imaging.datasets.collections.download import Downloads, Patience


@pytest.fixture
def web():
    """A `Web` without files."""
    with Web({}) as server:
        yield server


@pytest.fixture
def patience():
    """As the default, but in hundredths of seconds."""
    return Patience(attempts=4, first_wait=0.01, longest_wait=2, timeout=(5, 5))


@pytest.fixture
def downloads(patience):
    """Downloads with that patience."""
    return Downloads(patience, threading.Event())


@pytest.fixture(scope="session")
def raw_file(tmp_path_factory, camera_file):
    """Bytes of a RAW file: raw_file(seed, **options of `loopback.photograph`)."""
    folder = tmp_path_factory.mktemp("photographs")
    return lambda seed=0, **options: photograph(folder, camera_file, seed, **options)


@pytest.fixture
def raise_collection(web, raw_file, tmp_path):
    """Serve ten photographs of RAISE, and give their list: of a D90, but the fifth; the third and seventh upright."""
    with (tmp_path / "RAISE.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["File", "NEF", "Device"])
        for number in range(10):
            name, other = f"r{number:03d}t", number == 4
            web.files[f"RAISE/NEF/{name}.NEF"] = raw_file(
                number, flip=6 if number in (2, 6) else 0, model="NIKON D7000" if other else "NIKON D90"
            )
            table.writerow([name, web.url(f"RAISE/NEF/{name}.NEF"), "Nikon D7000" if other else "Nikon D90"])
    return tmp_path / "RAISE.csv"
