"""A disk that fills up: a clear message, no damaged output, and the same command goes on after there is space.

The disk is a small file system in memory. Where it may not be mounted, these tests are skipped.
"""

import hashlib
import json
import os
import subprocess
from pathlib import Path

import example_runs
import example_tables
import imageio.v3 as imageio
import numpy as np
import programs
import pytest
from loopback import Web, photograph

CHECKPOINTS = "neural-imaging-*.npz"

SIZE = 64 * 2**20
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
JOINT = {
    "manipulations": ["sharpen:1"],
    "channel": {"downsampling": "none", "codec": "jpeg", "quality": 50},
    "fan": {"n_filters": 4, "n_convolutions": 2},
    **{key: TRAINING[key] for key in ("patch", "batch", "epochs", "steps", "validation_every", "discard")},
}
CODEC = {
    "model": "TwitterDCN",
    "settings": {"n_features": 4},
    "patch": 16,
    "validation_patch": 16,
    "batch": 2,
    "steps": 1,
    "epochs": 2,
    "validation_every": 1,
}
LABELS = {"camera": "D90", "isp": "UNet", "channel": "jpeg50", "lambda_isp": 0.1, "lambda_codec": "none"}
LABELS |= {"signature": "none", "run": 0}
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
    failed = programs.run(*command)
    assert failed.returncode == 2, failed.stderr
    last = failed.stderr.strip().splitlines()[-1]
    assert last.startswith(f"{command[0]}.py: ")
    assert "no space left on the disk; make space, and repeat the same command to go on" in last
    assert "Traceback" not in failed.stderr
    assert not result.exists()
    left_over = contents(disk).keys() - before.keys()
    assert not [name for name in left_over if not any(Path(name).match(pattern) for pattern in partial)]
    (disk / "filler").unlink()
    done = programs.run(*command)
    assert done.returncode == 0, done.stderr
    assert result.is_file()


@pytest.fixture(scope="module")
def raws(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw")
    done = programs.run("simulate_raw", "--profile=D90", f"--settings={json.dumps(SCENES)}", f"--output={folder}")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def images(raws, tmp_path_factory):
    output = tmp_path_factory.mktemp("D90") / "images.csv"
    settings = json.dumps({"train": 3, "validation": 1})
    done = programs.run("prepare_data", f"--source={raws}", f"--settings={settings}", f"--output={output}")
    assert done.returncode == 0, done.stderr
    return output


@pytest.fixture(scope="module")
def pipeline(images, tmp_path_factory):
    output = tmp_path_factory.mktemp("isp") / "model.keras"
    done = programs.run("train_isp", f"--images={images}", f"--settings={json.dumps(TRAINING)}", f"--output={output}")
    assert done.returncode == 0, done.stderr
    return output


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A folder of pictures of noise, which no codec makes small."""
    folder, rng = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    for name in "abc":
        imageio.imwrite(folder / f"{name}.png", rng.integers(0, 256, (64, 96, 3), np.uint8))
    return folder


def test_while_photographs_are_fetched(disk, tmp_path, camera_file):
    with Web({f"{name}.NEF": photograph(tmp_path, camera_file, seed) for seed, name in enumerate("ab")}) as web:
        rows = "".join(f"{name},{web.url(f'{name}.NEF')},Nikon D90\n" for name in "ab")
        (tmp_path / "RAISE.csv").write_text(f"File,NEF,Device\n{rows}")
        settings = json.dumps({"list": str(tmp_path / "RAISE.csv"), "model": "Nikon D90", "connections": 1})
        command = ["download_raw", "--source=raise", f"--settings={settings}", f"--output={disk / 'raw/D90'}"]
        partial = ["*.part", "*.NEF", "*.json", "downloads.csv", ".lock", "missing.csv"]
        command.append(f"--downloads={disk / 'downloads'}")
        fails_and_goes_on(disk, 250_000, disk / "raw/D90/photographs.csv", *command, partial=partial)


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
    fails_and_goes_on(disk, left, output, *command, f"--checkpoints={disk / 'checkpoints'}", partial=[CHECKPOINTS])


@pytest.mark.slow
def test_while_a_run_is_trained_and_evaluated(disk, images, pipeline):
    model = disk / "run/model.keras"
    command = ["train_forensics", f"--images={images}", f"--isp-model={pipeline}", "--lambda-isp=0.1"]
    command += [f"--settings={json.dumps(JOINT)}", f"--output={model}", f"--checkpoints={disk / 'checkpoints'}"]
    command += [f"--tensorboard={disk / 'curves'}"]
    fails_and_goes_on(disk, 60_000, model, *command, partial=[CHECKPOINTS, "events.*"])
    evaluation = disk / "run/evaluation.json"
    command = ["evaluate_forensics", f"--model={model}", f"--images={images}", f"--labels={json.dumps(LABELS)}"]
    command += ['--settings={"patches": 2, "quality_every": 1, "patch": 16, "discard": "none"}']
    fails_and_goes_on(disk, 0, evaluation, *command, f"--output={evaluation}")


def test_while_pictures_of_codecs_are_made(disk, pictures):
    command = ["prepare_codec_data", f"--images={pictures}", '--settings={"side": 64, "train": 2, "validation": 1}']
    fails_and_goes_on(
        disk, 8_000, disk / "set/images.csv", *command, f"--output={disk / 'set/images.csv'}", partial=[".*.part"]
    )
    command = ["prepare_comparison_set", f"--images={pictures}", '--settings={"side": 64}']
    output = disk / "compared/images.csv"
    fails_and_goes_on(disk, 8_000, output, *command, f"--output={output}", partial=["*.png"])


@pytest.mark.slow
def test_while_a_codec_is_trained_measured_and_used(disk, pictures, tmp_path):
    table, model = tmp_path / "set/images.csv", disk / "codec/model.keras"
    settings = '{"side": 64, "train": 2, "validation": 1}'
    made = programs.run("prepare_codec_data", f"--images={pictures}", f"--settings={settings}", f"--output={table}")
    assert made.returncode == 0, made.stderr
    command = ["train_dcn", f"--images={table}", f"--settings={json.dumps(CODEC)}", f"--output={model}"]
    fails_and_goes_on(disk, 60_000, model, *command, f"--checkpoints={disk / 'checkpoints'}", partial=[CHECKPOINTS])
    profile = disk / "profiles/4c.json"
    fails_and_goes_on(
        disk, 0, profile, "profile_codec", f"--images={pictures}", f"--codec={model}", f"--output={profile}"
    )
    stream, picture = disk / "a.l3ic", disk / "a.png"
    command = ["l3ic", "compress", str(pictures / "a.png"), f"--model={model}"]
    fails_and_goes_on(disk, 0, stream, *command, f"--output={stream}")
    command = ["l3ic", "decompress", str(stream), f"--model={model}"]
    fails_and_goes_on(disk, 0, picture, *command, f"--output={picture}")


@pytest.mark.slow
def test_while_samples_are_taken(disk, images):
    output = disk / "evaluation/manipulations.npz"
    command = ["sample_manipulations", f"--images={images}", "--manipulations", "sharpen:1"]
    fails_and_goes_on(disk, 8_000, output, *command, "--size=64", f"--output={output}")


def test_while_a_standard_is_measured(disk, pictures):
    profile = disk / "profiles/jpeg.json"
    command = ["profile_codec", f"--images={pictures}", "--codec=jpeg", "--qualities", "50", "90"]
    fails_and_goes_on(disk, 0, profile, *command, f"--output={profile}")


def test_while_tables_are_made(disk, tmp_path):
    example_runs.write(tmp_path / "runs", GRID, lambda point: {"hits": 80 + point["run"]}, epochs=300)
    names = ("runs", "summary", "confusion", "progress", "photographs")
    outputs = [f"--{name}={disk / 'tables' / name}.csv" for name in names]
    command = ("tabulate", "forensics", f"--root={tmp_path / 'runs'}", f"--grid={json.dumps(GRID)}", *outputs)
    fails_and_goes_on(disk, 0, disk / "tables/progress.csv", *command, partial=["tables/*.*"])


def test_while_a_figure_is_drawn(disk, tmp_path):
    table = example_tables.tables(tmp_path, GRID)["runs"]
    output = disk / "figures/scatter_psnr.pdf"
    command = ("plot", "scatter_psnr", str(table), f"--output={output}")
    fails_and_goes_on(disk, 8_000, output, *command, partial=["*.png"])
