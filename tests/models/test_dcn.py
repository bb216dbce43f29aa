"""The learned codec: that of the released toolbox, and what a codec of any kind promises."""

import keras
import numpy as np
import pytest

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.layers.depth_to_space import DepthToSpace
from neural_imaging.layers.quantizer import ROUNDINGS
from neural_imaging.models.dcn.base import DCN
from neural_imaging.ops import quantization
from neural_imaging.study.settings import Whole

CODECS = [name for name in models.names() if issubclass(models.network_class(name), DCN)]


PLAIN = {"width": (12, Whole(1, 64)), **DCN.declared}


@keras.saving.register_keras_serializable(package="tests")
class PlainDCN(DCN):
    """A codec of one file, with a setting of its own."""

    encoder_reach, decoder_reach = 0, 0
    declared = PLAIN

    @staticmethod
    def encoder_stack(images, settings):
        features = keras.layers.Conv2D(settings["width"], 8, 8)(images)
        return keras.layers.Conv2D(settings["n_features"], 1)(features)

    @staticmethod
    def decoder_stack(latent, settings):
        return DepthToSpace(8)(keras.layers.Conv2D(192, 1)(latent))


@pytest.fixture(scope="module")
def released(parity_folder):
    codec = models.create("TwitterDCN", n_features=8)
    models.import_weights(parity_folder / "dcn_8c.h5", codec)
    return codec


def _photograph(height=16, width=24, count=2, seed=0):
    """Smooth pictures, which codecs are for."""
    coarse = np.random.default_rng(seed).random((count, height // 8, width // 8, 3), np.float32)
    return np.kron(coarse, np.ones((1, 8, 8, 1), np.float32))


def test_latent_pictures_and_entropy_are_those_of_the_released_toolbox(parity, released):
    reference = parity("dcn_8c")
    np.testing.assert_array_equal(released.encode(reference["x"]), reference["latent"])
    np.testing.assert_allclose(released.decode(reference["latent"]), reference["y"], atol=1e-4)
    pictures, entropy = released.reconstruct(reference["x"])
    np.testing.assert_allclose(pictures, reference["y"], atol=1e-4)
    # The toolbox takes the entropy of the quantised latent, with 0.6931 for the logarithm of 2: 0.0002 bits each.
    assert float(entropy) == pytest.approx(float(reference["entropy"]), abs=1e-3)


def test_the_entropy_is_that_of_the_latent_in_float64(parity, released):
    latent = np.asarray(released.encoder(parity("dcn_8c")["x"]), np.float64).reshape(-1, 1)
    logarithms = -25.5 * np.log1p((25 * (latent - np.arange(-15, 17))) ** 2 / 50)
    weights = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
    shares = np.maximum((weights / weights.sum(axis=1, keepdims=True)).mean(axis=0), 1e-9)
    shares /= shares.sum()
    _, entropy = released.reconstruct(parity("dcn_8c")["x"])
    assert float(entropy) == pytest.approx(-np.sum(shares * np.log2(shares)), abs=1e-5)  # float32


def test_a_codec_that_was_saved_and_loaded_codes_as_before(parity, released, tmp_path):
    pictures = parity("dcn_8c")["x"]
    released.save(tmp_path / "model.keras")
    loaded = models.load(tmp_path / "model.keras")
    latent = released.encode(pictures)
    np.testing.assert_array_equal(loaded.encode(pictures), latent)
    np.testing.assert_array_equal(loaded.decode(latent), released.decode(latent))
    np.testing.assert_array_equal(loaded.codebook, np.arange(-15, 17))
    assert loaded.weights_hash() == released.weights_hash()


def test_the_hash_tells_codecs_apart_but_not_ways_to_train_and_compute_them(released):
    def twin(**settings):
        codec = models.create("TwitterDCN", **{"n_features": 8, **settings})
        codec.set_weights(released.get_weights())
        return codec

    own = released.weights_hash()
    assert 8 <= len(own) <= 16
    same = [{}, {"precision": "mixed_bfloat16"}, {"entropy_weight": 1.5, "rounding": "sin"}, {"v": 0, "gamma": 5}]
    assert {twin(**settings).weights_hash() for settings in same} == {own}
    others = {twin(activation="relu").weights_hash(), twin(latent_bpf=4).weights_hash()}
    changed = twin()
    changed.weights[-1].assign(np.nextafter(changed.weights[-1], np.float32(1)))
    assert len({own, changed.weights_hash(), *others}) == 4


@pytest.mark.parametrize("name", CODECS)
def test_latents_hold_values_of_the_codebook_and_pictures_stay_in_range(name):
    codec = models.create(name, n_features=4, latent_bpf=2, rounding="identity")
    codec.encoder.get_layer("latent_scaling").factor.assign(1e3)
    latent = np.asarray(codec.encode(_photograph()))
    assert latent.shape == (2, 16 // codec.multiple, 24 // codec.multiple, 4)
    assert latent.dtype == np.float32
    assert set(np.unique(latent)) <= set(codec.codebook)
    assert set(np.unique(latent)) >= {-1, 2}
    pictures = np.asarray(codec.decode(latent * 10))
    assert pictures.shape == (2, 16, 24, 3)
    assert pictures.min() == 0
    assert pictures.max() == 1


@pytest.mark.parametrize(("height", "width"), [(16, 20), (4, 16), (0, 8)])
def test_sides_that_are_no_multiples_of_a_cell_are_refused(height, width):
    codec = PlainDCN(n_features=4)
    with pytest.raises(
        UserError, match=f"PlainDCN codes images whose sides are multiples of 8, not {height} × {width}"
    ):
        codec.encode(np.zeros((1, height, width, 3), np.float32))


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((16, 16, 3), np.float32), r"has the shape \(batch, height, width, 3\), not \(16, 16, 3\)"),
        (np.zeros((1, 16, 16, 4), np.float32), r"not \(1, 16, 16, 4\)"),
        (np.zeros((1, 16, 16, 3), np.uint8), "not uint8; divide pixels of 8 bits by 255"),
        (np.full((1, 16, 16, 3), 200, np.float32), "not from 200 to 200; divide pixels of 8 bits by 255"),
    ],
)
def test_what_is_no_batch_of_images_is_refused_with_what_would_be(images, message):
    with pytest.raises(UserError, match=message):
        PlainDCN(n_features=4).encode(images)


def test_only_training_computes_the_soft_codebook(monkeypatch):
    def refuse(*_):
        raise AssertionError("the soft codebook was computed")

    codec, pictures = models.create("TwitterDCN", n_features=4), _photograph()
    monkeypatch.setattr(quantization, "Kernel", refuse)
    codec.decode(codec.encode(pictures))
    codec(pictures)
    with pytest.raises(AssertionError, match="was computed"):
        codec.reconstruct(pictures, training=True)


def test_one_pass_gives_the_pictures_of_a_call_the_entropy_and_the_loss_of_protocol_b():
    codec, pictures = models.create("TwitterDCN", n_features=4), _photograph()
    codec.encoder.get_layer("latent_scaling").factor.assign(20)
    compressed, entropy = codec.reconstruct(pictures, training=True)
    np.testing.assert_array_equal(compressed, codec(pictures))
    assert 0 < float(entropy) < 5
    expected = 0.5 * np.sum((np.asarray(compressed, np.float64) - pictures) ** 2) + 250 * float(entropy)
    assert float(codec.codec_loss(pictures, compressed, entropy)) == pytest.approx(expected, rel=1e-5)
    doubled = models.create("TwitterDCN", n_features=4, entropy_weight=500)
    more = float(doubled.codec_loss(pictures, compressed, entropy))
    assert more == pytest.approx(expected + 250 * float(entropy), rel=1e-5)


class Trained(keras.Model):
    """Trains a codec with its own loss."""

    def __init__(self, codec):
        super().__init__()
        self.codec = codec

    def call(self, pictures, training=False):
        return self.codec.reconstruct(pictures, training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return self.codec.codec_loss(x, *y_pred)

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        return {"loss": self._loss_tracker.result()}


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_every_rounding_trains_all_weights(rounding):
    keras.utils.set_random_seed(3)
    codec = PlainDCN(n_features=4, rounding=rounding, train_codebook=True, entropy_weight=1, v=0, gamma=2)
    before, trained, pictures = codec.get_weights(), Trained(codec), _photograph(64, 64)
    trained.compile(keras.optimizers.Adam(3e-3), jit_compile=False)
    first = trained.train_on_batch(pictures)
    for _ in range(60):
        last = trained.train_on_batch(pictures)
    assert last < first
    for old, new in zip(before, codec.get_weights(), strict=True):
        assert np.isfinite(new).all()
        assert not np.array_equal(old, new)


def test_a_codec_of_one_file_has_its_own_settings_beside_the_common_ones(monkeypatch, tmp_path):
    monkeypatch.setattr(models, "network_class", lambda name: PlainDCN)
    codec = models.create("PlainDCN", width=5, n_features=6, latent_bpf=3)
    assert codec.settings["width"] == 5
    codec.save(tmp_path / "model.keras")
    loaded = models.load(tmp_path / "model.keras")
    assert loaded.settings == codec.settings
    pictures = _photograph()
    np.testing.assert_array_equal(loaded.decode(loaded.encode(pictures)), codec(pictures))
    with pytest.raises(UserError, match=r"has no setting 'depth'; known are width, n_features, rounding"):
        models.create("PlainDCN", depth=5)


def test_only_the_convolutions_between_the_first_and_the_last_are_computed_in_bfloat16():
    codec = models.create("TwitterDCN", n_features=4, precision="mixed_bfloat16")
    for network in (codec.encoder, codec.decoder):
        types = [one.compute_dtype for one in network.layers if isinstance(one, keras.layers.Conv2D)]
        assert types[0] == types[-1] == "float32"
        assert set(types[1:-1]) == {"bfloat16"}
        assert network.layers[-1].compute_dtype == "float32"
    assert codec.quantizer.compute_dtype == "float32"


def _depends(network, before, after, grey, margin, reach):
    """Whether a cell's result depends on cells more than `margin` cells away; as in `test_reach`."""
    room = reach + 1
    side = 2 * room + 1
    inner = slice(before * (room - margin), before * (room + 1 + margin))
    source = np.full((1, before * side, before * side, network.input_shape[-1]), grey + 0.5, np.float32)
    source[:, inner, inner] = grey
    cell = slice(after * room, after * (room + 1))
    seen, plain = (np.asarray(network(batch))[:, cell, cell] for batch in (source, np.full_like(source, grey)))
    return (seen != plain).any()


@pytest.mark.parametrize(
    ("name", "own"),
    [*((name, {}) for name in CODECS), *(("TwitterDCN", {"n_blocks": count, "width": 16}) for count in (0, 1))],
)
def test_encoder_and_decoder_look_as_far_as_they_say(name, own):
    codec, rng = models.create(name, n_features=4, **own), np.random.default_rng(0)
    for weight in codec.weights:
        # Positive weights, so that nothing cancels out.
        weight.assign(
            rng.uniform(0.001, 0.002, weight.shape) if weight.ndim > 1 else np.full(weight.shape, weight.ndim == 0)
        )
    # The encoder's grey is the middle between black and white, which it takes for zero.
    for network, reach, *sizes in (
        (codec.encoder, codec.encoder_reach, codec.multiple, 1, 0.5),
        (codec.decoder, codec.decoder_reach, 1, codec.multiple, 0.0),
    ):
        assert not _depends(network, *sizes, reach, reach)
        assert _depends(network, *sizes, reach - 1, reach)


def test_a_narrow_twitter_codec_without_blocks_has_fewer_weights_and_is_saved_with_its_settings(tmp_path):
    codec = models.create("TwitterDCN", n_features=4, width=16, n_blocks=0)
    assert len(codec.trainable_weights) == 2 * (3 + 3) + 1
    codec.save(tmp_path / "model.keras")
    loaded = models.load(tmp_path / "model.keras")
    assert loaded.settings == codec.settings
    assert loaded.weights_hash() == codec.weights_hash()


@pytest.mark.parametrize("wrong", [{"width": 15}, {"width": 4}, {"n_blocks": -1}, {"n_blocks": 1.5}])
def test_a_twitter_codec_of_impossible_size_is_refused(wrong):
    with pytest.raises(UserError, match=next(iter(wrong))):
        models.create("TwitterDCN", **wrong)


def _as_transformed(codec, images):
    """What a codec makes of pictures where its latent is not quantised."""
    return np.asarray(codec.decoder(codec.encoder(images)))


@pytest.mark.parametrize(("width", "n_features", "n_blocks"), [(8, 16, 0), (32, 16, 0), (64, 48, 2), (128, 128, 3)])
def test_a_codec_can_begin_as_a_block_transform(width, n_features, n_blocks):
    codec = models.create("TwitterDCN", width=width, n_features=n_features, n_blocks=n_blocks, start="dct")
    # Blocks of one colour are the transform's first rows; no block sees its neighbours.
    flat = 0.1 + 0.8 * _photograph(32, 32)
    np.testing.assert_allclose(_as_transformed(codec, flat), flat, atol=1e-4)
    # It is a projection: what has been through it once is not changed any more.
    noise = 0.3 + 0.4 * np.random.default_rng(0).random((1, 32, 32, 3), np.float32)
    once = _as_transformed(codec, noise)
    np.testing.assert_allclose(_as_transformed(codec, once), once, atol=1e-4)
    assert np.square(noise - once).mean() < np.square(noise - noise.mean((1, 2), keepdims=True)).mean()


@pytest.mark.parametrize("n_features", [4, 16, 64, 128])
def test_at_the_start_each_feature_keeps_its_share_of_white_noise(n_features):
    noise = 0.5 + 0.1 * np.random.default_rng(0).standard_normal((1, 128, 128, 3)).astype(np.float32)
    lost = np.square(_as_transformed(models.create("TwitterDCN", n_features=n_features, start="dct"), noise) - noise)
    # Of 192 numbers a block, orthonormal rows keep as many as there are; the tolerance is for 256 blocks.
    assert lost.mean() == pytest.approx(0.1**2 * (1 - n_features / 192), rel=0.05)


def test_how_a_codec_began_does_not_change_which_one_it_is():
    begun = models.create("TwitterDCN", width=8, n_features=8, n_blocks=0, start="dct")
    other = models.create("TwitterDCN", width=8, n_features=8, n_blocks=0)
    other.set_weights(begun.get_weights())
    assert other.weights_hash() == begun.weights_hash()


def test_an_unknown_start_is_refused():
    with pytest.raises(UserError, match="start"):
        models.create("TwitterDCN", start="wavelet")
