"""The papers' way, patch by patch, gives what it gave before whole photographs were measured."""

import json
from pathlib import Path

import numpy as np
import pytest
import tiny_codec
import tiny_forensics

from neural_imaging.datasets import images
from neural_imaging.evaluation import patchwise
from neural_imaging.forensics.channel import Channel

SETTINGS = {"patches": 12, "quality_every": 3, "patch": 16, "batch": 5, "discard": "flat"}
# Written by the evaluation of commit 4d37532, which knew patches alone.
REFERENCE = json.loads((Path(__file__).with_name("patchwise.json")).read_text(encoding="utf-8"))


def pipeline(codec):
    if codec == "libjpeg":
        return tiny_forensics.make()
    return tiny_forensics.make(window=32, channel=Channel("none", codec="dcn", network=tiny_codec.make()))


@pytest.mark.parametrize("codec", ["libjpeg", "bitstream"])
def test_patches_are_judged_as_they_were(smaller_training_set, codec):
    made = pipeline(codec)
    found = patchwise.measure(made, images.read(smaller_training_set, "validation", made.isp), SETTINGS)
    for name in ("differentiable", codec):
        assert found[name]["confusion"] == REFERENCE[codec][name]
    for name in ("psnr", "ssim"):
        np.testing.assert_allclose(found["photographs"][name], REFERENCE[codec][name], rtol=1e-5)
    assert (found["patches"], found["patches_quality"]) == (24, 8)
