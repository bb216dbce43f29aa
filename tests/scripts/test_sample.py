import subprocess
import sys

import example_runs
import numpy as np
import pytest

import plot
import sample_difference
import sample_manipulations
import sample_pipelines
from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.forensics.channel import Channel
from neural_imaging.forensics.joint import ForensicPipeline

SCRIPT = sample_difference.__file__


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return example_runs.training_set(tmp_path_factory.mktemp("set"))


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    """A plain ISP, and a joint model with another one, where a run of the workflow has them."""
    root = tmp_path_factory.mktemp("results")
    plain, run = root / "isp" / "D90" / "UNet" / "model.keras", root / "isp~UNet" / "lambda_isp~0.1" / "model.keras"
    for path in (plain, run):
        path.parent.mkdir(parents=True)
    models.create("UNet", n_steps=2, n_filters=2).save(plain)
    fan = models.create("FAN", n_classes=2, n_filters=2, n_dense=0, n_convolutions=2)
    joint = ForensicPipeline(models.create("UNet", n_steps=2, n_filters=2), Channel(), fan, ["jpeg:80"])
    joint(np.zeros((1, 32, 32, 4), np.float32))
    joint.save(run)
    return plain, run


def test_pipelines_are_named_after_their_folder_or_as_asked(table, archives, tmp_path):
    output = tmp_path / "pipelines.npz"
    given = ["--model", str(archives[0]), f"--model=again={archives[0]}"]
    sample_pipelines.main(["--images", str(table), *given, "--output", str(output), "--size", "128"])
    sample = np.load(output)
    assert sample["names"].tolist() == ["target", "UNet", "again"]
    np.testing.assert_array_equal(sample["photos"][1], sample["photos"][2])
    plot.main(["pipelines", str(output), "--output", str(tmp_path / "pipelines.pdf")])
    assert (tmp_path / "pipelines.png").is_file()


def test_the_difference_is_between_the_plain_and_the_joint_models_isp(table, archives, tmp_path):
    output = tmp_path / "difference.npz"
    options = ["--plain", str(archives[0]), "--optimised", str(archives[1]), "--output", str(output)]
    # A program of its own: here the classes of a joint model are imported already, there it has to do so.
    command = [sys.executable, SCRIPT, "--images", str(table), "--image", "third", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    sample = np.load(output)
    assert sample["label"] == "UNet, λ = 0.1"
    assert sample["image"] == "third"
    assert (sample["photos"][0] != sample["photos"][1]).any()
    plot.main(["difference", str(output), "--output", str(tmp_path / "difference.pdf")])


def test_each_manipulation_is_applied(table, tmp_path):
    output = tmp_path / "manipulations.npz"
    sample_manipulations.main(
        ["--images", str(table), "--manipulations", "sharpen:1", "median:3", "--size", "32", "--output", str(output)]
    )
    assert np.load(output)["names"].tolist() == ["native", "sharpen:1", "median:3"]
    plot.main(["manipulations", str(output), "--output", str(tmp_path / "manipulations.pdf")])


def test_an_unknown_manipulation_is_refused_and_nothing_written(table, tmp_path):
    arguments = ["--images", str(table), "--manipulations", "emboss:1", "--output", str(tmp_path / "m.npz")]
    with pytest.raises(UserError, match="emboss"):
        sample_manipulations.main(arguments)
    assert not list(tmp_path.iterdir())


def test_two_pipelines_of_one_name_are_refused(table, archives, tmp_path):
    given = ["--model", str(archives[0]), "--model", f"UNet={archives[0]}", "--output", str(tmp_path / "p.npz")]
    with pytest.raises(UserError, match="two are called UNet; name them, as in before="):
        sample_pipelines.main(["--images", str(table), *given])


def test_sizes_that_networks_and_filters_cannot_take_are_named(table, archives, tmp_path):
    output = ["--images", str(table), "--output", str(tmp_path / "p.npz")]
    with pytest.raises(UserError, match="a size of 63 pixels is too small; it must be 64 at least"):
        sample_pipelines.main([*output, "--model", str(archives[0]), "--size", "63"])
    with pytest.raises(UserError, match="--size 15: must be at least 16"):
        sample_manipulations.main([*output, "--manipulations", "sharpen:1", "--size", "15"])
    assert not list(tmp_path.iterdir())


def test_a_missing_model_is_named_and_nothing_written(table, tmp_path):
    arguments = ["--images", str(table), "--model", str(tmp_path / "none.keras"), "--output", str(tmp_path / "p.npz")]
    with pytest.raises(UserError, match=r"none\.keras: no such model file"):
        sample_pipelines.main(arguments)
    assert not list(tmp_path.iterdir())
