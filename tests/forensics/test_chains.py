"""Channels as chains of steps."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tiny_codec
import yaml
from PIL import Image

from neural_imaging.base import memory
from neural_imaging.base.errors import UserError
from neural_imaging.coding import libjpeg, standards
from neural_imaging.evaluation import transmission
from neural_imaging.forensics.channel import Channel
from neural_imaging.imaging import resampling
from neural_imaging.study import plugins, ready_channels

ROOT = Path(__file__).resolve().parents[2]

RNG = np.random.default_rng(0)
COARSE = np.kron(RNG.random((1, 8, 12, 3)), np.ones((1, 8, 8, 1)))
PICTURES = (0.1 + 0.6 * COARSE + 0.2 * RNG.random(COARSE.shape)).astype(np.float32)
LEVELS = np.rint(255 * PICTURES).astype(np.uint8)
# Each step with settings that vary.
VARIED = {
    "crop": {"origin": [0, 7]},
    "resize": {"kernel": ["lanczos", "pool", "area"], "factor": [2, 3]},
    "jpeg": {"quality": [40, 90]},
    "webp": {"quality": [20, 90]},
    "avif": {"quality": [20, 90]},
    "jpegxl": {"quality": [0.5, 5.0]},
    "jpeg2000": {"quality": [25, 45]},
    "blur": {"size": [3, 9]},
    "noise": {"deviation": [3, 23]},
    "sharpen": {"strength": [0.5, 1.5]},
    "gamma": {"exponent": [0.7, 1.4]},
}
FIXED = {"round": {}, "manipulation": {"manipulation": "median:3"}, "blur": {"size": 7, "deviation": 1.5}}


def chain(*steps, seed=1, **more):
    """A channel of steps, each its name or (name, settings)."""
    pairs = [(each, {}) if isinstance(each, str) else each for each in steps]
    return Channel(steps=[{"step": name, **settings} for name, settings in pairs], seed=seed, **more)


@pytest.mark.parametrize("kernel", resampling.KERNELS)
def test_a_resize_with_gradient_is_near_the_real_one(kernel):
    channel = chain(("resize", {"kernel": kernel, "factor": 2}))
    difference = 255 * np.asarray(channel(LEVELS / np.float32(255))) - channel.reduced_levels(LEVELS)
    # The real one rounds, some kernels twice.
    assert np.abs(difference).max() < 1.6


def test_the_longest_side_is_what_is_asked_for_and_smaller_pictures_stay():
    real = chain(("resize", {"longest": 48, "kernel": "bicubic"})).reduced_levels(LEVELS)[0]
    theirs = Image.fromarray(LEVELS[0]).resize((48, 32), Image.Resampling.BICUBIC)
    assert np.abs(real.astype(int) - np.asarray(theirs)).max() <= 1
    np.testing.assert_array_equal(chain(("resize", {"longest": 4000})).reduced_levels(LEVELS), LEVELS)


@pytest.mark.parametrize("name", ["webp", "avif", "jpegxl", "jpeg2000"])
def test_a_real_codec_is_itself_in_training_too(name):
    channel = chain(name)
    standard, quality = standards.get(name), channel.coder.quality
    expected = standard.decode(standard.encode(LEVELS[0], quality))
    np.testing.assert_array_equal(channel.real(LEVELS)[0], expected / np.float32(255))
    for training in (False, True):
        np.testing.assert_array_equal(np.asarray(channel(PICTURES, training=training))[0], expected / np.float32(255))


def test_gradients_pass_straight_through_a_real_codec_in_a_graph():
    import tensorflow as tf

    channel = chain(("webp", {"quality": [60, 80]}))

    @tf.function
    def gradient(pictures):
        with tf.GradientTape() as tape:
            tape.watch(pictures)
            received = channel(pictures, training=True)
            loss = tf.reduce_sum(received * tf.range(64.0)[:, None, None])
        return received, tape.gradient(loss, pictures)

    received, passed = gradient(tf.constant(PICTURES))
    assert received.shape == PICTURES.shape
    assert 0.001 < np.abs(received - PICTURES).mean() < 0.1
    np.testing.assert_allclose(passed, np.broadcast_to(np.arange(64.0)[:, None, None], PICTURES.shape))


@pytest.mark.parametrize("name", VARIED)
def test_what_varies_is_drawn_anew_and_can_be_drawn_again(name):
    channel, again = (chain((name, VARIED[name]), seed=4) for _ in range(2))
    received = [np.asarray(channel(PICTURES, training=True)) for _ in range(5)]
    assert {picture.shape for picture in received} == {received[0].shape}
    assert len({picture.tobytes() for picture in received}) > 1
    for picture in received:
        np.testing.assert_array_equal(again(PICTURES, training=True), picture)


@pytest.mark.parametrize(("name", "settings"), [*VARIED.items(), *FIXED.items()])
def test_outside_of_trainings_a_step_is_steady(name, settings):
    channel = chain((name, settings))
    steady, fixed = channel(PICTURES), channel.fixed()
    np.testing.assert_array_equal(channel(PICTURES), steady)
    np.testing.assert_array_equal(fixed.real(LEVELS), channel.real(LEVELS))
    assert fixed.fixed() is fixed
    if name != "noise":
        np.testing.assert_allclose(fixed(PICTURES, training=True), steady, atol=1e-6)


@pytest.mark.parametrize("name", [name for name in {**VARIED, **FIXED} if name not in ("jpeg2000", "avif", "jpegxl")])
def test_every_step_passes_gradients(name):
    import tensorflow as tf

    channel = chain((name, {**VARIED, **FIXED}[name]))
    with tf.GradientTape() as tape:
        pictures = tf.constant(PICTURES)
        tape.watch(pictures)
        loss = tf.reduce_sum(channel(pictures, training=True) * tf.constant(PICTURES[:, :1, :1]))
    gradient = np.asarray(tape.gradient(loss, pictures))
    assert np.isfinite(gradient).all()
    assert np.abs(gradient).max() > 0


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_jpeg_with_gradient_is_near_the_real_one(subsampling):
    channel = chain(("jpeg", {"quality": 60, "subsampling": subsampling, "rounding": "soft"}))
    difference = 255 * (np.asarray(channel(PICTURES)) - channel.real(LEVELS))
    assert np.abs(difference).mean() < 0.5
    assert channel.grid == (8 if subsampling == "4:4:4" else 16)


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_a_pixel_behind_jpeg_depends_on_nothing_beyond_the_reach(subsampling):
    channel = chain(("jpeg", {"quality": 80, "subsampling": subsampling, "rounding": "sin"}))
    rng, grid, reach = np.random.default_rng(2), channel.grid, channel.reach
    pictures = rng.random((1, 96, 96, 3), np.float32)
    seen = 0
    for row in range(40, 40 + grid):
        changed = pictures.copy()
        changed[0, row, row] = 1 - changed[0, row, row]
        differs = np.abs(np.asarray(channel(changed)) - np.asarray(channel(pictures)))[0].max(-1) > 1e-6
        rows, columns = np.nonzero(differs)
        seen = max(seen, np.abs(rows - row).max(), np.abs(columns - row).max())
    assert grid // 2 < seen <= reach


def test_steps_are_done_one_after_the_other():
    blurred = chain(("blur", {"size": 5})).reduced_levels(LEVELS)
    coded = libjpeg.decode(libjpeg.encode(blurred[0], 60))
    again = libjpeg.decode(libjpeg.encode(coded, 90))
    received = chain("blur", ("jpeg", {"quality": 60}), ("jpeg", {"quality": 90})).real(LEVELS)
    np.testing.assert_array_equal(received[0], again / np.float32(255))


def test_a_drawn_blur_is_one_of_the_fixed_ones():
    channel, seen = chain(("blur", {"size": [3, 7]})), set()
    possible = {size: np.asarray(chain(("blur", {"size": size}))(PICTURES)) for size in (3, 5, 7)}
    for _ in range(20):
        received = np.asarray(channel(PICTURES, training=True))
        # Kernels of all sizes are laid out as the largest, so that sums are taken in another order.
        seen |= {size for size, one in possible.items() if np.abs(one - received).max() < 1e-5}
    assert seen == {3, 5, 7}


def test_noise_is_as_strong_as_it_says_and_the_same_for_the_same_picture():
    grey = np.full((1, 128, 128, 3), 128, np.uint8)
    channel = chain(("noise", {"deviation": 8}))
    first, second = channel.real(grey), channel.real(grey)
    np.testing.assert_array_equal(first, second)
    assert 255 * first.std() == pytest.approx(8, rel=0.03)
    other = channel.real(grey + np.uint8(1))
    assert np.corrcoef(first.ravel(), other.ravel())[0, 1] < 0.05


def test_each_picture_can_have_a_draw_of_its_own():
    sweep = Channel.ready("jpeg-sweep")
    qualities = {sweep.drawn(seed).quality for seed in range(40)}
    assert len(qualities) > 15
    assert qualities <= set(range(50, 101))
    assert sweep.drawn(3).quality == sweep.drawn(3).quality
    short = Channel(["pool", "none"], [2, 4], "jpeg", [30, 90], origin=[0, 7]).drawn(1)
    assert len(short.factors) == 1
    assert short.drawn(5).quality == short.quality


def test_factors_longest_sides_and_origins_are_drawn_from_ranges_and_lists():
    def drawn(name, **settings):
        channel = chain((name, settings))
        return [channel.drawn(seed).get_config()["steps"][0] for seed in range(60)]

    assert {step["factor"] for step in drawn("resize", factor=[2, 4])} == {2, 3, 4}
    assert {step["factor"] for step in drawn("resize", factor=[2, 4, 4])} == {2, 4}
    assert {step["longest"] for step in drawn("resize", longest=[40, 43])} == {40, 41, 42, 43}
    assert {step["longest"] for step in drawn("resize", longest=[40, 60, 50])} == {40, 50, 60}
    assert {step["origin"] for step in drawn("crop", origin=[0, 8, 4])} == {0, 4, 8}
    factors = {step["factor"] for step in drawn("resize", factor=[1.5, 3])}
    assert len(factors) == 60
    assert 1.5 <= min(factors) < 1.7
    assert 2.8 < max(factors) <= 3


def test_ranges_of_sizes_are_steady_in_their_middle():
    assert chain(("resize", {"factor": [2, 4]})).real(LEVELS).shape == (1, 21, 32, 3)
    assert chain(("resize", {"factor": [1.5, 2.5]})).real(LEVELS).shape == (1, 32, 48, 3)
    assert chain(("resize", {"longest": [40, 56]})).real(LEVELS).shape == (1, 32, 48, 3)


def test_trainings_draw_whole_factors_of_a_range_at_the_size_of_the_largest():
    channel = chain(("resize", {"kernel": "area", "factor": [2, 4]}))
    possible = [np.asarray(chain(("resize", {"kernel": "area", "factor": factor}))(PICTURES)) for factor in (2, 3, 4)]
    seen = set()
    for _ in range(20):
        received = np.asarray(channel(PICTURES, training=True))
        assert received.shape == (1, 16, 24, 3)
        seen |= {place for place, one in enumerate(possible) if np.abs(one[:, :16, :24] - received).max() < 1e-6}
    assert seen == {0, 1, 2}


def test_two_factors_of_the_short_form_are_a_list_as_ever():
    channel = Channel("pool", [2, 4], "none", seed=1)
    assert channel.factors == [2, 4]
    assert {channel.drawn(seed).factor for seed in range(20)} == {2, 4}


def test_a_channel_of_steps_is_the_same_after_it_was_saved(tmp_path):
    steps = [("crop", VARIED["crop"]), ("resize", VARIED["resize"]), ("noise", VARIED["noise"])]
    channel = chain(*steps, ("jpeg", {"quality": [40, 90]}), ("jpeg", {"quality": 80}), seed=3)
    inputs = keras.Input((64, 96, 3))
    keras.Model(inputs, channel(inputs)).save(tmp_path / "channel.keras")
    loaded = keras.saving.load_model(tmp_path / "channel.keras", safe_mode=True).layers[-1]
    again = Channel.from_config(channel.get_config())
    for _ in range(2):
        received = channel(PICTURES, training=True)
        np.testing.assert_array_equal(again(PICTURES, training=True), received)
        np.testing.assert_array_equal(loaded(PICTURES, training=True), received)


def test_both_ways_to_write_a_channel_are_the_same():
    short = Channel("pool", 2, "jpeg", [40, 90], "soft", seed=2, origin=[0, 7])
    steps = ("crop", {"origin": [0, 7]}), ("resize", {"kernel": "pool", "factor": 2}), ("jpeg", {"quality": [40, 90]})
    long = chain(*steps, seed=2)
    assert (short.factors, short.reach, short.grid, short.most_origin) == (
        long.factors, long.reach, long.grid, long.most_origin
    )  # fmt: skip
    for _ in range(3):
        np.testing.assert_array_equal(short(PICTURES, training=True), long(PICTURES, training=True))
    np.testing.assert_array_equal(short.real(LEVELS), long.real(LEVELS))


def test_a_learned_codec_is_the_last_step():
    network = tiny_codec.make()
    channel = chain(("resize", {"kernel": "area", "factor": 2}), "blur", "dcn", network=network)
    short = Channel("pool", 2, "dcn", network=network)
    assert (channel.multiple, channel.grid, channel.codec) == (short.multiple, short.grid, "dcn")
    assert channel.reach == short.reach + 2
    assert channel(PICTURES, training=True).shape == (1, 32, 48, 3)
    sent, received, stream = transmission.real(channel, PICTURES[0])
    assert sent.shape == received.shape == (32, 48, 3)
    seen = transmission.differentiable(channel, PICTURES[0])
    assert 255 * np.abs(seen - received / 255).mean() < 2
    assert transmission.cost(channel, sent, received, stream)["bpp"] > 0


def test_pictures_of_any_size_go_through_chains_in_any_order():
    channel = chain("webp", ("resize", {"factor": 1.7}), "round", ("crop", {"origin": 3}), ("jpeg", {"quality": 80}))
    sent, received, stream = transmission.real(channel, PICTURES[0, :61, :83])
    assert sent.shape == received.shape == (32, 45, 3)
    np.testing.assert_array_equal(libjpeg.decode(stream), received)
    costs = transmission.cost(channel, sent, received, stream)
    assert costs["bpp"] == 8 * len(stream) / (32 * 45)
    assert transmission.real(chain("webp", "blur"), PICTURES[0])[2] is None


def test_the_bits_of_a_codec_are_counted_by_its_own_format():
    channel = chain("webp")
    costs = transmission.cost(channel, *transmission.real(channel, PICTURES[0]))
    assert 0 < costs["effective_bpp"] < costs["bpp"]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([("resize", {"longest": 48})], "longest side"),
        ([("resize", {"factor": 1.5})], "1.5 is not whole"),
        ([("resize", {"factor": [1.5, 3]})], "from 1.5 to 3 need not be whole; with whole ends"),
        ([("resize", {"longest": [40, 60]})], "longest side"),
        (["blur", ("resize", {"factor": 2})], "another resize"),
        ([("resize", {"factor": 2}), "crop"], "another crop"),
    ],
)
def test_what_patches_cannot_follow_is_refused_in_training_alone(steps, words):
    channel = chain(*steps)
    assert channel.real(LEVELS).ndim == 4
    with pytest.raises(UserError, match=words):
        channel.check_trainable()
    with pytest.raises(UserError, match=words):
        channel.reduce(PICTURES, training=True)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([], "non-empty list of steps"),
        (["blurr"], "steps.0.step .*did you mean 'blur'"),
        ([("blur", {"sise": 3})], "unknown key 'sise' .did you mean 'size'"),
        ([("blur", {"size": 4})], "an odd whole number"),
        ([("blur", {"size": [9, 3]})], r"lower end first, so it is \[3, 9\]"),
        (["resize"], "needs one of the keys 'factor', 'longest'"),
        ([("resize", {"factor": 2, "longest": 40})], "not both"),
        ([("resize", {"kernel": "pool", "longest": 40})], "whole factors"),
        ([("resize", {"kernel": "pool", "factor": 1.5})], "whole factors"),
        ([("resize", {"kernel": "pool", "factor": [2.0, 4.0]})], "whole factors"),
        ([("resize", {"factor": [4, 2]})], r"lower end first, so it is \[2, 4\]"),
        ([("resize", {"factor": [2, 2]})], "has 2 twice"),
        (["dcn", "jpeg"], "last step"),
        ([("crop", {"origin": 3}), "dcn"], "a crop begins at 0"),
        (["manipulation"], "missing key 'manipulation'"),
        ([("manipulation", {"manipulation": "sharpn"})], "did you mean 'sharpen'"),
        ([("jpeg", {"quality": 0})], "from 1 to 100"),
        ([("jpeg", {"tables": [[1] * 64]})], "two lists of 64"),
    ],
)
def test_wrong_steps_are_refused_in_a_line_that_says_where(steps, words):
    with pytest.raises(UserError, match=words) as error:
        chain(*steps)
    assert "\n" not in str(error.value)


def test_steps_and_the_short_form_are_not_mixed():
    with pytest.raises(UserError, match="takes no factor, quality"):
        Channel(factor=3, quality=80, steps=[{"step": "jpeg"}])


@pytest.mark.parametrize("steps", [[("crop", {"origin": 64})], [("resize", {"factor": 64}), "jpeg"]])
def test_nothing_left_of_a_picture_is_refused(steps):
    with pytest.raises(UserError, match="leaves nothing of a picture of 48 × 32"):
        chain(*steps).real(LEVELS[:, :32, :48])
    for training in (False, True):
        with pytest.raises(UserError, match=r"pictures of 48 × 32 pixels"):
            chain(*steps)(LEVELS[:, :32, :48] / np.float32(255), training=training)


def test_pictures_that_no_memory_holds_are_refused_before_they_are_made(monkeypatch):
    monkeypatch.setattr(memory, "total", lambda: 10**8)
    with pytest.raises(UserError, match="of memory, and there are"):
        chain(*[("resize", {"factor": 0.0625})] * 4).real(LEVELS[:, :32, :48])


@pytest.mark.parametrize("name", ready_channels.READY)
def test_ready_made_channels_take_photographs(name):
    channel = Channel.ready(name)
    received = transmission.real(channel, PICTURES[0])[1]
    assert received.dtype == np.uint8
    assert received.shape == ((32, 48, 3) if name == "cvpr2019" else LEVELS[0].shape)
    assert 0 < np.abs(received.astype(int).mean() - LEVELS.mean()) < 5 or name == "noise-sweep"


def test_an_unknown_ready_made_channel_is_refused_with_those_that_there_are():
    with pytest.raises(UserError, match=r"did you mean 'messenger'.*; ready-made are cvpr2019, .*social"):
        Channel.ready("messanger")


def test_tables_of_ones_own_are_written():
    flat = [[16] * 64, [40] * 64]
    channel = chain(("jpeg", {"tables": flat, "subsampling": "4:2:0", "quality": 50}))
    stream = transmission.real(channel, PICTURES[0])[2]
    expected = libjpeg.encode(LEVELS[0], 50, "4:2:0", np.reshape(flat, (2, 8, 8)))
    assert stream == expected


def test_the_examples_of_the_page_run(monkeypatch):
    monkeypatch.setattr(plugins, "_registered", {kind: dict(there) for kind, there in plugins._registered.items()})
    examples = re.findall(r"```python\n(.*?)```", (ROOT / "docs/channels.md").read_text(encoding="utf-8"), re.DOTALL)
    names = {}
    for example in examples:
        exec(example, names)
    assert {"channel", "faded"} <= names.keys()


def test_the_channels_of_the_page_are_those_of_the_library():
    page = (ROOT / "docs/channels.md").read_text(encoding="utf-8")
    written, fitted = re.findall(r"^    channels:\n(?:     .*\n)+", page, re.MULTILINE)
    (entry,) = yaml.safe_load(fitted)["channels"].values()
    assert Channel(**entry).real(np.zeros((1, 900, 1920, 3), np.uint8)).shape == (1, 600, 1280, 3)
    (entry,) = yaml.safe_load(written)["channels"].values()
    channel = Channel(**entry)
    channel.check_trainable()
    assert (channel.factor, channel.quality, channel.grid) == (2, 70, 16)
