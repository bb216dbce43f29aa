"""The joint model: its classes in their order, its loss, what learns in it, and its file."""

import keras
import numpy as np
import pytest
import tiny_codec
import tiny_forensics

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.forensics import manipulations
from neural_imaging.forensics.channel import Channel
from neural_imaging.forensics.joint import ForensicPipeline
from neural_imaging.layers.tile import Signature
from neural_imaging.ops import fidelity


def make(trainable=("isp",), lambda_isp=0.1, steps=("sharpen:1", "gaussian:0.83"), channel=None, **more):
    keras.utils.set_random_seed(1)
    isp = models.create("UNet", n_steps=2, n_filters=4)
    fan = models.create("FAN", n_classes=1 + len(steps), n_filters=4, n_convolutions=2, dense=[8])
    pipeline = ForensicPipeline(isp, channel or Channel(), fan, list(steps), trainable, lambda_isp, **more)
    pipeline.build((None, 16, 16, 4))
    return tiny_forensics.ready(pipeline)


@pytest.fixture
def batch():
    rng = np.random.default_rng(2)
    return rng.random((2, 16, 16, 4), np.float32), rng.random((2, 32, 32, 3), np.float32)


def test_each_class_is_its_manipulation_of_the_developed_picture(batch):
    pipeline = make()
    developed = pipeline.isp(batch[0])
    versions = np.asarray(pipeline.manipulate(developed))
    np.testing.assert_array_equal(versions[:2], developed)
    for index, (name, strength) in enumerate((("sharpen", 1), ("gaussian", 0.83)), start=1):
        expected = manipulations.apply(name, developed, strength)
        np.testing.assert_allclose(versions[2 * index : 2 * index + 2], expected, atol=1e-6)
    assert pipeline.classes == ["native", "sharpen", "gaussian"]
    assert np.asarray(pipeline.labels(2)).tolist() == [0, 0, 1, 1, 2, 2]


def test_a_network_is_not_asked_to_tell_the_same_pictures_apart():
    with pytest.raises(UserError, match=r"'jpeg:80' and 'jpeg:80\.0' are the same"):
        make(steps=("jpeg:80", "jpeg:80.0"))


def test_the_loss_is_cross_entropy_plus_lambda_times_the_distance_on_255_levels(batch):
    pipeline = make(lambda_isp=0.25)
    outputs = pipeline(batch[0])
    probabilities, developed = (np.asarray(outputs[key]) for key in ("probabilities", "developed"))
    cross_entropy = -np.log(probabilities[np.arange(6), [0, 0, 1, 1, 2, 2]]).mean()
    distance = ((255 * (developed - batch[1])) ** 2).mean()
    loss = float(pipeline.compute_loss(y=batch[1], y_pred=outputs))
    assert loss == pytest.approx(cross_entropy + 0.25 * distance, rel=1e-4)


@pytest.mark.parametrize("graph", [False, True])
def test_the_papers_softmax_is_taken_twice(batch, graph):
    pipeline = make(lambda_isp=0.0, double_softmax=True)
    probabilities = np.asarray(pipeline(batch[0])["probabilities"])
    twice = np.exp(probabilities) / np.exp(probabilities).sum(axis=1, keepdims=True)
    expected = -np.log(twice[np.arange(6), [0, 0, 1, 1, 2, 2]]).mean()
    if graph:
        loss = pipeline.test_on_batch(*batch, return_dict=True)["cross_entropy"]
    else:
        loss = pipeline.compute_loss(y=batch[1], y_pred=pipeline(batch[0]))
    assert float(loss) == pytest.approx(expected, rel=1e-4)


def test_validations_weigh_patches_and_not_batches(batch):
    pipeline = make()
    halves = zip(*(np.split(part, 2) for part in batch), strict=True)
    apart = [pipeline.test_on_batch(*half, return_dict=True) for half in halves]
    stack, picture = (np.concatenate([x[:1], x[:1], x[1:]]) for x in batch)
    together = pipeline.evaluate(stack, picture, batch_size=2, verbose=0, return_dict=True)
    for name in ("cross_entropy", "isp_loss", "psnr", "ssim"):
        assert together[name] == pytest.approx((2 * apart[0][name] + apart[1][name]) / 3, rel=1e-4)


def test_other_losses_count_only_after_the_warm_up(batch):
    # A small graph, and none where there is one step.
    small = {"steps": ("gaussian:0.83",), "channel": Channel("none", 1, "none")}
    pipeline, usual = (make(lambda_isp=0.25, warmup=steps, **small) for steps in (4, 0))
    usual.run_eagerly = True
    first = pipeline.train_on_batch(*batch, return_dict=True)
    assert first["loss"] == pytest.approx(first["cross_entropy"], rel=1e-5)
    for _ in range(4):
        pipeline.reset_metrics()
        last = pipeline.train_on_batch(*batch, return_dict=True)
    assert last["loss"] == pytest.approx(last["cross_entropy"] + 0.25 * last["isp_loss"], rel=1e-4)
    first = usual.train_on_batch(*batch, return_dict=True)
    assert first["loss"] > first["cross_entropy"]


def test_a_signature_is_loud_at_the_start_of_the_warm_up_alone():
    grey = np.full((2, 32, 32, 3), 0.5, np.float32)
    fan = models.create("FAN", n_classes=2, n_filters=4, n_convolutions=2, dense=[8])
    signature = Signature(strength=1.0, start=9.0, period=8, seed=1)
    parts = (models.create("ONet"), Channel(), fan, ["sharpen:1"], ("signature",))
    pipeline = ForensicPipeline(*parts, signature=signature, warmup=2)
    pipeline.build(grey.shape)
    tiny_forensics.ready(pipeline)

    def strength(training):
        return np.std(255 * (np.asarray(pipeline.develop(grey, training)) - grey))

    for expected in (9, 5, 1, 1):
        assert strength(training=True) == pytest.approx(expected, rel=0.01)
        assert strength(training=False) == pytest.approx(1, rel=0.01)
        pipeline.train_on_batch(grey, grey)


def test_bytes_and_floats_are_the_same_picture(batch):
    pipeline = make()
    raw = (batch[0] * 65535).astype(np.uint16)
    whole, part = pipeline(raw), pipeline(raw.astype(np.float32) / 65535)
    np.testing.assert_allclose(whole["developed"], part["developed"], atol=1e-6)


@pytest.mark.parametrize("steps", [("sharpen:1",), ("jpeg:80",), ("median:3",), ("resample:50",), ("gaussian:0.83",)])
def test_the_forensic_gradient_reaches_the_pipeline_through_each_manipulation(batch, steps):
    pipeline = make(lambda_isp=0.0, steps=steps)
    before = [np.array(weight) for weight in pipeline.isp.get_weights()]
    pipeline.train_on_batch(*batch)
    changed = [not np.array_equal(a, b) for a, b in zip(before, pipeline.isp.get_weights(), strict=True)]
    assert all(changed)


def test_a_fixed_pipeline_is_left_alone_and_out_of_the_loss(batch):
    pipeline = make(trainable=(), lambda_isp=0.0)
    before = pipeline.isp.get_weights()
    logs = pipeline.train_on_batch(*batch, return_dict=True)
    assert logs["loss"] == pytest.approx(logs["cross_entropy"])
    for one, other in zip(before, pipeline.isp.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def coded(*trainable, **more):
    """A joint model behind a learned codec alone."""
    return make(trainable, channel=Channel("none", codec="dcn", network=tiny_codec.make()), **more)


def test_the_loss_has_lambda_times_the_codec_loss_of_all_that_was_sent(batch):
    pipeline = coded("codec", lambda_codec=0.01)
    outputs = pipeline(batch[0], training=True)
    probabilities = np.asarray(outputs["probabilities"])
    cross_entropy = -np.log(probabilities[np.arange(6), [0, 0, 1, 1, 2, 2]]).mean()
    versions = pipeline.manipulate(outputs["developed"])
    received, entropy = pipeline.codec.reconstruct(versions)
    codec_loss = 0.5 * np.square(np.asarray(received) - np.asarray(versions)).sum() + 250 * float(entropy)
    loss = float(pipeline.compute_loss(y=batch[1], y_pred=outputs))
    assert loss == pytest.approx(cross_entropy + 0.01 * codec_loss, rel=1e-4)


def test_the_codec_loss_of_a_validation_does_not_depend_on_the_size_of_its_batches(batch):
    pipeline = coded("codec", codec_pixels=50 * 32**2)
    once, twice = (
        pipeline.evaluate(*(np.concatenate([part] * count) for part in batch), batch_size=2 * count, return_dict=True)
        for count in (1, 2)
    )
    assert once["codec_loss"] == pytest.approx(twice["codec_loss"], rel=1e-4)


@pytest.mark.parametrize("parts", [(), ("isp",), ("codec",), ("isp", "codec")])
def test_the_parts_that_shall_learn_do_and_the_others_stay(batch, parts):
    pipeline = coded(*parts, lambda_isp=0.1, lambda_codec=0.1)
    learners = {"isp": pipeline.isp, "codec": pipeline.codec}
    before = {name: learner.get_weights() for name, learner in learners.items()}
    pipeline.train_on_batch(*batch)
    for name, learner in learners.items():
        pairs = zip(before[name], learner.get_weights(), strict=True)
        assert all(np.array_equal(*pair) for pair in pairs) == (name not in parts)


def test_the_forensic_gradient_alone_reaches_the_codec(batch):
    pipeline = coded("codec", lambda_codec=0.0)
    before = pipeline.codec.encoder.get_weights()
    pipeline.train_on_batch(*batch)
    assert any(not np.array_equal(*pair) for pair in zip(before, pipeline.codec.encoder.get_weights(), strict=True))


def test_a_validation_tells_what_the_codec_does_to_the_pictures_and_what_they_cost(batch):
    pipeline = coded()
    logs = pipeline.evaluate(*batch, return_dict=True)
    sent = pipeline.channel.reduce(pipeline.manipulate(pipeline.isp(batch[0])))
    received, entropy = pipeline.channel.compress(sent)
    # Four features for each cell of 8 × 8 pixels.
    assert logs["codec_bpp"] == pytest.approx(4 / 64 * float(entropy), rel=1e-4)
    assert logs["codec_ssim"] == pytest.approx(float(np.mean(fidelity.ssim(received, sent))), rel=1e-4)


def test_a_codec_that_shall_learn_must_be_there():
    with pytest.raises(UserError, match="no learned codec"):
        make(("codec",))


def test_the_fine_tuned_codec_comes_back_from_the_file_and_can_be_taken_out(batch, tmp_path):
    pipeline = coded("isp", "codec", lambda_codec=0.1)
    untrained = pipeline.codec.weights_hash()
    pipeline.train_on_batch(*batch)
    pipeline.save(tmp_path / "model.keras")
    restored = models.load(tmp_path / "model.keras")
    assert restored.codec.weights_hash() == pipeline.codec.weights_hash() != untrained
    for key, value in pipeline(batch[0]).items():
        np.testing.assert_array_equal(value, restored(batch[0])[key])
    restored.codec.save(tmp_path / "codec.keras")
    assert models.load(tmp_path / "codec.keras").weights_hash() == pipeline.codec.weights_hash()


@pytest.mark.parametrize("name", [name for name in manipulations.names() if name != "native"])
def test_augmented_training_takes_every_manipulation(batch, name):
    pipeline = make(steps=(name,), augment=True)
    assert np.isfinite(pipeline.train_on_batch(*batch, return_dict=True)["loss"])


def test_the_whole_model_comes_back_from_its_file(batch, tmp_path):
    pipeline = make(isp_loss="L1")
    pipeline.train_on_batch(*batch)
    pipeline.save(tmp_path / "model.keras")
    restored = models.load(tmp_path / "model.keras")
    assert (restored.manipulations, restored.lambda_isp, restored.isp_loss) == (pipeline.manipulations, 0.1, "L1")
    for key, value in pipeline(batch[0]).items():
        np.testing.assert_array_equal(value, restored(batch[0])[key])


def test_losses_match_the_released_toolbox(parity):
    images = parity("manipulations")["x"]
    flipped = images[:, :, ::-1]
    for name, key in (("L2", "loss_mse"), ("L1", "loss_mae")):
        assert float(fidelity.loss(name)(images, flipped)) == pytest.approx(float(parity("manipulations")[key]), 1e-5)
    # The reference is 255 × (1 − SSIM); 1e-4 in SSIM is 0.0255 on this scale.
    expected = float(parity("manipulations")["loss_ssim"])
    assert float(fidelity.loss("SSIM")(images, flipped)) == pytest.approx(expected, abs=0.0255)
