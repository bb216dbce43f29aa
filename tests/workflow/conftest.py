"""A copy of the checkout in which Snakemake plans and runs, away from the user's results."""

import contextlib
import copy
import functools
import shutil
from pathlib import Path

import pytest
import warm_snakemake
import yaml

from neural_imaging.study import overlay

ROOT = Path(__file__).resolve().parents[2]
# data has the folders that config/paper.yaml names.
PARTS = ("Snakefile", "workflow", "profiles", "config", "resources", "scripts", "lib", "envs", "data")


class Checkout:
    """A copy of the checkout, and Snakemake in it."""

    def __init__(self, folder, starter, origin=ROOT, parts=PARTS):
        self.folder, self.starter = folder, starter
        for part in parts:
            copy = shutil.copytree if (origin / part).is_dir() else shutil.copy2
            copy(origin / part, folder / part)

    def snakemake(self, *arguments, limit=600):
        """Run Snakemake, for so many seconds at most; gives the finished process with its output as text."""
        return self.starter.run(arguments, self.folder, limit)

    def plan(self, *targets, config="config/smoke.yaml"):
        """Jobs of a dry run, as a mapping of rule to number, empty where there is nothing to do."""
        done = self.snakemake("-n", "--quiet", "rules", "--configfile", config, "--", *targets)
        assert done.returncode == 0, done.stdout + done.stderr
        rows = [line.split() for line in done.stdout.splitlines()]
        jobs = {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit()}
        jobs.pop("total", None)
        return jobs

    def configuration(self, change):
        """Write the smoke configuration, changed in place by `change`, and give its path."""
        content = smoke_configuration()
        change(content)
        path = self.folder / "config/changed.yaml"
        path.write_text(yaml.safe_dump({**content, "inherits": False}), encoding="utf-8")
        return str(path)


def smoke_configuration():
    """The whole smoke configuration, to be changed."""
    return copy.deepcopy(_smoke_configuration())


@functools.cache
def _smoke_configuration():
    return overlay.read(ROOT / "config/smoke.yaml", ROOT / overlay.DEFAULTS)


@pytest.fixture(scope="session")
def smoke_content():
    """Make a copy of the smoke configuration to change: smoke_content()."""
    return smoke_configuration


@pytest.fixture(scope="session")
def starter():
    """What starts Snakemake."""
    with contextlib.closing(warm_snakemake.Starter()) as starter:
        yield starter


@pytest.fixture(scope="session")
def new_checkout(tmp_path_factory, starter):
    """Make a copy of the checkout of one's own: new_checkout("name")."""
    return lambda name: Checkout(tmp_path_factory.mktemp(name), starter)


@pytest.fixture(scope="session")
def checkout(new_checkout):
    """A copy to plan in; tests leave its files as they are."""
    return new_checkout("checkout")


@pytest.fixture(scope="session")
def touched_checkout(new_checkout):
    """A copy in which Snakemake takes every result for made; tests leave it as it is."""
    touched = new_checkout("touched")
    smoke = ("--configfile", "config/smoke.yaml")
    summary = touched.snakemake("--summary", "--cores", "1", *smoke)
    assert summary.returncode == 0, summary.stderr
    for line in summary.stdout.splitlines()[1:]:
        path = touched.folder / line.split("\t")[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        # The only result that is a folder is that of the simulated camera's RAW files.
        path.mkdir() if path.parent.name == "raw" else path.touch()
    done = touched.snakemake("--touch", "--forceall", "--cores", "1", *smoke)
    assert done.returncode == 0, done.stderr
    return touched


@pytest.fixture
def finished(touched_checkout, starter, tmp_path):
    """A copy of one's own, with every result made, to change."""
    return Checkout(tmp_path, starter, touched_checkout.folder, (*PARTS, "results", ".snakemake"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in that has the checkout's configuration, and nothing else."""
    (tmp_path / "config").symlink_to(ROOT / "config")
    monkeypatch.chdir(tmp_path)
    return tmp_path
