"""Training of a learned codec, as in protocol B."""

from pathlib import Path

import keras
from keras import ops

from neural_imaging import models
from neural_imaging.base import records, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.datasets.patches import fixed
from neural_imaging.datasets.pictures import PictureSampler, read
from neural_imaging.models import base
from neural_imaging.models.dcn.base import DCN
from neural_imaging.models.tracked import Tracked
from neural_imaging.ops import fidelity
from neural_imaging.ops.samples import to_unit
from neural_imaging.study import networks
from neural_imaging.training import callbacks, loop, options
from neural_imaging.training.codec_board import CodecBoard

DEFAULTS = options.CODEC
_COLUMNS = ("loss", "val_loss", "val_psnr", "val_ssim", "val_entropy")
# Validations whose mean SSIM tells whether a training still improves.
_TAIL = 5


@keras.saving.register_keras_serializable(package="neural_imaging")
class CodecTraining(Tracked):
    """A learned codec with its loss and the measures of its training; it gives images, and bits a symbol.

    In training the latent is quantised so that gradients pass; in validation it is what a bit-stream would hold, so
    that loss, PSNR, SSIM and entropy are those of the codec in use.

    Args:
        codec: a `models.dcn.base.DCN`.
        pixels: of a training batch. The loss sums squared errors, so that its two parts are balanced for batches of so
            many pixels; smaller ones count as much.
    """

    def __init__(self, codec, pixels, **more):
        super().__init__(**more)
        self.codec, self._pixels = codec, pixels
        self.track("entropy", "psnr", "ssim")

    def build(self, input_shape):
        self.built = True

    def call(self, pictures, training=False):
        images = to_unit(pictures)
        if training:
            return self.codec.reconstruct(images, training=True)
        latent = self.codec.encode(images)
        entropy, _ = self.codec.quantizer.entropy(latent)
        return self.codec.decode(latent), entropy

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        self.start_noting()
        images, (compressed, entropy) = to_unit(x), y_pred
        count, height, width = ops.shape(images)[:3]
        self.note(count, entropy=entropy)
        if not training:
            self.note(None, psnr=fidelity.psnr(compressed, images), ssim=fidelity.ssim(compressed, images))
        share = ops.cast(count * height * width, "float32") / self._pixels
        return self.codec.codec_loss(images, compressed, share * entropy) / share


def train(tables, settings, seed, output, checkpoints, threads=None, logs=None, watchers=(), resume=True):
    """Train a learned codec, or go on with its training.

    Args:
        tables: `images.csv` of a training set of codecs (see `datasets.picture_set`), or a list of them.
        settings: see `DEFAULTS`; `model` names the codec, `settings` goes to its constructor. `random_gamma` and
            `random_resize` are the shares of patches that are so changed; training stops when the mean SSIM of five
            validations has not grown by more than `tolerance`, relatively, for `patience` validations. The codec's
            `entropy_weight` is for a sum over a whole batch: half as many pixels a batch need half the weight.
        seed: seed of weights and patches.
        output: `model.keras` to write; `training.csv` and `record.json` are written beside it.
        checkpoints: folder for checkpoints.
        threads: processor threads.
        logs: folder for TensorBoard, or None.
        watchers: more Keras callbacks.
        resume: go on from a checkpoint of this training; False removes it and begins anew.

    Raises:
        UserError: a wrong setting or a damaged training set.
        TrainingDivergedError: the loss is not finite.
    """
    tables = [Path(table) for table in (tables if isinstance(tables, list | tuple) else [tables])]
    settings = options.complete(settings, DEFAULTS, "codec training")
    schedule = options.schedule(settings)
    _check(settings, tables)
    options.check_output(output)
    changes = (settings[name] for name in ("flips", "random_gamma", "random_resize"))
    sampler = PictureSampler(read(tables, "train"), settings["patch"], *changes)
    held_out = PictureSampler(read(tables, "validation"), settings["validation_patch"], setting="validation_patch")
    runtime.configure(threads=threads, seed=seed, deterministic=settings["deterministic"])
    record = records.Record("train_dcn", settings, seed=seed, inputs=tables)
    codec = models.create(settings["model"], **{"precision": settings["precision"], **settings["settings"]})
    loop.check_memory(settings, sampler, held_out, 1, lambda *patch: _features(codec, *patch))
    validation = fixed(held_out, 1, seed=0)
    if logs is not None:
        watchers = [*watchers, CodecBoard(logs, codec, validation[0])]
    trained = loop.fit(
        CodecTraining(codec, settings["batch"] * settings["patch"] ** 2),
        sampler,
        validation,
        schedule,
        title=f"{settings['model']} of {codec.settings['n_features']} features",
        details=settings["model"],
        seed=seed,
        identity=({**settings, "seed": seed}, tables),
        columns=_COLUMNS,
        checkpoints=checkpoints,
        convergence=callbacks.Convergence(schedule.patience, schedule.tolerance, _TAIL, "val_ssim", rising=True),
        watchers=watchers,
        resume=resume,
    )
    loop.finish(codec, output, record, *trained, weights_hash=codec.weights_hash().hex())


def _features(codec, side, learns):
    cells = side // codec.multiple
    coded = base.features(codec.encoder, side, side, 3, learns=learns)
    return coded + base.features(codec.decoder, cells, cells, codec.settings["n_features"], learns=learns)


def _check(settings, tables):
    """Refuse what can be known to be wrong before anything is read."""
    for name in ("random_gamma", "random_resize"):
        if settings[name] > 1:
            raise UserError(f"codec training: setting {name} is {settings[name]!r}, and should be a share from 0 to 1")
    if len({table.resolve() for table in tables}) < len(tables):
        raise UserError("a training set is named twice")
    network = models.network_class(settings["model"])
    if not issubclass(network, DCN):
        known = ", ".join(networks.named(networks.CODEC))
        raise UserError(f"{settings['model']} is not a codec; codecs are {known}")
    for name in ("patch", "validation_patch"):
        if settings[name] % network.multiple:
            raise UserError(
                f"codec training: setting {name} is {settings[name]}, and should be a multiple of {network.multiple}"
            )
