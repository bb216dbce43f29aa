"""Pre-training of a camera pipeline: it learns to imitate the developed photographs of a camera, or of several."""

import dataclasses
import warnings
from pathlib import Path

import keras

from neural_imaging import models
from neural_imaging.base import records, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import images
from neural_imaging.datasets.patches import MixedSampler, PatchSampler, fixed
from neural_imaging.models import base
from neural_imaging.models import margin as margins
from neural_imaging.models.tracked import Tracked
from neural_imaging.ops import fidelity
from neural_imaging.ops.samples import inside, to_unit
from neural_imaging.training import loop, options

DEFAULTS = options.ISP
_COLUMNS = ("loss", "val_loss", "val_psnr", "val_ssim")


@keras.saving.register_keras_serializable(package="neural_imaging")
class Imitation(Tracked):
    """A camera pipeline with the loss (see `fidelity.loss`) and the measures of its pre-training.

    It takes RAW patches, or, for patches of several cameras, what `MixedSampler` gives. The margin, so many Bayer cells
    on each side of a patch, is developed and then cut off.
    """

    def __init__(self, isp, loss, margin=0, **more):
        super().__init__(**more)
        self.isp, self._fidelity, self._margin = isp, fidelity.loss(loss), margin
        self.track("psnr", "ssim")

    def build(self, input_shape):
        if not self.isp.built:
            self.isp.build(input_shape)
        self.built = True

    def call(self, raw, training=False):
        if not isinstance(raw, tuple | list):
            return self.isp(to_unit(raw), training=training)
        stack, patterns, matrices = raw
        return self.isp.render(self.isp.linear(to_unit(stack), patterns, matrices))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        self.start_noting()
        y, y_pred = (inside(pictures, 2 * self._margin) for pictures in (to_unit(y), y_pred))
        if not training:
            self.note(None, psnr=fidelity.psnr(y_pred, y), ssim=fidelity.ssim(y_pred, y))
        return self._fidelity(y_pred, y)


def train(tables, settings, seed, output, checkpoints, threads=None, logs=None, resume=True):
    """Pre-train a camera pipeline, or go on with it.

    A ClassicISP can be trained on several cameras at once: patches of all of them share each batch, and each is
    developed with its own camera's Bayer pattern and colour matrix. It knows the cameras afterwards by the names of
    their training sets' folders.

    Args:
        tables: `images.csv` of the camera's training set; or a list of them, one a camera.
        settings: see `DEFAULTS`; `model` names the pipeline, `settings` goes to its constructor. Settings that
            belong to the camera (`cfa_pattern`, `srgb`) are taken from the table where the pipeline takes them.
        seed, output, checkpoints, threads, logs, resume: as for `training.codec.train`, which has its errors too.
    """
    tables = [Path(table) for table in (tables if isinstance(tables, list | tuple) else [tables])]
    settings = options.complete(settings, DEFAULTS, "ISP training")
    schedule = options.schedule(settings)
    options.check_output(output)
    runtime.configure(threads=threads, seed=seed, deterministic=settings["deterministic"])
    record = records.Record("train_isp", settings, seed=seed, inputs=tables)
    if settings["model"] not in models.pipelines():
        raise UserError(f"{settings['model']}: no such pipeline to train; there are {', '.join(models.pipelines())}")
    network = models.network_class(settings["model"])
    training = _read(tables, "train", network)
    isp = models.create(settings["model"], **_model_settings(settings, network, training))
    training, held_out = _flat(training), _flat(_read(tables, "validation", network))
    targets = images.totals(training + held_out)
    several = len({(image.cfa, image.camera_to_srgb.tobytes()) for image in training + held_out}) > 1
    sampling = MixedSampler if several and hasattr(isp, "set_colour") else PatchSampler
    margin = margins.cells(settings["margin"], isp)
    sampler = sampling(training, settings["patch"], settings["discard"], settings["flips"], margin)
    held_out = sampling(
        held_out, settings["validation_patch"], options.avoided(settings), margin=margin, setting="validation_patch"
    )
    loop.check_memory(settings, sampler, held_out, 1, lambda *patch: _features(isp, *patch))
    validation = fixed(held_out, 1, seed=0)
    if not isp.learns:
        # One step and one validation, so that its results stand beside those of pipelines that learn.
        schedule = dataclasses.replace(schedule, epochs=1, steps=1, validation_every=1)
        warnings.filterwarnings("ignore", "The model does not have any trainable weights")
    trained = loop.fit(
        Imitation(isp, settings["loss"], margin),
        sampler,
        validation,
        schedule,
        title=f"{settings['model']} for {', '.join(table.parent.name for table in tables)}",
        details=settings["model"],
        seed=seed,
        identity=({**settings, "seed": seed, "targets": targets}, tables),
        columns=_COLUMNS,
        checkpoints=checkpoints,
        logs=logs,
        resume=resume,
    )
    loop.finish(isp, output, record, *trained, cfa=images.patterns(training))


def _features(isp, side, learns):
    side, channels = (2 * side, 3) if getattr(isp, "takes_rgb", False) else (side, 4)
    return base.features(isp, side, side, channels, learns=learns and isp.learns)


def _read(tables, split, network):
    """Photographs of one split by camera, whose name is that of its training set's folder."""
    cameras = {}
    for table in tables:
        name = table.resolve().parent.name
        if name in cameras:
            raise UserError(f"two training sets are in folders called {name}; a camera needs a name of its own")
        cameras[name] = images.read(table, split, network)
    return cameras


def _flat(cameras):
    return [image for photographs in cameras.values() for image in photographs]


def _model_settings(settings, network, cameras):
    """The pipeline's settings, with what belongs to the cameras filled in from their photographs."""
    own, first = {}, _flat(cameras)[0]
    known = network.setting_names()
    if "cameras" in known:
        own["cameras"] = {name: _camera(name, photographs) for name, photographs in cameras.items()}
    elif len(cameras) > 1:
        raise UserError(f"{settings['model']} is a pipeline for one camera; only ClassicISP learns from several")
    if "cfa_pattern" in known:
        own["cfa_pattern"] = _camera(*next(iter(cameras.items())))["cfa"]
    if "srgb" in known:
        own["srgb"] = first.camera_to_srgb.tolist()
    if "precision" in known:
        own["precision"] = settings["precision"]
    return {**own, **settings["settings"]}


def _camera(name, photographs):
    """What belongs to a camera, as `ClassicISP` takes it."""
    patterns = sorted({image.cfa for image in photographs})
    if len(patterns) > 1:
        raise UserError(f"{name}: photographs of different CFAs ({', '.join(patterns)}) cannot train one pipeline")
    return {"cfa": patterns[0], "srgb": photographs[0].camera_to_srgb.tolist()}
