"""What a trained forensic pipeline is worth on photographs that it has not seen."""

import keras
import numpy as np
from tqdm import tqdm

from neural_imaging import codec, files, models, records, runtime
from neural_imaging.coding import libjpeg, payload
from neural_imaging.errors import UserError
from neural_imaging.evaluation.learned import Learned
from neural_imaging.evaluation.statistics import wilson_interval
from neural_imaging.forensics.joint import ForensicPipeline
from neural_imaging.imaging import measures
from neural_imaging.ops import fidelity
from neural_imaging.ops.samples import to_unit
from neural_imaging.training import images, options
from neural_imaging.training.patches import PatchSampler

DEFAULTS = {"patches": 100, "quality_every": 50, "patch": 128, "discard": "flat", "batch": 25}
LABELS = ("camera", "isp", "channel", "lambda_isp", "run")
# What a run behind a learned codec has in addition.
CODEC_LABEL = "lambda_codec"
# What the real codec does to a picture.
COMPRESSION = ("psnr", "ssim", "bpp", "effective_bpp")
# PSNR in dB of a picture that comes back as it was, so that means are numbers: one level off in 1 of 150 samples.
_IDENTICAL = 70.0
# Side of the window of the papers' SSIM.
_LEAST_SIDE = 7


def evaluate(model_path, table, settings, labels, output, threads=None):
    """Evaluate one run, once with the training's codec and once with the real one, and write `evaluation.json`.

    The patches are the same for all runs, so that runs can be compared in pairs.

    Args:
        model_path: `model.keras` of a `ForensicPipeline`.
        table: `images.csv`; its validation photographs are used.
        settings: see `DEFAULTS`: `patches` of each photograph, of `patch` Bayer cells; every `quality_every`-th
            of them is also compared with its target.
        labels: what the run is: camera, isp, channel, lambda_isp, run, and lambda_codec behind a learned codec.
        output: JSON file to write.
        threads: processor threads.

    Raises:
        UserError: a wrong setting, or a damaged model or set.
    """
    settings = options.complete(settings, DEFAULTS, "evaluation")
    if set(labels) - {CODEC_LABEL} != set(LABELS):
        raise UserError(
            f"--labels: needs exactly {', '.join(LABELS)}, and {CODEC_LABEL} behind a learned codec, "
            f"got {', '.join(labels)}"
        )
    files.check_output(output)
    runtime.configure(threads=threads, seed=0, deterministic=True)
    record = records.Record("evaluation", settings, seed=0, inputs=[model_path, table])
    pipeline = models.load(model_path)
    if not isinstance(pipeline, ForensicPipeline):
        raise UserError(f"{model_path}: holds a {type(pipeline).__name__}, not a forensic pipeline")
    if (CODEC_LABEL in labels) != (pipeline.codec is not None):
        raise UserError(
            f"--labels: {CODEC_LABEL} is for channels with a learned codec; "
            f"that of {model_path} has codec {pipeline.channel.codec}"
        )
    results = measure(pipeline, images.read(table, "validation", pipeline.isp), settings)
    headline = {name: results[name]["accuracy"] for name in ("differentiable", real_codec(pipeline.channel))}
    metrics = {**headline, "psnr": results["psnr"], "ssim": results["ssim"]}
    record.write(output, metrics, classes=pipeline.classes, **labels, **results)


def measure(pipeline, held_out, settings):
    """Confusion matrices, accuracies and fidelity over patches of some photographs.

    Args:
        pipeline: `ForensicPipeline`.
        held_out: list of `training.images.ImagePair`.
        settings: complete settings, see `DEFAULTS`.

    Returns:
        JSON types: "differentiable" and the real codec (`real_codec`), each with accuracy, its 95 % interval, the
        confusion matrix (counts; rows are true classes), and for statistics over photographs "hits" (photographs ×
        classes: patches named right) of so many "trials" a photograph and class; "psnr" in dB and "ssim" of the
        developed patches, means; numbers of patches. Where the real codec makes files, "compression" has what it does
        to native patches: "psnr", "ssim" (the papers' uniform window), and "bpp" and "effective_bpp", bits a pixel with
        and without headers (`coding.payload`), means. "photographs" has names and means of the photographs, as lists.
    """
    sampler = PatchSampler(held_out, settings["patch"], settings["discard"])
    count, channel, real = len(pipeline.classes), pipeline.channel, real_codec(pipeline.channel)
    codecs, photographs = ("differentiable", real), len(held_out)
    # One confusion matrix a photograph.
    confusions = {name: np.zeros((photographs, count, count), np.int64) for name in codecs}
    quality = [{"psnr": [], "ssim": []} for _ in held_out]
    compressed = [[] for _ in held_out]
    for index in tqdm(range(photographs), desc="Evaluate", unit="photo", disable=None):
        # One generator a photograph: its patches do not depend on how many photographs there are.
        rng = np.random.default_rng([4, index])
        for start in range(0, settings["patches"], settings["batch"]):
            numbers = np.arange(start, min(start + settings["batch"], settings["patches"]))
            raw, target = sampler.batch([index] * len(numbers), rng)
            developed = pipeline.isp(to_unit(raw), training=False)
            versions = pipeline.manipulate(developed)
            sent, received, streams = transmit(channel, versions)
            pictures = {"differentiable": channel(versions), real: received.astype(np.float32) / np.float32(255)}
            for name, seen in pictures.items():
                predicted = keras.ops.convert_to_numpy(pipeline.fan(seen, training=False)).argmax(axis=1)
                np.add.at(confusions[name][index], (np.repeat(np.arange(count), len(numbers)), predicted), 1)
            compared = numbers % settings["quality_every"] == 0
            if compared.any():
                pictures = keras.ops.convert_to_numpy(developed)[compared], to_unit(target[compared])
                for name, measure_of in (("psnr", fidelity.psnr), ("ssim", fidelity.ssim)):
                    quality[index][name] += keras.ops.convert_to_numpy(measure_of(*pictures)).tolist()
                if streams is not None and min(sent.shape[1:3]) >= _LEAST_SIDE:
                    # The first patches are the native ones.
                    compressed[index] += [
                        _cost(channel, sent[i], received[i], streams[i]) for i in np.flatnonzero(compared)
                    ]
    means = {name: [float(np.mean(one[name])) for one in quality] for name in ("psnr", "ssim")}
    # Every photograph has as many compared patches, so that means of means are means.
    costs = {name: [_mean(one, name) for one in compressed] for name in COMPRESSION if compressed[0]}
    return {
        **{name: _scores(confusion, settings["patches"]) for name, confusion in confusions.items()},
        **{name: float(np.mean(values)) for name, values in means.items()},
        "patches": photographs * settings["patches"],
        "patches_quality": sum(len(one["psnr"]) for one in quality),
        "photographs": {"image": [one.name for one in held_out], **means, **({"compression": costs} if costs else {})},
        **({"compression": {name: float(np.mean(values)) for name, values in costs.items()}} if costs else {}),
    }


def real_codec(channel):
    """What an evaluation calls the channel's real codec: "bitstream" where it is a learned one, or "libjpeg"."""
    return "libjpeg" if channel.network is None else "bitstream"


def transmit(channel, versions):
    """Send pictures through a channel whose codec is the real one: libjpeg, or the bit-stream of a learned codec.

    Args:
        channel: `forensics.channel.Channel`.
        versions: (n, h, w, 3), float in [0, 1].

    Returns:
        (sent, received, streams): the pictures before and after the codec, uint8, and their files; None where there
        are none, or where the quality is drawn at random.
    """
    sent = channel.reduced_levels(versions)
    if channel.network is not None:
        return sent, *codec.transmit(sent, channel.network)
    quality = None if channel.jpeg is None else channel.jpeg.quality
    if not isinstance(quality, int):
        return sent, libjpeg.to_8_bits(channel.real(versions)), None
    streams = [libjpeg.encode(picture, quality) for picture in sent]
    return sent, np.stack([libjpeg.decode(stream) for stream in streams]), streams


def _cost(channel, sent, received, stream):
    """What the real codec did to a picture (keys `COMPRESSION`)."""
    effective = payload.jpeg(stream) if channel.network is None else Learned.payload(stream)
    pixels = sent.shape[0] * sent.shape[1]
    return {
        "psnr": min(float(measures.psnr(sent, received)), _IDENTICAL),
        "ssim": float(measures.ssim(sent, received, window="uniform")),
        "bpp": 8 * len(stream) / pixels,
        "effective_bpp": 8 * effective / pixels,
    }


def _mean(costs, name):
    return float(np.mean([one[name] for one in costs]))


def _scores(confusions, trials):
    """Scores of one codec, from a confusion matrix for each photograph."""
    each, confusion = np.diagonal(confusions, axis1=1, axis2=2), confusions.sum(axis=0)
    hits, total = int(each.sum()), int(confusion.sum())
    return {
        "accuracy": hits / total,
        "interval": list(wilson_interval(hits, total)),
        "confusion": confusion.tolist(),
        "hits": each.tolist(),
        "trials": trials,
    }
