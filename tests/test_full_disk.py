"""A disk that fills up: a clear message, no damaged output, and the same command goes on after there is space.

The disk is a small file system in memory. Where it may not be mounted, these tests are skipped.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import example_runs
import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
SIZE = 8 * 2**20
SCENES = {"photographs": False, "dead_leaves": 4, "height": 128, "width": 192, "seed": 3, "noise": True}
TRAINING = {
    "model": "UNet",
    "settings": {"n_steps": 2, "n_filters": 16},
    "patch": 16,
    "validation_patch": 32,
    "batch": 2,
    "epochs": 2,
    "steps": 1,
    "validation_every": 1,
    "discard": "none",
}
GRID = {"camera": ["D90"], "isp": ["UNet"], "channel": ["jpeg50"], "lambda_isp": ["fan-only", 0.1], "run": [0, 1]}


@pytest.fixture
def disk(tmp_path):
    """A small disk; the folder where it is mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"needs to mount a file system, which is refused here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def program(name, *arguments):
    command = [sys.executable, str(SCRIPTS / f"{name}.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def contents(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def fill(disk, left):
    """Leave so many bytes of the disk."""
    place = os.statvfs(disk)
    with (disk / "filler").open("wb") as filler:
        filler.write(bytes(max(0, place.f_bavail * place.f_frsize - left)))


def fails_and_goes_on(disk, left, result, *command, partial=()):
    """The step ends with one line where only `left` bytes are left, and is repeated with space.

    Args:
        result: file that says that the step is complete; it must not be there after the failure.
        partial: patterns of whole files that a failed step may leave, to go on from.
    """
    fill(disk, left)
    before = contents(disk)
    failed = program(*command)
    assert failed.returncode == 2, failed.stderr
    last = failed.stderr.strip().splitlines()[-1]
    assert last.startswith(f"{command[0]}.py: ")
    assert "no space left on the disk; make space, and repeat the same command to go on" in last
    assert "Traceback" not in failed.stderr
    assert not result.exists()
    left_over = contents(disk).keys() - before.keys()
    assert not [name for name in left_over if not any(Path(name).match(pattern) for pattern in partial)]
    (disk / "filler").unlink()
    done = program(*command)
    assert done.returncode == 0, done.stderr
    assert result.is_file()


@pytest.fixture(scope="module")
def raws(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw")
    done = program("simulate_raw", "--profile=D90", f"--settings={json.dumps(SCENES)}", f"--output={folder}")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def images(raws, tmp_path_factory):
    output = tmp_path_factory.mktemp("D90") / "images.csv"
    settings = json.dumps({"train": 3, "validation": 1})
    done = program("prepare_data", f"--source={raws}", f"--settings={settings}", f"--output={output}")
    assert done.returncode == 0, done.stderr
    return output


def test_while_photographs_are_made(disk):
    command = ("simulate_raw", "--profile=D90", f"--settings={json.dumps(SCENES)}", f"--output={disk / 'raw'}")
    fails_and_goes_on(disk, 60_000, disk / "raw/scenes.csv", *command, partial=["*.dng"])


def test_while_a_training_set_is_made(disk, raws):
    settings = json.dumps({"train": 3, "validation": 1})
    output = disk / "data/images.csv"
    command = ("prepare_data", f"--source={raws}", f"--settings={settings}", f"--output={output}")
    fails_and_goes_on(disk, 60_000, output, *command, partial=["*.npy", "*.png"])


@pytest.mark.slow
@pytest.mark.parametrize("left", [8_000, 120_000])
def test_while_a_pipeline_is_trained(disk, images, left):
    output = disk / "isp/model.keras"
    command = ("train_isp", f"--images={images}", f"--settings={json.dumps(TRAINING)}", f"--output={output}")
    fails_and_goes_on(disk, left, output, *command, f"--checkpoints={disk / 'checkpoints'}", partial=["epoch-*.npz"])


def test_while_tables_are_made(disk, tmp_path):
    example_runs.write(tmp_path / "runs", GRID, lambda point: {"hits": 80 + point["run"]}, epochs=300)
    names = ("runs", "summary", "confusion", "progress")
    outputs = [f"--{name}={disk / 'tables' / name}.csv" for name in names]
    command = ("tabulate_forensics", f"--root={tmp_path / 'runs'}", f"--grid={json.dumps(GRID)}", *outputs)
    fails_and_goes_on(disk, 0, disk / "tables/progress.csv", *command, partial=["tables/*.*"])


def test_while_a_figure_is_drawn(disk, tmp_path):
    table = example_runs.tables(tmp_path, GRID)["runs"]
    output = disk / "figures/scatter_psnr.pdf"
    command = ("plot_scatter_psnr", f"--table={table}", f"--output={output}")
    fails_and_goes_on(disk, 8_000, output, *command, partial=["*.png"])
