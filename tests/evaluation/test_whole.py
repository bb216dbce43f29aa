"""Whole photographs: developed, manipulated and sent whole, and only then seen through windows."""

import keras
import numpy as np
import pytest
import tiny_codec
import tiny_forensics

from neural_imaging.codec import codec
from neural_imaging.coding import libjpeg
from neural_imaging.datasets import images
from neural_imaging.evaluation import transmission, whole
from neural_imaging.forensics.channel import Channel
from neural_imaging.layers.tile import Signature
from neural_imaging.ops import fidelity
from neural_imaging.ops.samples import to_unit

# Without noise, so that a loop by hand needs no seed.
PLAIN = ("sharpen:1", "resample:50")


@pytest.fixture(scope="module")
def pipeline():
    return tiny_forensics.make(manipulations=PLAIN)


@pytest.fixture(scope="module")
def photographs(training_set, pipeline):
    return images.read(training_set, "validation", pipeline.isp)


@pytest.fixture(scope="module")
def measured(pipeline, photographs):
    return whole.measure(pipeline, photographs, 40)[0]


def array(tensor):
    return keras.ops.convert_to_numpy(tensor)


def by_hand(pipeline, photographs, first=0):
    """Probabilities with both codecs: develop, manipulate, crop, send, cut windows of 16 pixels, ask."""
    found = {name: np.zeros((2, 3, 40, 3)) for name in ("differentiable", "libjpeg")}
    for index, photograph in enumerate(photographs):
        developed = pipeline.develop(np.asarray(photograph.stack)[np.newaxis])
        room = np.array(photograph.target.shape[:2]) // 2 - 16 + 1
        places = (np.random.default_rng([5, index]).random((40, 2)) * room).astype(int)
        manipulated = array(pipeline.manipulate(developed))[:, first:, first:]
        height, width = (side // 2 * 2 for side in manipulated.shape[1:3])
        for true in range(3):
            sent = manipulated[true : true + 1, :height, :width]
            received = {"differentiable": array(pipeline.channel(sent)), "libjpeg": pipeline.channel.real(sent)}
            for name, (picture,) in received.items():
                corners = np.minimum(places, np.array(picture.shape[:2]) - 16)
                windows = np.stack([picture[y : y + 16, x : x + 16] for y, x in corners])
                found[name][index, true] = array(pipeline.fan(windows))
    return found


def counted(probabilities):
    """Confusion matrix of probabilities (photographs, true classes, windows, classes)."""
    matrix = np.zeros((3, 3), int)
    for photograph, true, window in np.ndindex(probabilities.shape[:3]):
        matrix[true, probabilities[photograph, true, window].argmax()] += 1
    return matrix.tolist()


@pytest.mark.parametrize(("measure", "first"), [("whole", 0), ("cropped", 1)])
def test_windows_of_whole_photographs_are_judged_as_by_hand(pipeline, photographs, measured, measure, first):
    expected = by_hand(pipeline, photographs, first)
    for name, probabilities in expected.items():
        assert measured[measure][name]["confusion"] == counted(probabilities)


def test_one_look_gives_probabilities_and_counts(pipeline, photographs):
    results, probabilities = whole.measure(pipeline, photographs, 40)
    for name, expected in by_hand(pipeline, photographs).items():
        assert probabilities[name].dtype == np.float32
        np.testing.assert_allclose(probabilities[name], expected, atol=1e-5)
        assert counted(probabilities[name]) == results["whole"][name]["confusion"]
    judged = whole.judge(pipeline, photographs, 40)[0][whole.WHOLE]
    np.testing.assert_array_equal(judged["libjpeg"], probabilities["libjpeg"])


def test_fidelity_is_that_of_whole_photographs(pipeline, photographs, measured):
    for index, photograph in enumerate(photographs):
        developed = pipeline.develop(np.asarray(photograph.stack)[np.newaxis])
        target = to_unit(np.asarray(photograph.target)[np.newaxis])
        for name, measure in (("psnr", fidelity.psnr), ("ssim", fidelity.ssim)):
            expected = array(measure(developed, target))[0]
            assert measured["whole"]["photographs"][name][index] == pytest.approx(expected, rel=1e-4)


def test_fidelity_by_strips_is_that_in_one_piece(monkeypatch):
    random = np.random.default_rng(1)
    picture, target = random.random((75, 40, 3), np.float32), random.integers(0, 256, (80, 40, 3), np.uint8)
    in_one_piece = whole._fidelity(picture, target)
    monkeypatch.setattr(whole, "_ROWS", 16)
    assert whole._fidelity(picture, target) == pytest.approx(in_one_piece, rel=1e-5)


def test_a_large_photograph_is_developed_by_tiles_as_in_one_piece(training_set):
    pipeline = tiny_forensics.make("UNet", n_steps=2, n_filters=2)
    photograph = images.read(training_set, "validation", pipeline.isp)[0]
    in_one_piece = pipeline.develop(np.asarray(photograph.stack)[np.newaxis])
    by_tiles = whole.develop(pipeline, photograph, side=34)
    np.testing.assert_allclose(by_tiles, array(in_one_piece)[0], atol=1e-5)


def test_a_signature_lies_on_the_whole_photograph_whatever_the_tiles(photographs):
    plain, signed = (
        tiny_forensics.make("UNet", n_steps=2, n_filters=2, signature=signature)
        for signature in (None, Signature(strength=10, period=22, seed=1))
    )
    signed.isp.set_weights(plain.isp.get_weights())
    expected = signed.signature(whole.develop(plain, photographs[0])[np.newaxis])[0]
    np.testing.assert_allclose(whole.develop(signed, photographs[0], side=34), expected, atol=1e-5)


def test_a_large_photograph_goes_through_a_learned_codec_by_tiles_as_in_one_piece():
    channel = Channel("none", codec="dcn", network=tiny_codec.make())
    picture = np.random.default_rng(2).random((64, 96, 3), np.float32)
    in_one_piece = array(channel(picture[np.newaxis]))[0]
    np.testing.assert_allclose(transmission.differentiable(channel, picture, side=3), in_one_piece, atol=1e-6)


@pytest.mark.parametrize("network", [None, tiny_codec.make()], ids=["libjpeg", "bitstream"])
def test_the_real_codec_writes_the_file_that_is_counted_and_reads_it(network):
    channel = (
        Channel("none", codec="jpeg", quality=50) if network is None else Channel("none", codec="dcn", network=network)
    )
    picture = np.random.default_rng(3).random((64, 96, 3), np.float32)
    sent, received, stream = transmission.real(channel, picture)
    np.testing.assert_array_equal(sent, np.rint(255 * picture))
    written = libjpeg.encode(sent, 50) if network is None else codec.compress(sent, network)
    assert stream == written
    read = libjpeg.decode(written) if network is None else codec.decompress(written, network)
    np.testing.assert_array_equal(received, read)
    assert transmission.cost(channel, sent, received, stream)["bpp"] == 8 * len(written) / (64 * 96)


def test_windows_begin_at_every_phase_and_reach_every_border():
    drawn = whole.places((100, 140), 32, 5000, index=0)
    assert {tuple(phase) for phase in drawn % 8} == {(y, x) for y in range(8) for x in range(8)}
    assert drawn.min(axis=0).tolist() == [0, 0]
    assert drawn.max(axis=0).tolist() == [68, 108]


def test_windows_lie_on_flat_places_as_often_as_anywhere():
    """Half of the picture is flat."""
    picture = np.concatenate([np.zeros((100, 50, 3)), np.ones((100, 50, 3))], axis=1)
    windows = whole.cut(picture, whole.places((100, 100), 10, 2000, index=0), 10)
    assert np.mean(windows.mean(axis=(1, 2, 3)) < 0.5) == pytest.approx(0.5, abs=0.05)


def test_windows_are_the_same_for_two_runs_however_many_photographs_there_are(pipeline, photographs, monkeypatch):
    seen = []
    cut = whole.cut
    monkeypatch.setattr(whole, "cut", lambda picture, drawn, side: seen.append(drawn) or cut(picture, drawn, side))
    whole.counts(pipeline, photographs, 5)
    whole.counts(tiny_forensics.make(manipulations=PLAIN, seed=1), photographs[:1], 5)
    # Three classes and two codecs a photograph.
    np.testing.assert_array_equal(seen[:6], seen[12:18])
    assert np.any(seen[0] != seen[6])


def test_noise_is_the_same_for_two_runs(photographs):
    picture = np.full((32, 32, 3), 0.5, np.float32)
    first, second = (list(whole.versions(tiny_forensics.make(seed=seed), picture, 3)) for seed in (0, 1))
    np.testing.assert_array_equal(first[2], second[2])
    assert np.any(first[2] != first[0])


def test_a_channel_that_varies_is_measured_at_the_middle_of_its_range():
    picture = np.random.default_rng(4).random((64, 64, 3), np.float32)
    varying, fixed = (Channel(quality=quality, rounding="soft") for quality in ([30, 70], 50))
    expected = transmission.real(fixed, picture)[2]
    assert transmission.real(varying.fixed(), picture)[2] == expected
