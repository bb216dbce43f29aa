"""What a trained forensic pipeline is worth on photographs that it has not seen."""

import keras
import numpy as np
from tqdm import tqdm

from neural_imaging import files, models, records, runtime
from neural_imaging.errors import UserError
from neural_imaging.evaluation.statistics import wilson_interval
from neural_imaging.forensics.joint import ForensicPipeline
from neural_imaging.ops import fidelity
from neural_imaging.ops.samples import to_unit
from neural_imaging.training import images, options
from neural_imaging.training.patches import PatchSampler

DEFAULTS = {"patches": 100, "quality_every": 50, "patch": 128, "discard": "flat", "batch": 25}
LABELS = ("camera", "isp", "channel", "lambda_isp", "run")


def evaluate(model_path, table, settings, labels, output, threads=None):
    """Evaluate one run, once with the training's codec and once with the real one, and write `evaluation.json`.

    The patches are the same for all runs, so that runs can be compared in pairs.

    Args:
        model_path: `model.keras` of a `ForensicPipeline`.
        table: `images.csv`; its validation photographs are used.
        settings: see `DEFAULTS`: `patches` of each photograph, of `patch` Bayer cells; every `quality_every`-th
            of them is also compared with its target.
        labels: what the run is: camera, isp, channel, lambda_isp, run.
        output: JSON file to write.
        threads: processor threads.

    Raises:
        UserError: a wrong setting, or a damaged model or set.
    """
    settings = options.complete(settings, DEFAULTS, "evaluation")
    if set(labels) != set(LABELS):
        raise UserError(f"--labels: needs exactly {', '.join(LABELS)}, got {', '.join(labels)}")
    files.check_output(output)
    runtime.configure(threads=threads, seed=0, deterministic=True)
    record = records.Record("evaluation", settings, seed=0, inputs=[model_path, table])
    pipeline = models.load(model_path)
    if not isinstance(pipeline, ForensicPipeline):
        raise UserError(f"{model_path}: holds a {type(pipeline).__name__}, not a forensic pipeline")
    results = measure(pipeline, images.read(table, "validation", pipeline.isp), settings)
    headline = {name: results[name]["accuracy"] for name in ("differentiable", "libjpeg")}
    metrics = {**headline, "psnr": results["psnr"], "ssim": results["ssim"]}
    record.write(output, metrics, classes=pipeline.classes, **labels, **results)


def measure(pipeline, held_out, settings):
    """Confusion matrices, accuracies and fidelity over patches of some photographs.

    Args:
        pipeline: `ForensicPipeline`.
        held_out: list of `training.images.ImagePair`.
        settings: complete settings, see `DEFAULTS`.

    Returns:
        JSON types: "differentiable" and "libjpeg", each with accuracy, its 95 % interval and the confusion matrix
        (counts; rows are true classes); "psnr" in dB and "ssim", means over patches; numbers of patches.
    """
    sampler = PatchSampler(held_out, settings["patch"], settings["discard"])
    count, codecs = len(pipeline.classes), {"differentiable": pipeline.channel, "libjpeg": pipeline.channel.real}
    confusions = {name: np.zeros((count, count), np.int64) for name in codecs}
    psnrs, ssims = [], []
    for index in tqdm(range(len(held_out)), desc="Evaluate", unit="photo", disable=None):
        # One generator a photograph: its patches do not depend on how many photographs there are.
        rng = np.random.default_rng([4, index])
        for start in range(0, settings["patches"], settings["batch"]):
            numbers = np.arange(start, min(start + settings["batch"], settings["patches"]))
            raw, target = sampler.batch([index] * len(numbers), rng)
            developed = pipeline.isp(to_unit(raw), training=False)
            versions = pipeline.manipulate(developed)
            for name, codec in codecs.items():
                predicted = keras.ops.convert_to_numpy(pipeline.fan(codec(versions), training=False)).argmax(axis=1)
                np.add.at(confusions[name], (np.repeat(np.arange(count), len(numbers)), predicted), 1)
            compared = numbers % settings["quality_every"] == 0
            if compared.any():
                pictures = keras.ops.convert_to_numpy(developed)[compared], to_unit(target[compared])
                psnrs += keras.ops.convert_to_numpy(fidelity.psnr(*pictures)).tolist()
                ssims += keras.ops.convert_to_numpy(fidelity.ssim(*pictures)).tolist()
    return {
        **{name: _scores(confusion) for name, confusion in confusions.items()},
        "psnr": float(np.mean(psnrs)),
        "ssim": float(np.mean(ssims)),
        "patches": len(held_out) * settings["patches"],
        "patches_quality": len(psnrs),
    }


def _scores(confusion):
    hits, total = int(np.trace(confusion)), int(confusion.sum())
    interval = wilson_interval(hits, total)
    return {"accuracy": hits / total, "interval": list(interval), "confusion": confusion.tolist()}
