"""A killed Snakemake leaves its locks; the next one needs no hand to remove them, and takes no live one's."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "workflow"))

from planning import locks


@pytest.fixture
def lock(tmp_path):
    """A lock as Snakemake writes it."""
    path = tmp_path / "locks" / "0.output.lock"
    path.parent.mkdir()
    path.write_text("results/model.keras\n")
    return path


HOLD = """
import sys
from planning import locks

held = locks.remove_stale(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def another(tmp_path):
    """Another Snakemake at work in the folder, until its standard input ends."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    here = Path(locks.__file__).parents[1]
    with subprocess.Popen(command, cwd=here, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process


def test_a_lock_that_nobody_holds_is_removed(tmp_path, lock):
    assert locks.remove_stale(tmp_path)
    assert not lock.exists()


def test_the_lock_of_one_at_work_stays(tmp_path, another, lock):
    locks.remove_stale(tmp_path)
    assert lock.exists()


def test_the_lock_of_a_killed_one_is_removed(tmp_path, another, lock):
    another.kill()
    another.wait()
    locks.remove_stale(tmp_path)
    assert not lock.exists()


def test_the_lock_of_another_machine_stays(tmp_path, lock):
    (tmp_path / locks.HOLDER).write_text("elsewhere")
    locks.remove_stale(tmp_path)
    assert lock.exists()


def test_a_folder_that_cannot_be_written_is_left_to_snakemake(tmp_path):
    (tmp_path / "file").touch()
    assert locks.remove_stale(tmp_path / "file") is None


def test_snakemake_starts_although_one_was_killed(finished):
    folder = finished.folder / ".snakemake/locks"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "0.output.lock").write_text("results/figures/cvpr2019/confusion.pdf\n")
    (folder.parent / locks.HOLDER).unlink(missing_ok=True)
    done = finished.snakemake("--touch", "--cores", "1", "--configfile", "config/smoke.yaml", "--", "figures")
    assert done.returncode == 0, done.stderr
