"""A mistake in the configuration is one line that names the key, with exit code 2."""

import sys
from pathlib import Path

import pytest
import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning import configuration  # noqa: E402
from planning.library import Library  # noqa: E402


def _set(*path, value):
    def change(content):
        *folders, key = path
        for folder in folders:
            content = content[folder]
        content[key] = value

    return change


EXPERIMENT = ("experiments", "cvpr2019")
MISTAKES = {
    "unknown key": (_set("data", "landscpe_only", value=True), ["data", "'landscpe_only'", "'landscape_only'"]),
    "unknown section": (_set("colours", value={}), ["'colours'", "experiments"]),
    "unknown network": (_set("isps", "UNet", "model", value="Unet"), ["isps.UNet.model", "'Unet'", "'UNet'"]),
    "unknown manipulation": (
        _set("protocols", "cvpr2019", "manipulations", value=["sharpn:1"]),
        ["protocols.cvpr2019.manipulations", "'sharpn'", "'sharpen'"],
    ),
    "wrong type of a network's setting": (
        _set("protocols", "cvpr2019", "fan", "n_filters", value="a"),
        ["protocols.cvpr2019.fan.n_filters", "'a'"],
    ),
    "wrong type": (_set(*EXPERIMENT, "runs", value="two"), ["experiments.cvpr2019.runs", "'two'"]),
    "missing": (_set("cameras", "simulated", value={"source": "folder", "train": 1, "validation": 1}), ["'path'"]),
    "no list": (
        _set(
            "cameras", "simulated", value={"source": "raise", "model": "D90", "count": 2, "train": 1, "validation": 1}
        ),
        ["cameras.simulated", "'list'"],
    ),
    "no photographs named": (
        _set("cameras", "simulated", value={"source": "mit5k", "model": "D70", "train": 1, "validation": 1}),
        ["cameras.simulated", "'count' or 'photos'"],
    ),
    "wrong number of a photograph": (
        _set(
            "cameras",
            "simulated",
            value={"source": "mit5k", "model": "D70", "photos": [1, "7-"], "train": 1, "validation": 1},
        ),
        ["cameras.simulated.photos.1", "'7-'", "1-700"],
    ),
    "too few photographs": (
        _set("cameras", "simulated", value={"source": "folder", "path": "p", "count": 3, "train": 3, "validation": 1}),
        ["cameras.simulated.count", "3", "need 4"],
    ),
    "a key of another source": (_set("cameras", "simulated", "path", value="p"), ["cameras.simulated", "'path'"]),
    "no address": (
        _set(
            "cameras",
            "simulated",
            value={"source": "mit5k", "model": "D70", "count": 2, "address": "/mirror", "train": 1, "validation": 1},
        ),
        ["cameras.simulated.address", "'/mirror'", "http"],
    ),
    "wrong source": (_set("cameras", "simulated", "source", value="zip"), ["cameras.simulated.source", "'zip'"]),
    "text as λ": (_set(*EXPERIMENT, "lambda_isp", value=["1e-4"]), ["'1e-4'", "0.0001"]),
    "unknown camera": (_set(*EXPERIMENT, "cameras", value=["D90"]), ["cvpr2019.cameras", "'D90'", "simulated"]),
    "unknown ISP": (_set(*EXPERIMENT, "isps", value=["UNett"]), ["cvpr2019.isps", "'UNett'", "'UNet'"]),
    "unknown channel": (_set(*EXPERIMENT, "channels", value=["jpeg5"]), ["cvpr2019.channels", "'jpeg50'"]),
    "unknown protocol": (_set(*EXPERIMENT, "protocol", value="iclr"), ["cvpr2019.protocol", "'iclr'"]),
    "unknown setting of a network": (_set("isps", "UNet", "settings", "steps", value=3), ["'steps'", "n_steps"]),
    "unknown setting of the FAN": (_set("protocols", "cvpr2019", "fan", "n_filter", value=3), ["'n_filters'"]),
    "a figure of what is not run": (_set(*EXPERIMENT, "examples", "run", value=7), ["examples.run", "0 to 1"]),
}


def _refusal(content):
    """The line with which a configuration is refused, as workflow/rules/common.smk does it."""
    try:
        validate(content, str(ROOT / "workflow/schemas/config.schema.yaml"))
        configuration.check(content, Library(ROOT))
    except WorkflowError as error:
        return configuration.schema_message(error.__context__)
    except configuration.ConfigurationError as error:
        return str(error)
    return None


@pytest.fixture
def content():
    return yaml.safe_load((ROOT / "config/smoke.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_is_refused_by_name(content, mistake):
    change, parts = MISTAKES[mistake]
    change(content)
    line = _refusal(content)
    assert line is not None
    assert "\n" not in line
    assert all(part in line for part in parts), line


@pytest.mark.parametrize("config", ["config", "smoke", "paper"])
def test_what_comes_with_the_project_is_accepted(config):
    assert _refusal(yaml.safe_load((ROOT / f"config/{config}.yaml").read_text(encoding="utf-8"))) is None


def test_a_name_that_is_a_target_is_refused(content):
    content["experiments"]["figures"] = content["experiments"].pop("cvpr2019")
    assert "experiments.figures" in _refusal(content)


def test_snakemake_ends_with_that_line_and_code_2(checkout):
    path = checkout.configuration(_set("data", "landscpe_only", value=True))
    done = checkout.snakemake("-n", "--configfile", path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("configuration: ")]
    assert "'landscpe_only'" in line


def test_the_named_file_decides_alone(checkout):
    def another_channel(content):
        content["channels"]["plain"] = content["channels"].pop("jpeg50")

    done = checkout.snakemake("-n", "--configfile", checkout.configuration(another_channel))
    assert "'jpeg50' is not configured" in done.stderr
