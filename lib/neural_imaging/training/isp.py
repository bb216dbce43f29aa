"""Pre-training of a camera pipeline: it learns to imitate the developed photographs of one camera."""

import inspect
from pathlib import Path

import keras

from neural_imaging import models, records, runtime
from neural_imaging.errors import UserError
from neural_imaging.files import atomic
from neural_imaging.ops import fidelity
from neural_imaging.ops.samples import to_unit
from neural_imaging.training import images, loop, options
from neural_imaging.training.patches import PatchSampler, fixed

DEFAULTS = {
    **options.SCHEDULE,
    **options.COMMON,
    "model": "UNet",
    "settings": {},
    "loss": "L2",
    "validation_patch": 256,
    "epochs": 25000,
    "tolerance": 1e-4,
}
_COLUMNS = ("loss", "val_loss", "val_psnr", "val_ssim")


@keras.saving.register_keras_serializable(package="neural_imaging")
class Imitation(keras.Model):
    """A camera pipeline with the loss and the measures of its pre-training.

    Args:
        isp: Keras model from RAW to RGB patches.
        loss: "L2", "L1" or "SSIM", on the 0-255 scale.
    """

    def __init__(self, isp, loss, **more):
        super().__init__(**more)
        self.isp, self._fidelity = isp, fidelity.loss(loss)
        self._trackers = {name: keras.metrics.Mean(name=name) for name in ("psnr", "ssim")}

    @property
    def metrics(self):
        return [self._loss_tracker, *self._trackers.values()] if self.compiled else list(self._trackers.values())

    def build(self, input_shape):
        if not self.isp.built:
            self.isp.build(input_shape)
        self.built = True

    def call(self, raw, training=False):
        return self.isp(to_unit(raw), training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        y = to_unit(y)
        if not training:
            self._trackers["psnr"].update_state(fidelity.psnr(y_pred, y))
            self._trackers["ssim"].update_state(fidelity.ssim(y_pred, y))
        return self._fidelity(y_pred, y)

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        return self.get_metrics_result()


def train(table, settings, seed, output, checkpoints, threads=None, logs=None):
    """Pre-train a camera pipeline, or go on with it.

    Args:
        table: `images.csv` of the camera's training set.
        settings: see `DEFAULTS`; `model` names the pipeline, `settings` goes to its constructor. Settings that
            belong to the camera (`cfa_pattern`, `srgb`) are taken from the table where the pipeline takes them.
        seed: seed of weights and patches.
        output: `model.keras` to write; `training.csv` and `record.json` are written beside it.
        checkpoints: folder for checkpoints.
        threads: processor threads.
        logs: folder for TensorBoard, or None.

    Raises:
        UserError: a wrong setting or a damaged training set.
        TrainingDivergedError: the loss is not finite.
    """
    settings = options.complete(settings, DEFAULTS, "ISP training")
    options.check_output(output)
    runtime.configure(threads=threads, seed=seed, deterministic=settings["deterministic"])
    record = records.Record("train_isp", settings, seed=seed, inputs=[table])
    training, held_out = images.read(table, "train"), images.read(table, "validation")
    sampler = PatchSampler(training, settings["patch"], settings["discard"], settings["flips"])
    validation = fixed(PatchSampler(held_out, settings["validation_patch"], settings["discard"]), 1, seed=0)
    isp = models.create(settings["model"], **_model_settings(settings, training))
    history, checkpoint = loop.fit(
        Imitation(isp, settings["loss"]),
        sampler,
        validation,
        options.schedule(settings),
        title=f"{settings['model']} for {Path(table).parent.name}",
        details=settings["model"],
        seed=seed,
        identity=({**settings, "seed": seed}, [table]),
        columns=_COLUMNS,
        checkpoints=checkpoints,
        logs=logs,
    )
    output = Path(output)
    with atomic(output) as temporary:
        isp.save(temporary)
    history.write(output.with_name("training.csv"))
    record.write(output.with_name("record.json"), history.rows[-1] if history.rows else {}, resumed=checkpoint.resumed)
    checkpoint.remove()


def _model_settings(settings, training):
    """The pipeline's settings, with what belongs to the camera filled in from its photographs."""
    camera = {}
    known = inspect.signature(models.network_class(settings["model"])).parameters
    if "cfa_pattern" in known:
        patterns = {image.cfa for image in training}
        if len(patterns) > 1:
            raise UserError(f"photographs of different CFAs ({', '.join(sorted(patterns))}) cannot train one pipeline")
        camera["cfa_pattern"] = patterns.pop()
    if "srgb" in known:
        camera["srgb"] = training[0].camera_to_srgb.tolist()
    if "precision" in known:
        camera["precision"] = settings["precision"]
    return {**camera, **settings["settings"]}
