"""Programs that sample codecs before and after fine-tuning, and that list networks."""

import json

import example_runs
import numpy as np
import pytest
import tiny_codec

import describe_networks
import plot
import sample_codec_example
import sample_spectra
from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import samples


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return example_runs.training_set(tmp_path_factory.mktemp("set"))


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("codec") / "model.keras"
    tiny_codec.make().save(path)
    return path


def test_spectra_are_sampled_and_drawn(table, archive, tmp_path):
    given = [f"--model=4c:basic={archive}", f"--model=4c:0.1={archive}"]
    output = tmp_path / "spectra.npz"
    sample_spectra.main(["--images", str(table), *given, "--patch", "64", "--count", "3", "--output", str(output)])
    sample = np.load(output)
    assert sample["log_ratios"].shape == (1, 2, 64, 64)
    assert sample["patches"] == 3
    plot.main(["spectra", str(output), "--output", str(tmp_path / "spectra.pdf")])


def test_an_example_is_sampled_and_drawn(table, archive, tmp_path):
    given = [f"--model=4c:basic={archive}", f"--model=4c:0.1={archive}"]
    output = tmp_path / "example.npz"
    sample_codec_example.main(
        ["--images", str(table), *given, "--image", "third", "--size", "128", "--output", str(output)]
    )
    sample = np.load(output)
    assert sample["weights"].tolist() == ["basic", "0.1"]
    assert sample["count"] == 2  # of the validation split
    plot.main(["codec_example", str(output), "--output", str(tmp_path / "example.pdf")])


def test_an_example_is_of_what_the_runs_pipeline_develops(table, archive, tmp_path):
    isp = models.create("INet", cfa_pattern="RGGB")
    isp.save(tmp_path / "isp.keras")
    given = ["--images", str(table), f"--model=4c:basic={archive}", "--isp", str(tmp_path / "isp.keras")]
    sample_codec_example.main([*given, "--size", "128", "--output", str(tmp_path / "example.npz")])
    _, raw, target = samples.photograph(table, None, 128)
    original = np.load(tmp_path / "example.npz")["photos"][0]
    np.testing.assert_array_equal(original, samples.develop(tmp_path / "isp.keras", raw, target))


def test_an_example_of_two_codecs_is_refused(table, archive, tmp_path):
    given = [f"--model=4c:basic={archive}", f"--model=8c:basic={archive}"]
    with pytest.raises(UserError, match="the figure shows one codec, not 4c and 8c"):
        sample_codec_example.main(["--images", str(table), *given, "--output", str(tmp_path / "example.npz")])
    assert not list(tmp_path.iterdir())


def test_the_same_version_given_twice_is_refused(table, archive, tmp_path):
    given = [f"--model=4c:basic={archive}"] * 2
    with pytest.raises(UserError, match="two codecs are called 4c:basic"):
        sample_spectra.main(["--images", str(table), *given, "--output", str(tmp_path / "spectra.npz")])


def test_networks_are_listed_with_their_own_settings(tmp_path):
    output = tmp_path / "networks.json"
    given = ["--network", "ClassicISP", "--settings", "{}", "--network", "UNet", "--settings", '{"n_steps": 2}']
    describe_networks.main([*given, "--output", str(output)])
    standard, neural = json.loads(output.read_text(encoding="utf-8"))
    assert (standard["network"], neural["network"]) == ("ClassicISP", "UNet")
    assert neural["settings"]["n_steps"] == 2


def test_each_network_needs_settings_where_there_are_any(tmp_path):
    given = ["--network", "ClassicISP", "--network", "UNet", "--settings", "{}"]
    with pytest.raises(UserError, match="--settings: 1 for 2 networks; give one for each"):
        describe_networks.main([*given, "--output", str(tmp_path / "networks.json")])
