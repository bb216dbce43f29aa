"""What is read from built networks: layers with kernels, features, strides and sizes, and how they hang together."""

import numpy as np
import pytest

from neural_imaging import models
from neural_imaging.evaluation import architecture
from neural_imaging.figures import layers


def _listed(part, kind):
    found = [layer for layer in part["layers"] if layer["kind"] == kind]
    return [(layer["kernel"], layer["stride"], layer["features"], layer["scale"]) for layer in found]


def test_the_papers_codec_has_the_papers_layers():
    described = architecture.describe(models.create("TwitterDCN", n_features=16))
    encoder, quantiser, decoder = described["parts"]
    assert _listed(encoder, "Conv2D") == [
        (5, 2, 64, 1 / 2), (5, 2, 128, 1 / 4), *[(3, 1, 128, 1 / 4)] * 6, (5, 2, 16, 1 / 8),
    ]  # fmt: skip
    assert _listed(decoder, "Conv2D") == [
        (3, 1, 512, 1 / 8), *[(3, 1, 128, 1 / 4)] * 6, (3, 1, 256, 1 / 4), (3, 1, 12, 1 / 2),
    ]  # fmt: skip
    assert quantiser["name"] == "quantiser"
    assert described["settings"]["latent_bpf"] == 5
    assert encoder["weights"] + decoder["weights"] == described["weights"]


def test_residual_blocks_of_the_codec_are_seen_in_the_graph():
    encoder = architecture.describe(models.create("TwitterDCN"))["parts"][0]
    found, joins = layers.slabs(encoder["layers"])
    assert [(slab["times"], slab["features"]) for slab in found] == [
        (1, 64),
        (1, 128),
        (2, 128),
        (2, 128),
        (2, 128),
        (1, 32),
    ]
    assert joins == [(1, 2, "+"), (2, 3, "+"), (3, 4, "+")]


def test_weights_are_those_that_the_papers_count():
    described = architecture.describe(models.create("DNet"))
    assert described["trainable_weights"] == 493_068
    (part,) = described["parts"]
    # Convolutions without padding lose a pixel at each border, which is no other scale.
    assert {layer["scale"] for layer in part["layers"]} == {1.0, 2.0}
    assert [layer["learns"] for layer in part["layers"] if layer["kernel"] == 1] == [False, True]


@pytest.mark.parametrize("name", ["INet", "UNet", "DNet", "ClassicISP", "ONet"])
def test_every_pipeline_is_understood_and_ends_at_full_size(name):
    described = architecture.describe(models.create(name))
    (part,) = described["parts"]
    found, _ = layers.slabs(part["layers"])
    assert part["layers"][-1]["scale"] == (1.0 if name == "ONet" else 2.0)
    assert sum(slab["times"] * (slab["kernel"] is not None) for slab in found) == sum(
        layer["kernel"] is not None for layer in part["layers"]
    )


def test_skips_of_a_unet_reach_over_what_lies_deeper():
    part = architecture.describe(models.create("UNet", n_steps=3, n_filters=4))["parts"][0]
    found, joins = layers.slabs(part["layers"])
    kinds = [slab["kind"] for slab in found]
    assert kinds.count("MaxPooling2D") == kinds.count("Conv2DTranspose") == len(joins) == 2
    assert all(np.isclose(found[source]["scale"], found[last]["scale"]) for source, last, _ in joins)
