"""Margins of patches: with them a patch is what it would be inside its photograph."""

import keras
import numpy as np
import pytest
import tiny_forensics

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.forensics import manipulations, margins
from neural_imaging.forensics.channel import Channel
from neural_imaging.forensics.joint import ForensicPipeline
from neural_imaging.layers.tile import Signature

STEPS = ("sharpen:1", "gaussian:0.83", "resample:50", "median:3")
PATCH = 16


def make(isp, channel=None, steps=STEPS, margin="reach", signature=None, **more):
    keras.utils.set_random_seed(3)
    fan = models.create("FAN", n_classes=1 + len(steps), patch_size=PATCH, n_filters=4, n_convolutions=2, dense=[8])
    network = models.create(isp[0], **isp[1])
    # Weights of a start are small; these make borders plain.
    network.set_weights([3 * weight for weight in network.get_weights()] if isp[0] == "UNet" else network.get_weights())
    channel = channel or Channel("pool", 2, "jpeg", 50, "sin")
    trainable = more.pop("trainable", ())
    return ForensicPipeline(network, channel, fan, list(steps), trainable, signature=signature, margin=margin, **more)


def photograph(pipeline, offset):
    """A stack, and a place in it, in cells, whose patch with its margin has the photograph's own phases."""
    side = PATCH + 2 * pipeline.margin.cells
    rng = np.random.default_rng(4)
    stack = rng.random((1, side + 2 * offset, side + 2 * offset, 4), np.float32)
    return stack, stack[:, offset : offset + side, offset : offset + side]


def window_of_photograph(pipeline, stack, offset):
    """What the FAN sees of a photograph that is developed, manipulated and sent whole, where a patch has its window."""
    versions = pipeline.manipulate(pipeline.develop(stack))
    received = np.asarray(pipeline.channel(versions))
    factor, margin = pipeline.channel.factor, pipeline.margin
    sent = (2 * PATCH + 4 * (margin.cells - margin.isp)) // factor
    start = (2 * offset + 2 * margin.isp) // factor + (sent - PATCH) // 2
    return received[:, start : start + PATCH, start : start + PATCH]


PIPELINES = [
    ("UNet", {"n_steps": 2, "n_filters": 4}),
    ("UNet", {"n_steps": 2, "n_filters": 4, "phase": 8}),
    ("DNet", {"n_layers": 2, "n_features": 4}),
    ("INet", {}),
]


@pytest.mark.parametrize("isp", PIPELINES, ids=lambda isp: f"{isp[0]}-{isp[1].get('phase', 0)}")
def test_a_patch_with_its_margin_is_what_the_photograph_has_there(isp):
    pipeline = make(isp, signature=Signature(seed=1))
    # The photograph goes on beyond the margin by the period of all grids.
    stack, patch = photograph(pipeline, 24)
    expected = window_of_photograph(pipeline, stack, 24)
    np.testing.assert_allclose(pipeline(patch)["received"], expected, atol=2e-4)


def test_without_a_margin_a_patch_has_borders_that_the_photograph_has_not():
    pipeline = make(PIPELINES[0], margin=0)
    stack, patch = photograph(pipeline, 24)
    expected = window_of_photograph(pipeline, stack, 24)
    assert np.abs(np.asarray(pipeline(patch)["received"]) - expected).max() > 0.02


def test_blocks_of_jpeg_are_whole_in_a_patch():
    # Rounding turns the last bits of sums into whole levels, so few pixels may differ.
    pipeline = make(PIPELINES[3], Channel("pool", 2, "jpeg", 50, "soft"), ("jpeg:80",))
    stack, patch = photograph(pipeline, 24)
    expected = window_of_photograph(pipeline, stack, 24)
    differ = np.abs(np.asarray(pipeline(patch)["received"]) - expected) > 1e-3
    assert differ.mean() < 0.01


def test_the_window_meets_each_phase_of_the_grids_in_training():
    pipeline = make(PIPELINES[0])
    side = 2 * (PATCH + 2 * (pipeline.margin.cells - pipeline.margin.isp)) // 2
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    picture = np.stack([rows, columns, rows], axis=-1)[None]
    corners = {tuple(np.asarray(pipeline._windows([picture], True)[0])[0, 0, 0, :2].astype(int)) for _ in range(600)}
    assert {row % 8 for row, _ in corners} == {column % 8 for _, column in corners} == set(range(8))
    middle = np.asarray(pipeline._windows([picture], False)[0])[0, 0, 0, :2]
    np.testing.assert_array_equal(middle, (side - PATCH) // 2)


def test_the_distance_to_the_target_is_that_of_the_inside():
    pipeline = make(PIPELINES[0])
    _, patch = photograph(pipeline, 0)
    rng = np.random.default_rng(5)
    target = rng.random((1, 2 * patch.shape[1], 2 * patch.shape[2], 3), np.float32)
    outputs, edge = pipeline(patch), 2 * pipeline.margin.cells
    pipeline.compute_loss(y=target, y_pred=outputs, training=False)
    measured = float(pipeline._trackers["isp_loss"].result())
    inside = target[:, edge:-edge, edge:-edge]
    developed = np.asarray(pipeline.develop(patch))[:, edge:-edge, edge:-edge]
    assert measured == pytest.approx(np.mean((255 * (developed - inside)) ** 2), rel=1e-4)


def test_reach_adds_up_what_the_parts_look_at():
    unet, channel = models.create("UNet", n_steps=3, n_filters=4), Channel("pool", 2, "jpeg", 50, "soft")
    plan = margins.plan("reach", unet, channel, ["sharpen:1", "jpeg:80"])
    # UNet 22 cells, in steps of the 8 cells of all grids; then 7 pixels of the class JPEG, which are 4 received ones,
    # the channel's blocks 7, and half of the window's 8 places: 15 received pixels, which are 15 cells.
    assert plan == margins.Margin(cells=24 + 16, isp=24, room=8, grid=16)


def test_a_margin_is_wide_enough_for_all_factors_of_a_range():
    inet, wide = models.create("INet"), {"step": "resize", "kernel": "area", "factor": [2, 4]}
    cells = {
        str(step["factor"]): margins.plan("reach", inet, Channel(steps=[step, {"step": "jpeg"}]), []).cells
        for step in (wide, {**wide, "factor": 2}, {**wide, "factor": 3}, {**wide, "factor": 4})
    }
    assert cells["[2, 4]"] >= max(cells["2"], cells["3"], cells["4"])


def test_other_margins_are_taken_as_they_are_and_0_leaves_patches_alone():
    unet, channel = models.create("UNet", n_steps=3, n_filters=4), Channel()
    assert margins.plan(0, unet, channel, []) == margins.Margin()
    assert margins.plan(12, unet, channel, ["jpeg:80"]).cells == 12


WRONG = [("far", "reach"), (-4, "reach"), (1.5, "reach"), (True, "reach"), (6, "multiples of 4")]


@pytest.mark.parametrize(("margin", "words"), WRONG)
def test_other_words_and_numbers_are_refused(margin, words):
    unet = models.create("UNet", n_steps=3, n_filters=4)
    with pytest.raises(UserError, match=words):
        margins.plan(margin, unet, Channel(), [])


def test_a_margin_of_0_is_the_path_without_margins():
    """One step of training, written out as it was before there were margins."""
    rng = np.random.default_rng(2)
    raw, rgb = rng.random((2, 16, 16, 4), np.float32), rng.random((2, 32, 32, 3), np.float32)
    trained, written_out = (make(PIPELINES[0], margin=0, lambda_isp=0.1) for _ in range(2))
    for pipeline in (trained, written_out):
        pipeline.isp.trainable = True
        pipeline.trainable_parts = ("isp",)
        pipeline(raw)
        tiny_forensics.ready(pipeline)
    trained.train_on_batch(raw, rgb)

    class Step(keras.Model):
        """The papers' path: every patch is developed, manipulated and sent on its own."""

        def __init__(self, parts):
            super().__init__()
            self.isp, self.channel, self.fan = parts.isp, parts.channel, parts.fan

        def call(self, stacks, training=False):
            developed = self.isp(stacks, training=training)
            versions = [developed]
            for name, strength in map(manipulations.parse, STEPS):
                versions.append(manipulations.apply(name, developed, strength))
            reduced = keras.ops.average_pool(keras.ops.concatenate(versions, axis=0), 2, 2, padding="valid")
            return developed, self.fan(self.channel.jpeg(reduced), training=training)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            developed, probabilities = y_pred
            labels = keras.ops.repeat(keras.ops.arange(1 + len(STEPS)), 2)
            entropies = keras.losses.sparse_categorical_crossentropy(labels, probabilities)
            return keras.ops.mean(entropies) + 0.1 * keras.ops.mean(keras.ops.square(255.0 * (developed - y)))

    step = Step(written_out)
    step(raw)
    tiny_forensics.ready(step)
    step.train_on_batch(raw, rgb)
    for one, other in zip(trained.isp.weights + trained.fan.weights, step.isp.weights + step.fan.weights, strict=True):
        # Gradients that meet in a pipeline's picture are added up in an order that the graph chooses: last bits.
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-8)


def assert_learns(pipeline, part, steps):
    """A joint model is trained for so many steps, with finite losses, and a part of it changes."""
    side = PATCH + 2 * pipeline.margin.cells
    pipeline.build((None, side, side, 4))
    tiny_forensics.ready(pipeline)
    rng = np.random.default_rng(2)
    raw, rgb = rng.random((2, side, side, 4), np.float32), rng.random((2, 2 * side, 2 * side, 3), np.float32)
    before = part.get_weights()
    for _ in range(steps):
        assert np.isfinite(pipeline.train_on_batch(raw, rgb, return_dict=True)["loss"])
    assert any(not np.array_equal(a, b) for a, b in zip(before, part.get_weights(), strict=True))


def test_a_joint_model_learns_behind_a_channel_that_varies():
    channel = Channel(["pool", "bilinear"], [2, 3], "jpeg", [30, 90], "soft", seed=1, origin=[0, 7])
    pipeline = make(PIPELINES[0], channel, ("jpeg:80",), signature=Signature(seed=1))
    assert_learns(pipeline, pipeline.fan, steps=3)


CHAINS = {
    "lanczos": [
        {"step": "resize", "kernel": "lanczos", "factor": 2},
        {"step": "blur", "size": 7},
        {"step": "jpeg", "quality": 60, "rounding": "sin"},
    ],
    "4:2:0": [
        {"step": "resize", "kernel": "bicubic", "factor": 3},
        {"step": "sharpen"},
        {"step": "jpeg", "quality": 60, "rounding": "sin", "subsampling": "4:2:0"},
    ],
    "twice": [
        {"step": "jpeg", "quality": 60, "rounding": "sin"},
        {"step": "gamma"},
        {"step": "jpeg", "rounding": "sin"},
    ],
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_patch_with_its_margin_is_what_the_photograph_has_there_behind_a_chain(name):
    pipeline = make(PIPELINES[3], Channel(steps=CHAINS[name]), ("sharpen:1", "gaussian:0.83"))
    stack, patch = photograph(pipeline, 24)
    expected = window_of_photograph(pipeline, stack, 24)
    np.testing.assert_allclose(pipeline(patch)["received"], expected, atol=5e-4)


def test_no_margin_is_enough_for_a_codec_that_predicts_blocks_from_others():
    unet, webp = models.create("INet"), Channel(steps=[{"step": "webp"}])
    with pytest.raises(
        UserError, match="the channel looks at the whole photograph: no margin is enough; give a number"
    ):
        margins.plan("reach", unet, webp, ["sharpen:1"])
    assert margins.plan(24, unet, webp, ["sharpen:1"]).cells == 24


def test_a_joint_model_learns_behind_a_chain_with_a_real_codec():
    steps = [
        {"step": "crop", "origin": [0, 7]},
        {"step": "resize", "kernel": ["lanczos", "area"], "factor": [2, 3]},
        {"step": "noise", "deviation": [1, 3]},
        {"step": "webp", "quality": [50, 90]},
    ]
    pipeline = make(PIPELINES[3], Channel(steps=steps, seed=1), ("jpeg:80",), margin=48, trainable=("isp",))
    assert_learns(pipeline, pipeline.isp, steps=2)
