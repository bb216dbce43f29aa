import keras
import numpy as np
import pytest
import tiny_codec

from neural_imaging.base.errors import UserError
from neural_imaging.codec import codec as codecs
from neural_imaging.coding import libjpeg
from neural_imaging.forensics.channel import Channel


def _pictures(count=2, height=32, width=48):
    rng = np.random.default_rng(0)
    coarse = rng.random((count, height // 8, width // 8, 3))
    return np.kron(coarse, np.ones((1, 8, 8, 1))).astype(np.float32) * 0.8 + 0.1


def test_pooling_takes_the_mean_of_each_block_of_pixels():
    pictures = np.random.default_rng(0).random((1, 8, 12, 3), np.float32)
    expected = pictures.reshape(1, 2, 4, 3, 4, 3).mean((2, 4))
    np.testing.assert_allclose(Channel("pool", 4, codec="none")(pictures), expected, atol=1e-6)


@pytest.mark.parametrize("training", [False, True])
def test_what_lies_in_a_margin_costs_nothing(training):
    network = tiny_codec.make()
    channel = Channel("none", codec="dcn", network=network)
    pictures = _pictures().astype(np.float32)
    received, whole = channel.compress(pictures, training)
    same, inside = channel.compress(pictures, training, margin=network.multiple + 3)
    np.testing.assert_array_equal(same, received)
    latent = network.encoder(pictures) if training else network.encode(pictures)
    expected, _ = network.quantizer.entropy(latent[:, 1:-1, 1:-1])
    assert float(inside) == pytest.approx(float(expected), rel=1e-6)
    assert float(inside) != pytest.approx(float(whole), rel=1e-3)


@pytest.mark.parametrize(("downsampling", "side"), [("none", 32), ("pool", 16), ("bilinear", 16)])
@pytest.mark.parametrize("codec", ["none", "jpeg"])
def test_sides_are_divided_by_the_factor(downsampling, side, codec):
    channel = Channel(downsampling, 2, codec)
    assert channel(_pictures()).shape == (2, side, side * 3 // 2, 3)
    assert channel.real(_pictures()).shape == (2, side, side * 3 // 2, 3)
    assert channel.compute_output_shape((None, 32, None, 3)) == (None, side, None, 3)


def test_the_real_channel_is_near_the_differentiable_one_that_rounds_as_libjpeg():
    channel = Channel(quality=50, rounding="round")
    difference = np.asarray(channel(_pictures())) - channel.real(_pictures())
    assert 255 * np.abs(difference).mean() < 0.3


def test_the_real_channel_takes_8_bits_and_gives_8_bits():
    levels = np.rint(255 * _pictures()).astype(np.uint8)
    channel = Channel("none", codec="jpeg", quality=70)
    np.testing.assert_array_equal(channel.real(levels), libjpeg.compress(levels, 70))
    for one in (channel, Channel("pool", 2, "none")):
        received = 255 * one.real(_pictures())
        np.testing.assert_allclose(received, np.rint(received), atol=1e-4)


def test_the_channel_is_saved_and_loaded(tmp_path):
    inputs = keras.Input((None, None, 3))
    channel = Channel("bilinear", 2, "jpeg", [30, 70, 90], "harmonic", seed=4)
    model = keras.Model(inputs, channel(inputs))
    model.save(tmp_path / "channel.keras")
    loaded = keras.saving.load_model(tmp_path / "channel.keras", safe_mode=True)
    # Names of layers differ between runs of the constructor.
    ours, theirs = channel.get_config(), loaded.layers[-1].get_config()
    assert {**ours, "dtype": None} == {**theirs, "dtype": None}
    with_fixed = Channel(quality=40)
    assert Channel.from_config(with_fixed.get_config()).jpeg.quality == 40


def test_a_learned_codec_gives_what_its_bit_stream_gives():
    network = tiny_codec.make()
    levels = np.rint(255 * _pictures()).astype(np.uint8)
    channel = Channel("none", codec="dcn", network=network)
    received, entropy = channel.compress(levels.astype(np.float32) / 255)
    expected = [codecs.decompress(codecs.compress(picture, network), network) for picture in levels]
    # The bit-stream's picture has whole levels.
    np.testing.assert_allclose(received, np.stack(expected) / 255, atol=0.501 / 255)
    assert 0 < float(entropy) < 5
    same, none = channel.compress(levels.astype(np.float32) / 255, estimate=False)
    np.testing.assert_array_equal(same, received)
    assert none is None


@pytest.mark.parametrize(("downsampling", "side"), [("none", 32), ("pool", 16), ("bilinear", 16)])
def test_a_learned_codec_follows_the_down_sampling(downsampling, side):
    channel = Channel(downsampling, 2, "dcn", network=tiny_codec.make())
    assert channel(_pictures()).shape == (2, side, side * 3 // 2, 3)
    assert channel.compute_output_shape((None, 32, None, 3)) == (None, side, None, 3)
    assert channel.multiple == 8 * 32 // side


def test_training_passes_gradients_through_the_learned_codec_to_pictures_and_weights():
    import tensorflow as tf

    channel = Channel("none", codec="dcn", network=tiny_codec.make())
    pictures = tf.convert_to_tensor(_pictures())
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        received, entropy = channel.compress(pictures, training=True)
        loss = tf.reduce_sum(tf.square(received)) + entropy
    gradients = tape.gradient(loss, [pictures, *channel.trainable_variables])
    assert len(gradients) > 4
    assert all(gradient is not None and np.abs(gradient).max() > 0 for gradient in gradients)


def test_a_channel_keeps_the_weights_of_its_learned_codec_in_a_file(tmp_path):
    inputs = keras.Input((32, 48, 3))
    channel = Channel("none", codec="dcn", network=tiny_codec.make(seed=3))
    model = keras.Model(inputs, channel(inputs))
    model.save(tmp_path / "channel.keras")
    loaded = keras.saving.load_model(tmp_path / "channel.keras", safe_mode=True)
    assert loaded.layers[-1].network.weights_hash() == channel.network.weights_hash()
    np.testing.assert_array_equal(loaded(_pictures()), model(_pictures()))


@pytest.mark.parametrize("codec", ["none", "jpeg"])
@pytest.mark.parametrize("change", [lambda x: x[0], lambda x: x[..., :1], lambda x: 255 * x, lambda x: x * np.nan])
def test_what_is_no_batch_of_rgb_pictures_is_refused(codec, change):
    channel, pictures = Channel("pool", 2, codec), change(_pictures())
    for send in (channel, channel.reduce, channel.compress, channel.real):
        with pytest.raises(UserError, match=r"RGB pictures|floats in \[0, 1\]"):
            send(pictures)


@pytest.mark.parametrize("settings", [{"codec": "dcn"}, {"codec": "jpeg", "network": tiny_codec.make()}])
def test_a_channel_and_its_learned_codec_must_fit_each_other(settings):
    with pytest.raises(UserError, match="learned codec, and was given"):
        Channel(**settings)


@pytest.mark.parametrize(
    "settings", [{"downsampling": "nearest"}, {"codec": "webp"}, {"factor": 0}, {"quality": 0}, {"rounding": "floor"}]
)
def test_wrong_settings_are_refused(settings):
    with pytest.raises(UserError):
        Channel(**settings)


def _stripes(side=64):
    """A picture whose pixels say where they are."""
    rows, columns = np.mgrid[:side, :side].astype(np.float32) / side
    return np.stack([rows, columns, 0 * rows], axis=-1)[None]


def test_outside_of_trainings_nothing_varies():
    channel = Channel(["pool", "bilinear"], [3, 2], "jpeg", [30, 90], "sin", seed=1, origin=[0, 7])
    steady = Channel("pool", 3, "jpeg", 60, "sin")
    assert steady.fixed() is steady
    pictures = np.random.default_rng(0).random((2, 48, 48, 3), np.float32)
    for _ in range(3):
        np.testing.assert_array_equal(channel(pictures), steady(pictures))
    np.testing.assert_array_equal(channel.fixed()(pictures, training=True), steady(pictures))


def test_a_drawn_origin_is_cut_off_at_the_top_and_left():
    channel = Channel("none", 1, "none", origin=[0, 7], seed=1)
    received = [np.asarray(channel(_stripes(), training=True)) for _ in range(80)]
    assert {picture.shape for picture in received} == {(1, 57, 57, 3)}
    corners = {tuple(np.rint(64 * picture[0, 0, 0, :2]).astype(int)) for picture in received}
    assert {row for row, _ in corners} == {column for _, column in corners} == set(range(8))
    # Rows and columns are drawn each on its own.
    assert any(row != column for row, column in corners)


def test_drawn_factors_give_pictures_of_one_size():
    channel = Channel(["pool", "bilinear"], [2, 3, 4], "none", seed=1)
    received = [np.asarray(channel(_stripes(48), training=True)) for _ in range(60)]
    assert {picture.shape for picture in received} == {(1, 12, 12, 3)}
    # Steps between pixels tell the factor.
    steps = {round(float(picture[0, 6, 6, 0] - picture[0, 5, 6, 0]) * 48) for picture in received}
    assert steps == {2, 3, 4}


def test_no_down_sampling_can_be_drawn_beside_others():
    channel = Channel(["pool", "none"], 2, "none", seed=1)
    received = [np.asarray(channel(_stripes(48), training=True)) for _ in range(30)]
    assert {picture.shape for picture in received} == {(1, 24, 24, 3)}
    assert {round(float(picture[0, 6, 6, 0] - picture[0, 5, 6, 0]) * 48) for picture in received} == {1, 2}


def test_a_drawn_quality_is_one_of_the_range():
    channel = Channel("none", 1, "jpeg", [40, 42], "soft", seed=1)
    picture = np.random.default_rng(3).random((1, 16, 16, 3), np.float32)
    possible = [np.asarray(Channel("none", 1, "jpeg", quality, "soft")(picture)) for quality in (40, 41, 42)]
    seen = set()
    for _ in range(30):
        received = np.asarray(channel(picture, training=True))
        seen |= {index for index, one in enumerate(possible) if np.array_equal(one, received)}
    assert seen == {0, 1, 2}


def test_a_channel_that_varies_is_the_same_after_it_was_saved():
    channel = Channel(["pool", "bilinear"], [2, 3, 4], "jpeg", [30, 90], "soft", seed=1, origin=[0, 7])
    again = Channel.from_config(channel.get_config())
    assert (again.factors, again.most_origin, again.quality) == ([2, 3, 4], 7, 60)
    picture = _stripes(96)
    for _ in range(3):
        np.testing.assert_array_equal(channel(picture, training=True), again(picture, training=True))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"origin": [7, 0]}, "origin"),
        ({"origin": -1}, "origin"),
        ({"factor": []}, "factor"),
        ({"factor": 2.5}, "factor"),
        ({"downsampling": []}, "downsampling"),
    ],
)
def test_senseless_ranges_are_refused_by_name(settings, words):
    with pytest.raises(UserError, match=words):
        Channel(**settings)
