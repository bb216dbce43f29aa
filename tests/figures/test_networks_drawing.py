"""Figures of networks and of the system: what they say, and that nothing of the graph is lost."""

import example_runs
import example_samples
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.figures import architecture, layers, pipeline_steps, system


@pytest.fixture(scope="module")
def networks():
    return example_samples.networks()


def _texts(drawing):
    return [text.get_text() for axes in drawing.axes for text in axes.texts]


def _entries(drawing):
    return [text.get_text() for legend in drawing.legends for text in legend.get_texts()]


def test_layers_that_are_alike_become_one_slab_and_residual_blocks_keep_their_join(networks):
    found, joins = layers.slabs(networks["codec"]["parts"][0]["layers"])
    assert [(slab["kernel"], slab["times"]) for slab in found] == [(5, 1), (3, 2), (5, 1)]
    assert joins == [(0, 1, "+")]


def test_branches_come_one_after_the_other(networks):
    found, joins = layers.slabs(networks["neural"]["parts"][0]["layers"])
    assert [(slab["kind"], slab["times"], slab["source"]) for slab in found] == [
        ("Conv2D", 2, -1), ("Conv2D", 1, -1), ("DepthToSpace", 1, 1),
    ]  # fmt: skip
    assert joins == [(0, 1, "‖")]


def test_layers_before_and_after_a_join_stay_apart():
    alike = {"kernel": 3, "stride": 1}
    chain = [example_samples.layer("in", "InputLayer"), example_samples.layer("a", "Conv2D", ["in"], **alike)]
    for before, after in ("ab", "bc"):
        chain.append(example_samples.layer(f"{after}1", "Conv2D", [before], **alike))
        chain.append(example_samples.layer(after, "Add", [before, f"{after}1"]))
    found, joins = layers.slabs(chain)
    assert [slab["times"] for slab in found] == [1, 1, 1]
    assert joins == [(0, 1, "+"), (1, 2, "+")]


def test_the_codec_is_drawn_with_kernels_strides_features_and_codes(networks):
    drawing = architecture.draw(networks["codec"])
    texts = _texts(drawing)
    assert {"5×5/2\n4", "2 × 3×3\n4", "5×5/2\n8", "3×3\n16", "quantiser,\n32 codes", "+"} <= set(texts)
    assert "12 k weights" in drawing.axes[0].get_title("left")
    assert _entries(drawing) == ["convolution", "depth to space"]


def test_a_pipeline_has_no_architecture_of_a_codec(networks):
    with pytest.raises(UserError, match="DNet is not a codec"):
        architecture.draw(networks["neural"])
    with pytest.raises(UserError, match="TwitterDCN is not a camera pipeline"):
        pipeline_steps.draw(networks["standard"], networks["codec"])


def test_standard_steps_stand_above_the_network_that_replaces_them(networks):
    drawing = pipeline_steps.draw(networks["standard"], networks["neural"])
    above, below = drawing.axes
    assert [text.get_text() for text in above.texts] == ["Bayer\nstack", "demosaicing", "RGB"]
    assert "DNet, 321 learned weights" in below.get_title("left")
    assert {"2 × 3×3\n4", "‖"} <= {text.get_text() for text in below.texts}
    assert "does not learn" in _entries(drawing)


def test_the_system_says_sizes_classes_and_what_learns():
    texts = _texts(system.draw(example_runs.SYSTEM))
    assert {"64² × 4", "128² × 3", "native\nsharpen 1\njpeg 80", "2:1 pool, JPEG 50", "FAN\n3 classes"} <= set(texts)
    assert texts.count("learns") == 2  # ISP and FAN
    assert "+ λ × L2 to the target" in texts


def test_where_all_is_fixed_the_forensic_network_alone_learns():
    texts = _texts(system.draw({**example_runs.SYSTEM, "lambda_isp": ["fan-only"]}))
    assert texts.count("learns") == 1
    assert "cross-entropy" not in texts


def test_a_codec_that_learns_is_marked_and_qualities_are_gathered():
    names = ("jpeg10-alone", "jpeg50-alone", "16c")
    chosen = {name: example_runs.CHANNELS[name] for name in names}
    weights = {"lambda_isp": ["fan-only"], "lambda_codec": ["basic", 0.1], "trainable": ["codec"]}
    texts = _texts(system.draw({**example_runs.SYSTEM, "channels": chosen, **weights}))
    assert "JPEG 10, 50\ncodec 16c" in texts
    assert "+ λc × rate and distortion" in texts
    assert texts.count("learns") == 2


def test_a_channel_that_varies_has_patches_of_its_largest_factor():
    varied = {**example_runs.CHANNELS["jpeg50"], "factor": [2, 4], "quality": [30, 90]}
    chosen = {"jpeg50": example_runs.CHANNELS["jpeg50"], "varied": varied}
    texts = _texts(system.draw({**example_runs.SYSTEM, "channels": chosen}))
    assert "32² or 64² × 3" in texts


def test_pictures_that_are_developed_already_have_no_bayer_stack():
    assert "64² × 4" not in _texts(system.draw({**example_runs.SYSTEM, "isps": {"rgb": "ONet"}}))
