"""Training of codecs: it learns, its numbers are those of the codec in use, and a stopped one goes on equally."""

import json

import keras
import numpy as np
import pandas as pd
import pytest
from keras import layers

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import picture_set, pictures
from neural_imaging.datasets.patches import fixed
from neural_imaging.datasets.pictures import PictureSampler
from neural_imaging.layers.depth_to_space import DepthToSpace
from neural_imaging.models import classes
from neural_imaging.models.dcn.base import DCN
from neural_imaging.ops import fidelity
from neural_imaging.ops.samples import to_unit
from neural_imaging.study import networks
from neural_imaging.training import codec
from neural_imaging.training.checkpoints import Checkpoint
from neural_imaging.training.codec import CodecTraining

SHORT = {"model": "TinyDCN", "settings": {"n_features": 4, "entropy_weight": 0.2}, "patch": 16, "validation_patch": 24}
SHORT |= {"batch": 2, "steps": 2, "epochs": 4, "validation_every": 2, "random_resize": 0.5}


@keras.saving.register_keras_serializable(package="tests")
class TinyDCN(DCN):
    """A codec of one layer each way: what is tested here is the same for every codec."""

    @staticmethod
    def encoder_stack(images, settings):
        return layers.Conv2D(settings["n_features"], 8, 8)(layers.Rescaling(8.0, -4.0)(images))

    @staticmethod
    def decoder_stack(latent, settings):
        return layers.Rescaling(0.1, 0.5)(DepthToSpace(8)(layers.Conv2D(192, 1)(latent)))


@pytest.fixture(scope="module", autouse=True)
def _tiny_codec_is_known():
    with pytest.MonkeyPatch.context() as patched:
        find, declared = classes.find, networks.Network("training.codec", networks.CODEC, DCN.declared)
        patched.setitem(networks.NETWORKS, "TinyDCN", declared)
        patched.setattr(classes, "find", lambda name: TinyDCN if name == "TinyDCN" else find(name))
        yield


@pytest.fixture(scope="module")
def data_set(tmp_path_factory):
    scenes = {"photographs": False, "dead_leaves": 5, "height": 48, "width": 48}
    folder = tmp_path_factory.mktemp("scenes")
    return picture_set.prepare([], folder, {"side": 48, "validation": 3, "scenes": scenes})


@pytest.fixture(scope="module")
def trained(data_set, _tiny_codec_is_known, tmp_path_factory):
    return train(data_set, tmp_path_factory.mktemp("trained"))


def train(table, folder, logs=None, **settings):
    output = folder / "model.keras"
    codec.train(table, {**SHORT, **settings}, 0, output, folder / "checkpoints", logs=logs)
    return output


def weights(path):
    return [np.asarray(value) for value in models.load(path).get_weights()]


def assert_same_weights(a, b):
    for one, other in zip(weights(a), weights(b), strict=True):
        np.testing.assert_array_equal(one, other)


def history(path):
    return pd.read_csv(path.with_name("training.csv"))


def record(path):
    return json.loads(path.with_name("record.json").read_text())


def test_training_writes_model_history_and_record(trained):
    numbers = ["loss", "validation_loss", "validation_psnr", "validation_ssim", "validation_entropy"]
    assert history(trained).columns.tolist() == ["epoch", "learning_rate", *numbers, "seconds"]
    assert history(trained)["epoch"].tolist() == [2, 4]
    assert np.isfinite(history(trained)[numbers]).all(axis=None)
    assert record(trained)["kind"] == "train_dcn"
    assert record(trained)["weights_hash"] == models.load(trained).weights_hash().hex()
    assert not (trained.parent / "checkpoints").exists()


def test_its_numbers_are_those_of_the_codec_in_use(trained, data_set):
    network = models.load(trained)
    (patches,) = fixed(PictureSampler(pictures.read([data_set], "validation"), 24), 1, seed=0)
    images = to_unit(patches)
    latent = network.encode(images)
    compressed = network.decode(latent)
    metrics = record(trained)["metrics"]
    # Means of single precision numbers, of two batches and of one.
    assert metrics["validation_psnr"] == pytest.approx(float(np.mean(fidelity.psnr(compressed, images))), abs=1e-3)
    assert metrics["validation_ssim"] == pytest.approx(float(np.mean(fidelity.ssim(compressed, images))), abs=1e-5)
    entropies = []
    for part in (latent[:2], latent[2:]):
        shares = np.unique(np.asarray(part), return_counts=True)[1] / np.size(part)
        entropies += [-(shares * np.log2(shares)).sum()] * len(part)
    # The kernel gives each code's neighbours a tiny share.
    assert metrics["validation_entropy"] == pytest.approx(np.mean(entropies), abs=1e-3)


def test_codecs_learn_to_show_pictures(data_set, tmp_path):
    settings = {"epochs": 2, "steps": 200, "validation_every": 1, "learning_rate": 1e-2, "random_gamma": 0}
    rows = history(train(data_set, tmp_path, **settings))
    grey = np.mean([-10 * np.log10(np.mean((p / 255 - 0.5) ** 2)) for p in pictures.read([data_set], "validation")])
    assert rows["validation_psnr"].iloc[-1] > grey + 3
    assert rows["validation_loss"].iloc[-1] < rows["validation_loss"].iloc[0]


def test_a_stopped_training_goes_on_to_the_same_weights(trained, data_set, tmp_path, monkeypatch):
    class Stop(Exception):
        pass

    save = Checkpoint.save

    def save_and_stop(self, epoch):
        save(self, epoch)
        raise Stop

    with monkeypatch.context() as patched:
        patched.setattr(Checkpoint, "save", save_and_stop)
        with pytest.raises(Stop):
            train(data_set, tmp_path)
    stopped = train(data_set, tmp_path)
    assert_same_weights(trained, stopped)
    rows = [history(path).drop(columns="seconds") for path in (trained, stopped)]
    pd.testing.assert_frame_equal(*rows)
    assert record(stopped)["resumed"] == 1


def test_training_stops_when_the_mean_ssim_of_five_validations_has_not_grown_for_its_patience(data_set, tmp_path):
    settings = {"epochs": 20, "steps": 1, "validation_every": 1, "patience": 2, "tolerance": 10}
    assert history(train(data_set, tmp_path, **settings))["epoch"].iloc[-1] == 5 + 2


def test_smaller_batches_count_as_much_as_whole_ones(data_set):
    network = models.create("TinyDCN", n_features=4, entropy_weight=30)
    (patches,) = fixed(PictureSampler(pictures.read([data_set], "validation"), 16), 1, seed=0)
    training = CodecTraining(network, pixels=6 * 16 * 16)
    images, entropy = to_unit(patches), keras.ops.convert_to_tensor(2.0)
    compressed = 0.5 * images
    loss = float(training.compute_loss(x=patches, y_pred=(compressed, entropy), training=True))
    whole = network.codec_loss(*(keras.ops.concatenate([part, part]) for part in (images, compressed)), entropy)
    # Sums of 5,000 single precision numbers.
    assert loss == pytest.approx(float(whole), rel=1e-5)


def test_the_entropy_weight_of_the_settings_presses_on_the_entropy(data_set, tmp_path):
    settings = {"epochs": 1, "steps": 100, "validation_every": 1, "learning_rate": 1e-3}
    free, pressed = (
        train(data_set, tmp_path / str(weight), **settings, settings={"n_features": 4, "entropy_weight": weight})
        for weight in (0, 1000)
    )
    entropy = [record(path)["metrics"]["validation_entropy"] for path in (free, pressed)]
    assert entropy[1] < entropy[0]


def test_tensorboard_gets_pictures_and_latents_where_it_is_asked_for(trained, data_set, tmp_path):
    output = train(data_set, tmp_path, logs=tmp_path / "logs")
    shown = b"".join(path.read_bytes() for path in (tmp_path / "logs/pictures").iterdir())
    for name in (b"original above, compressed below", b"latent/before quantisation", b"latent/codes"):
        assert name in shown
    assert_same_weights(trained, output)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"gamma": 0.5}, "codec training: unknown setting gamma; known: epochs"),
        ({"random_gamma": 2}, "random_gamma must be a number from 0 to 1, not 2"),
        ({"random_resize": -1}, "random_resize must be a number from 0 to 1, not -1"),
        ({"patch": 100}, "patch must be a multiple of 8 from 16 to 8192, not 100"),
        ({"model": "UNet"}, "UNet is not a codec; codecs are TwitterDCN, TinyDCN"),
        ({"model": "VGG"}, "network 'VGG' is not known"),
        ({"settings": {"features": 3}}, "TinyDCN has no setting 'features'"),
        ({"patch": 64}, "pictures of 48 × 48 pixels are too small for patches of 64"),
    ],
)
def test_wrong_settings_are_refused_by_name(data_set, tmp_path, settings, message):
    with pytest.raises(UserError, match=message):
        train(data_set, tmp_path, **settings)


def test_a_training_set_is_named_once(data_set, tmp_path):
    with pytest.raises(UserError, match="a training set is named twice"):
        train([data_set, data_set], tmp_path)
