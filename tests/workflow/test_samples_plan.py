"""What the samples behind figures are made from: archives by their options, and the networks in them."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from neural_imaging.study import overlay

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning import samples  # noqa: E402

TUNED = "results/forensics/iclr2020/camera~simulated/isp~UNet/channel~4c/lambda_isp~fan-only/lambda_codec~0.001"


@pytest.fixture(scope="module")
def parts():
    """The four parts of a sample, as attributes."""
    config = overlay.read(ROOT / "config/smoke.yaml", ROOT / overlay.DEFAULTS)
    names = ("images", "models", "networks", "options")
    return lambda *sample: SimpleNamespace(**{name: samples.of(config, *sample, name) for name in names})


def test_pipelines_are_named_as_the_configuration_names_them(parts):
    sample = parts("cvpr2019", "pipelines")
    assert "--model=INet=results/isp/simulated/INet/model.keras" in sample.options
    assert sample.networks == ["INet", "UNet"]
    assert sample.images == "results/data/simulated/images.csv"


def test_a_codec_stands_beside_the_runs_that_tuned_it(parts):
    sample = parts("iclr2020", "spectra")
    assert sample.models == ["results/codecs/4c/model.keras", f"{TUNED}/signature~none/run~0/model.keras"]
    assert sample.options[-1].startswith("--patch=")
    assert {"FAN", "TwitterDCN"} <= set(sample.networks)


def test_crops_are_of_a_study_and_need_no_forensic_network(parts):
    sample = parts("iclr2020", "crops")
    assert sample.models == ["results/codecs/4c/model.keras"]
    assert sample.networks == ["TwitterDCN"]


def test_a_patch_is_manipulated_without_any_network(parts):
    sample = parts("cvpr2019", "manipulations")
    assert (sample.models, sample.networks) == ([], [])
