"""What a trained forensic pipeline is worth on photographs that it has not seen."""

import numpy as np

from neural_imaging import models
from neural_imaging.base import files, records, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import images
from neural_imaging.evaluation import patchwise, transmission, whole
from neural_imaging.forensics.joint import ForensicPipeline
from neural_imaging.tables import arrays
from neural_imaging.tables.evaluation_files import PROBABILITIES
from neural_imaging.training import options

DEFAULTS = options.EVALUATION
LABELS = ("camera", "isp", "channel", "lambda_isp", "lambda_codec", "signature", "run")
NONE = "none"


def evaluate(model_path, table, settings, labels, output, threads=None):
    """Evaluate one run, with the training's codec and with the real one: `evaluation.json`, `probabilities.npz`.

    Its "whole" and "cropped" are those of `whole.measure`, its "patchwise", the papers' way, that of
    `patchwise.measure`. Windows and patches are the same for all runs, so that runs can be compared in pairs. Settings
    of the channel that vary in training are fixed, see `Channel.fixed`.

    `probabilities.npz`, beside the output, has what the network said of whole photographs behind the real codec:
    "whole_libjpeg" or "whole_bitstream", float32, shape (photographs, true classes, windows, classes), with the names
    "classes", "image" and "source" of its axes. They are float32 since scores near 0 and 1 are what detection at low
    rates of false alarms hangs on: float16 has 1 for all above 0.9998.

    Args:
        model_path: `model.keras` of a `ForensicPipeline`.
        table: `images.csv`; its validation photographs are used.
        settings: see `DEFAULTS`: `windows` of each whole photograph; and patch by patch, `patches` of each, of `patch`
            Bayer cells, chosen by `discard`, every `quality_every`-th of which is compared with its target.
        labels: what the run is: `LABELS`; lambda_codec is "none" but behind a learned codec, signature is "none" but
            for a pipeline that has one.
    """
    settings = options.complete(settings, DEFAULTS, "evaluation")
    check_names(labels)
    kept = output.with_name(PROBABILITIES)
    for path in (output, kept):
        files.check_output(path)
    runtime.configure(threads=threads, seed=0, deterministic=True)
    record = records.Record("evaluation", settings, seed=0, inputs=[model_path, table])
    pipeline = load(model_path)
    check_labels(labels, pipeline, model_path)
    held_out = images.read(table, "validation", pipeline.isp)
    for image in held_out:
        whole.check(pipeline, image, (whole.WHOLE, whole.CROPPED))
    results, probabilities = whole.measure(pipeline, held_out, settings["windows"])
    results["patchwise"] = patchwise.measure(pipeline, held_out, settings)
    real = transmission.real_codec(pipeline.channel)
    metrics = {name: results["whole"][name]["accuracy"] for name in ("differentiable", real)}
    metrics |= {name: results["whole"][name] for name in ("psnr", "ssim")}
    # First: what has an evaluation has its probabilities.
    photographs = {name: np.array(results["whole"]["photographs"][name]) for name in ("image", "source")}
    about = {"classes": np.array(pipeline.classes), **photographs}
    arrays.write(kept, {**about, f"whole_{real}": probabilities[real]})
    record.write(output, metrics, classes=pipeline.classes, **labels, **results)


def load(model_path):
    """The joint model in an archive; a UserError says what else it holds."""
    pipeline = models.load(model_path)
    if not isinstance(pipeline, ForensicPipeline):
        raise UserError(f"{model_path}: holds a {type(pipeline).__name__}, not a forensic pipeline")
    return pipeline


def check_names(labels):
    """Refuse labels that are not exactly `LABELS`."""
    if set(labels) != set(LABELS):
        raise UserError(f"--labels: needs exactly {', '.join(LABELS)}, got {', '.join(labels)}")


def check_labels(labels, pipeline, model_path):
    """Refuse labels that say of a run what its model has not."""
    parts = {"lambda_codec": (pipeline.codec, "learned codec"), "signature": (pipeline.signature, "learned signature")}
    for name, (part, words) in parts.items():
        if (labels[name] == NONE) != (part is None):
            has = "no" if part is None else "a"
            raise UserError(f"--labels: {name} is {labels[name]!r}, but {model_path} has {has} {words}")
