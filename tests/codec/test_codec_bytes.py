"""The codec as users have it: pictures of any size to bytes and back, with the right model or not at all."""

import numpy as np
import pytest

from neural_imaging import models, presets
from neural_imaging.base.errors import UserError
from neural_imaging.codec import archives, codec
from neural_imaging.coding import bitstream
from neural_imaging.coding.bitstream import BitstreamError


def _spread(model):
    """Let an untrained codec's latent reach many values of the codebook."""
    image = np.random.default_rng(1).random((1, 64, 64, 3), np.float32)
    factor = model.encoder.get_layer("latent_scaling").factor
    factor.assign(4 / np.std(np.asarray(model.encoder(image))))
    return model


@pytest.fixture(scope="module")
def model():
    import keras

    keras.utils.set_random_seed(1)
    return _spread(models.create("TwitterDCN", n_features=4))


@pytest.fixture(scope="module")
def other():
    import keras

    keras.utils.set_random_seed(2)
    return _spread(models.create("TwitterDCN", n_features=4))


@pytest.fixture(scope="module")
def released(parity_folder):
    released = models.create("TwitterDCN", n_features=8)
    models.import_weights(parity_folder / "dcn_8c.h5", released)
    return released


def _picture(height, width, seed=0):
    """Smooth colours with noise."""
    rows, columns = np.mgrid[:height, :width]
    waves = np.stack([128 + 90 * np.sin(rows / (9 + k) + columns / 13) for k in range(3)], axis=-1)
    return (waves + np.random.default_rng(seed).normal(0, 15, waves.shape)).clip(0, 255).astype(np.uint8)


def test_pictures_sent_together_come_back_as_if_sent_one_by_one(model):
    pictures = np.stack([_picture(40, 53, seed) for seed in range(3)])
    received, streams = codec.transmit(pictures, model)
    assert streams == [codec.compress(picture, model) for picture in pictures]
    np.testing.assert_array_equal(received, [codec.decompress(stream, model) for stream in streams])


def test_a_stream_of_version_1_is_that_of_the_released_toolbox(parity, released):
    reference = parity("dcn_8c")
    image = np.rint(255 * reference["x"][0]).astype(np.uint8)
    assert codec.compress(image, released, version=1) == reference["l3ic_stream"].tobytes()


def test_a_stream_of_the_released_toolbox_becomes_its_picture(parity, released):
    reference = parity("dcn_8c")
    decoded = codec.decompress(reference["l3ic_stream"].tobytes(), released)
    # Half a grey level is lost to rounding, and 1e-4 to another order of sums.
    np.testing.assert_allclose(decoded / 255, reference["l3ic_decoded"][0], rtol=0, atol=0.5 / 255 + 1e-4)


@pytest.mark.parametrize("shape", [(1, 1), (8, 8), (7, 9), (50, 13), (64, 40)])
def test_pictures_keep_their_size(model, shape):
    picture = _picture(*shape)
    decoded = codec.decompress(codec.compress(picture, model), model)
    assert decoded.shape == picture.shape
    assert decoded.dtype == np.uint8


def test_sides_are_continued_by_their_last_pixels(model):
    picture = _picture(21, 34)
    whole = np.pad(picture, ((0, 3), (0, 6), (0, 0)), mode="edge")
    coded, of_whole = (bitstream.read(codec.compress(one, model)) for one in (picture, whole))
    np.testing.assert_array_equal(coded.indices, of_whole.indices)
    assert (coded.height, coded.width) == (21, 34)
    both = (codec.decompress(codec.compress(one, model), model) for one in (picture, whole))
    np.testing.assert_array_equal(next(both), next(both)[:21, :34])


def test_what_is_coded_is_the_quantised_latent(model):
    picture = _picture(64, 96)
    latent = np.asarray(model.encode(picture[np.newaxis].astype(np.float32) / 255))[0]
    coded = bitstream.read(codec.compress(picture, model))
    np.testing.assert_array_equal(model.codebook[coded.indices], latent)
    assert len(np.unique(latent)) > 8


@pytest.mark.parametrize("bits", [1, 8])
def test_codebooks_of_every_size_are_coded(bits):
    small = _spread(models.create("TwitterDCN", n_features=4, latent_bpf=bits))
    small.encoder.get_layer("latent_scaling").factor.assign(1000.0)
    picture = _picture(64, 64)
    coded = bitstream.read(codec.compress(picture, small))
    latent = np.asarray(small.encode(picture[np.newaxis].astype(np.float32) / 255))[0]
    np.testing.assert_array_equal(small.codebook[coded.indices], latent)
    assert coded.indices.max() == 2**bits - 1


def _cut(monkeypatch, cells, widest=1024):
    monkeypatch.setattr(codec, "CELLS", cells)
    monkeypatch.setattr(codec, "WIDEST", widest)


@pytest.mark.parametrize("height", [13, 17, 25])
def test_strips_give_the_bytes_and_the_picture_of_the_whole(model, monkeypatch, height):
    picture = _picture(203, 261)
    whole = codec.compress(picture, model)
    shown = codec.decompress(whole, model)
    _cut(monkeypatch, height * 33)
    # On processors convolutions of one width add up in the same order whatever the height, so that not a bit differs.
    assert codec.compress(picture, model) == whole
    np.testing.assert_array_equal(codec.decompress(whole, model), shown)


def test_very_wide_pictures_are_cut_in_both_directions_without_seams(model, monkeypatch):
    picture = _picture(130, 400)
    whole = codec.compress(picture, model)
    shown = codec.decompress(whole, model)
    _cut(monkeypatch, 14 * 20, widest=20)
    # Where the order of sums depends on the width, latents differ by some 1e-6, and values that lie so close to the
    # middle of two codes may fall to the other one: of these 3,400, hardly ever one.
    coded, cut = (bitstream.read(data).indices.astype(int) for data in (whole, codec.compress(picture, model)))
    assert np.count_nonzero(coded - cut) <= 1
    assert np.abs(codec.decompress(whole, model).astype(int) - shown).max() <= 1


def test_no_strip_is_larger_than_memory_is_planned_for(model, monkeypatch):
    sizes = []

    def encoder(model):
        return lambda images: sizes.append([side // 8 for side in images.shape[1:3]]) or model.encoder(images)

    monkeypatch.setattr(codec, "_encoder", encoder)
    _cut(monkeypatch, 16 * 20, widest=24)
    codec.compress(_picture(200, 160), model)
    assert len(sizes) > 1
    assert all(height * width <= 16 * 20 and width == 20 for height, width in sizes)
    sizes.clear()
    codec.compress(_picture(40, 400), model)
    assert max(width for _, width in sizes) <= 24


def test_other_sizes_are_not_traced_anew(model):
    for height in range(8, 80, 16):
        codec.decompress(codec.compress(_picture(height, 40), model), model)
    assert codec._encoder(model).experimental_get_tracing_count() <= 3


def test_compressing_does_not_compute_the_soft_codebook(model, monkeypatch):
    from neural_imaging.ops import quantization

    def kernel(*_):
        raise AssertionError("the kernel is for training")

    monkeypatch.setattr(quantization, "Kernel", kernel)
    codec._encoder.cache_clear()
    codec.compress(_picture(24, 24), model)


def test_another_model_is_refused_before_any_picture_is_made(model, other, monkeypatch):
    data = codec.compress(_picture(24, 24), model)
    monkeypatch.setattr(type(other), "decode", lambda *_: pytest.fail("a picture was made"))
    wider = models.create("TwitterDCN", n_features=5)
    for wrong in (other, wider):
        with pytest.raises(BitstreamError, match=r"made with a TwitterDCN of 4 features .* but the model given is"):
            codec.decompress(data, wrong)


def test_a_model_that_was_trained_on_is_another_one(model):
    picture = _picture(24, 24)
    changing = models.create("TwitterDCN", n_features=4)
    changing.set_weights(model.get_weights())
    data = codec.compress(picture, changing)
    assert data == codec.compress(picture, model)
    changing.weights[-1].assign(changing.weights[-1] + 0.01)
    with pytest.raises(BitstreamError, match="but the model given is"):
        codec.decompress(data, changing)
    assert bitstream.header(codec.compress(picture, changing)).model != bitstream.header(data).model


def test_version_1_takes_what_fits_it_only(model):
    for shape in ((20, 16), (16, 2048), (2048, 16)):
        size = f"not {shape[1]} × {shape[0]}; version 2 takes any"
        with pytest.raises(UserError, match=f"multiples of 8 up to 2040 pixels, {size}"):
            codec.compress(np.zeros((*shape, 3), np.uint8), model, version=1)
    with pytest.raises(UserError, match="version 3 of the bit-stream is not known; known are 1 and 2"):
        codec.compress(np.zeros((16, 16, 3), np.uint8), model, version=3)


def test_a_stream_that_names_no_model_needs_one_with_its_features(model):
    data = codec.compress(_picture(24, 24), model, version=1)
    with pytest.raises(UserError, match="does not say with which model it was made"):
        codec.decompress(data)
    with pytest.raises(BitstreamError, match="has 4 features, but the model has 5"):
        codec.decompress(data, models.create("TwitterDCN", n_features=5))


def test_symbols_beyond_the_codebook_are_refused(model):
    data = bitstream.write(np.full((3, 3, 4), 32, np.uint8), model=codec.identity(model))
    with pytest.raises(BitstreamError, match="symbols beyond the model's codebook of 32"):
        codec.decompress(data, model)


def test_a_latent_that_does_not_fit_the_picture_is_refused(model):
    data = bitstream.write(np.zeros((3, 3, 4), np.uint8), height=33, width=24, model=codec.identity(model))
    with pytest.raises(BitstreamError, match="latent of 3 × 3 cells does not fit 24 × 33 pixels"):
        codec.decompress(data, model)


@pytest.mark.parametrize(
    "image",
    [np.zeros((8, 8, 3), np.float32), np.zeros((8, 8), np.uint8), np.zeros((8, 8, 4), np.uint8),
     np.zeros((0, 8, 3), np.uint8), np.zeros((1, 8, 8, 3), np.uint8)],
)  # fmt: skip
def test_only_pictures_are_compressed(model, image):
    with pytest.raises(UserError, match=r"a picture is uint8 of shape \(height, width, 3\), not "):
        codec.compress(image, model)


def test_only_codecs_compress_and_decompress():
    data = bitstream.write(np.zeros((1, 1, 4), np.uint8), model=bitstream.ModelIdentity("TwitterDCN", 4, bytes(8)))
    for call in (
        lambda isp: codec.compress(np.zeros((8, 8, 3), np.uint8), isp),
        lambda isp: codec.decompress(data, isp),
    ):
        with pytest.raises(UserError, match="the model is INet, not a learned codec"):
            call(models.create("INet"))


def test_damaged_streams_are_refused(model):
    data = codec.compress(_picture(40, 40), model)
    for damaged in (b"", data[:-1], data[:50], data + b"\0", data[:60] + bytes([data[60] ^ 4]) + data[61:]):
        with pytest.raises(BitstreamError):
            codec.decompress(damaged, model)


@pytest.fixture(scope="module")
def folder(model, other, tmp_path_factory):
    """Two codecs in folders of theirs, a camera pipeline, and a damaged archive."""
    folder = tmp_path_factory.mktemp("codecs")
    for name, network in (("4c", model), ("4c-other", other), ("isp", models.create("INet"))):
        (folder / name).mkdir()
        network.save(folder / name / "model.keras")
    (folder / "broken.keras").write_bytes(b"PK\x03\x04 and no more")
    return folder


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty working folder, and no folder of codecs in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(archives.ENVIRONMENT, raising=False)
    monkeypatch.setattr(presets, "FOLDER", tmp_path)
    return tmp_path


def test_codecs_are_found_by_name_and_by_path(model, folder, elsewhere, monkeypatch):
    wanted = codec.identity(model)
    for name in (folder / "4c/model.keras", folder / "4c", str(folder / "4c")):
        assert codec.identity(codec.find(name)) == wanted
    assert codec.identity(codec.find("4c", [folder])) == wanted
    monkeypatch.setenv(archives.ENVIRONMENT, f"/nowhere:{folder}")
    assert codec.identity(codec.find("4c")) == wanted
    monkeypatch.delenv(archives.ENVIRONMENT)
    (elsewhere / "results").mkdir()
    (elsewhere / "results/codecs").symlink_to(folder)
    assert codec.identity(codec.find("4c")) == wanted


def test_a_codec_that_is_not_there_is_answered_with_those_that_are(folder, elsewhere):
    with pytest.raises(UserError, match=r"no codec 64c: in .*, results/codecs there are 4c, 4c-other, broken, isp"):
        codec.find("64c", [folder])
    with pytest.raises(UserError, match="no codec 64c: in results/codecs there are none"):
        codec.find("64c")
    with pytest.raises(UserError, match="nowhere: no such folder of codecs"):
        codec.find("64c", ["nowhere"])
    with pytest.raises(UserError, match="holds INet, not a learned codec"):
        codec.find("isp", [folder])
    with pytest.raises(UserError, match=r"broken\.keras: damaged"):
        codec.find("broken", [folder])


def test_of_two_codecs_with_one_name_the_first_is_found_and_both_are_recalled(model, other, tmp_path, elsewhere):
    for name, network in (("new", model), ("old", other)):
        (tmp_path / name / "4c").mkdir(parents=True)
        network.save(tmp_path / name / "4c/model.keras")
    folders = [tmp_path / "new", tmp_path / "old"]
    assert codec.identity(codec.find("4c", folders)) == codec.identity(model)
    for network in (model, other):
        assert codec.identity(archives.recall(codec.identity(network), folders)) == codec.identity(network)


def test_a_stream_finds_its_model_whatever_it_is_called(model, other, folder, elsewhere):
    for network in (model, other):
        data = codec.compress(_picture(24, 24), network)
        expected = codec.decompress(data, network)
        np.testing.assert_array_equal(codec.decompress(data, folders=[folder]), expected)
        with pytest.raises(UserError, match=r"made with a TwitterDCN of 4 features .* not in results/codecs; name"):
            codec.decompress(data)
