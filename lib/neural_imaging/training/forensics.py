"""Joint training of a camera pipeline and a forensic network, and the baseline that trains the network alone."""

import inspect
from pathlib import Path

from neural_imaging import models, records, runtime
from neural_imaging.errors import UserError
from neural_imaging.files import atomic
from neural_imaging.forensics.channel import Channel
from neural_imaging.forensics.joint import ForensicPipeline
from neural_imaging.models.base import Network
from neural_imaging.training import images, loop, options
from neural_imaging.training.patches import PatchSampler, fixed

DEFAULTS = {
    **options.SCHEDULE,
    **options.COMMON,
    "manipulations": ["sharpen:1", "gaussian:0.83", "jpeg:80", "resample:50"],
    "channel": {},
    "fan": {},
    "trainable": ["isp"],
    "isp_loss": "L2",
    "augment": False,
    "patch": 128,
    "epochs": 1001,
    "decay": 0.85,
    "validation_every": 50,
    "validation_patches": 1,
}
FAN_ONLY = "fan-only"
_TRACKED = ("loss", "cross_entropy", "isp_loss", "accuracy")
_COLUMNS = (*_TRACKED, *(f"val_{name}" for name in _TRACKED), "val_psnr", "val_ssim")


def train(table, isp_model, lambda_isp, run, settings, output, checkpoints, threads=None, logs=None):
    """Train a forensic network, jointly with a pre-trained camera pipeline or alone, or go on with it.

    Runs with the same number start from the same forensic network and see the same patches, whatever lambda_isp
    is, so that they can be compared in pairs.

    Args:
        table: `images.csv` of the camera's training set.
        isp_model: `model.keras` of the pre-trained pipeline.
        lambda_isp: weight of the ISP loss, or "fan-only": the pipeline stays as it is.
        run: number of the repetition; the seed of everything random.
        settings: see `DEFAULTS`.
        output: `model.keras` to write; `training.csv` and `record.json` are written beside it.
        checkpoints: folder for checkpoints.
        threads: processor threads.
        logs: folder for TensorBoard, or None.

    Raises:
        UserError: a wrong setting, or a damaged training set or model.
        TrainingDivergedError: the loss is not finite.
    """
    settings = options.complete(settings, DEFAULTS, "forensic training")
    options.check_output(output)
    runtime.configure(threads=threads, seed=run, deterministic=settings["deterministic"])
    inputs = [table, isp_model]
    record = records.Record("train_forensics", {**settings, "lambda_isp": lambda_isp}, seed=run, inputs=inputs)
    isp = models.load(isp_model)
    if not isinstance(isp, Network) or len(isp.output_shape) != 4 or isp.output_shape[-1] != 3:
        raise UserError(
            f"{isp_model}: holds a {type(isp).__name__}, not a camera pipeline; scripts/train_isp.py makes one"
        )
    training, held_out = (images.read(table, split, isp) for split in ("train", "validation"))
    if hasattr(isp, "set_colour"):
        isp.set_colour(training[0].cfa, training[0].camera_to_srgb)
    pipeline = build(isp, lambda_isp, settings)
    sampler = PatchSampler(training, settings["patch"], settings["discard"], settings["flips"])
    held_out = PatchSampler(held_out, settings["patch"], settings["discard"])
    validation = fixed(held_out, settings["validation_patches"], seed=0)
    history, kept, checkpoint = loop.fit(
        pipeline,
        sampler,
        validation,
        options.schedule(settings),
        title=f"λ {lambda_isp}, run {run}",
        details=f"lambda_isp {lambda_isp}, run {run}",
        seed=run,
        identity=({**settings, "lambda_isp": lambda_isp, "run": run}, inputs),
        columns=_COLUMNS,
        checkpoints=checkpoints,
        logs=logs,
    )
    output = Path(output)
    with atomic(output) as temporary:
        pipeline.save(temporary)
    history.write(output.with_name("training.csv"))
    record.write(output.with_name("record.json"), kept, resumed=checkpoint.resumed, cfa=images.patterns(sampler.images))
    checkpoint.remove()


def build(isp, lambda_isp, settings):
    """Put the joint model together.

    Args:
        isp: the pre-trained pipeline.
        lambda_isp: weight of the ISP loss, or "fan-only".
        settings: complete settings, see `DEFAULTS`.

    Returns:
        `ForensicPipeline`, built.
    """
    _check_names("channel", settings["channel"], inspect.signature(Channel.__init__).parameters)
    taken = {"n_classes": "manipulations", "patch_size": "patch and channel"}
    for name in taken.keys() & settings["fan"].keys():
        raise UserError(f"forensic training: fan: {name} follows from {taken[name]} and cannot be set")
    channel, patch = Channel(**settings["channel"]), 2 * settings["patch"]
    received = channel.compute_output_shape((None, patch, patch, 3))
    fan = models.create(
        "FAN",
        n_classes=1 + len(settings["manipulations"]),
        patch_size=received[1],
        **{"precision": settings["precision"], **settings["fan"]},
    )
    baseline = lambda_isp == FAN_ONLY
    return ForensicPipeline(
        _with_precision(isp, settings["precision"]),
        channel,
        fan,
        settings["manipulations"],
        trainable=() if baseline else tuple(settings["trainable"]),
        lambda_isp=0.0 if baseline else lambda_isp,
        isp_loss=settings["isp_loss"],
        augment=settings["augment"],
    )


def _check_names(what, given, known):
    known = [name for name in known if name not in ("self", "kwargs")]
    for name in given:
        if name not in known:
            raise UserError(f"forensic training: {what} has no setting {name!r}; known are {', '.join(known)}")


def _with_precision(isp, precision):
    """The pipeline with its arithmetic in another precision; its weights are float32 in each."""
    if isp.settings.get("precision", precision) == precision:
        return isp
    changed = type(isp)(**{**isp.settings, "precision": precision})
    changed.set_weights(isp.get_weights())
    return changed
