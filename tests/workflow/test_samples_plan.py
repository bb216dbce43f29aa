"""What the samples behind figures are made from: archives by their options, and the networks in them."""

import sys
from pathlib import Path

import pytest

from neural_imaging.study import overlay

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning.experiments import Experiments  # noqa: E402
from planning.samples import Samples  # noqa: E402
from planning.studies import Studies  # noqa: E402

TUNED = "results/forensics/iclr2020/camera~simulated/isp~UNet/channel~4c/lambda_isp~fan-only/lambda_codec~0.001"


@pytest.fixture(scope="module")
def samples():
    config = overlay.read(ROOT / "config/smoke.yaml", ROOT / overlay.DEFAULTS)
    return Samples(config, Experiments(config), Studies(config))


class Wildcards(dict):
    """As rules give them: by name, as attributes too."""

    __getattr__ = dict.__getitem__


def asked(subject, sample):
    return Wildcards(subject=subject, sample=sample)


def test_pipelines_are_named_as_the_configuration_names_them(samples):
    wildcards = asked("cvpr2019", "pipelines")
    assert "--model=INet=results/isp/simulated/INet/model.keras" in samples.options(wildcards)
    assert samples.networks(wildcards) == ["INet", "UNet"]
    assert samples.images(wildcards) == "results/data/simulated/images.csv"


def test_a_codec_stands_beside_the_runs_that_tuned_it(samples):
    wildcards = asked("iclr2020", "spectra")
    assert samples.models(wildcards) == ["results/codecs/4c/model.keras", f"{TUNED}/signature~none/run~0/model.keras"]
    assert samples.options(wildcards)[-1].startswith("--patch=")
    assert {"FAN", "TwitterDCN"} <= set(samples.networks(wildcards))


def test_crops_are_of_a_study_and_need_no_forensic_network(samples):
    wildcards = asked("iclr2020", "crops")
    assert samples.models(wildcards) == ["results/codecs/4c/model.keras"]
    assert samples.networks(wildcards) == ["TwitterDCN"]


def test_a_patch_is_manipulated_without_any_network(samples):
    wildcards = asked("cvpr2019", "manipulations")
    assert (samples.models(wildcards), samples.networks(wildcards)) == ([], [])
