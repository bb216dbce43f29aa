"""Numbers of an epoch: what was measured, and nothing of what was not."""

import keras
import numpy as np
import tiny_codec
import tiny_forensics
from keras import ops

from neural_imaging import models
from neural_imaging.models.tracked import Tracked
from neural_imaging.training.codec import CodecTraining
from neural_imaging.training.isp import Imitation


class Halved(Tracked):
    """Notes the mean of its input, and in validations the largest value too."""

    def __init__(self):
        super().__init__()
        self.scale = keras.layers.Dense(1, use_bias=False)
        self.track("mean", "largest")

    def call(self, x, training=False):
        return self.scale(x)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        self.start_noting()
        self.note(ops.shape(x)[0], mean=ops.mean(x))
        if not training:
            self.note(None, largest=ops.max(x, axis=-1))
        return ops.mean(ops.square(y_pred - y))


def epochs(model, x, y, **options):
    """Numbers of a training of two epochs, each with a validation."""
    model.compile("sgd", **options)
    return model.fit(x, y, validation_data=(x, y), batch_size=2, epochs=2, verbose=0).history


def test_what_a_training_does_not_measure_is_missing_in_its_numbers():
    x = np.arange(8, dtype=np.float32).reshape(4, 2)
    numbers = epochs(Halved(), x, x[:, :1])
    assert set(numbers) == {"loss", "mean", "val_loss", "val_mean", "val_largest"}
    assert numbers["mean"] == [3.5, 3.5]
    assert numbers["val_largest"] == [4, 4]  # of 1, 3, 5 and 7


def test_no_training_shows_a_fidelity_that_it_does_not_measure():
    stacks, pictures = np.full((4, 16, 16, 4), 30000, np.uint16), np.full((4, 32, 32, 3), 100, np.uint8)
    pipeline = tiny_forensics.make("INet", manipulations=["jpeg:80"])
    for model, x, y in (
        (Imitation(models.create("INet"), "L2"), stacks, pictures),
        (pipeline, stacks, pictures),
        (CodecTraining(tiny_codec.make(), 2 * 32 * 32), pictures, None),
    ):
        model.compile("sgd")
        given = {"x": x} if y is None else {"x": x, "y": y}
        held_out = (x,) if y is None else (x, y)
        numbers = model.fit(**given, validation_data=held_out, batch_size=2, epochs=1, verbose=0).history
        assert not {"psnr", "ssim"} & set(numbers)
        assert {"loss", "val_psnr", "val_ssim"} <= set(numbers)
