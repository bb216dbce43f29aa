"""The papers' way to evaluate a forensic pipeline: each patch is developed, manipulated and sent on its own.

At its borders a patch is developed otherwise than in its photograph, so that pipelines and forensic networks may agree
on signs that no whole photograph has; `evaluation.whole` measures what these have.
"""

import keras
import numpy as np
from tqdm import tqdm

from neural_imaging.base import memory
from neural_imaging.datasets.patches import PatchSampler
from neural_imaging.evaluation import transmission
from neural_imaging.evaluation.scores import scores
from neural_imaging.ops import fidelity
from neural_imaging.ops.samples import to_unit


def measure(pipeline, held_out, settings):
    """Accuracies, confusion matrices (`scores.scores`) and fidelity over patches of some photographs, as JSON types.

    Settings are "patches" of each photograph, of "patch" Bayer cells, chosen by "discard", in batches of "batch"; every
    "quality_every"-th of them is compared with its target.
    """
    sampler = PatchSampler(held_out, settings["patch"], settings["discard"])
    channel, count, photographs = pipeline.channel.fixed(), len(pipeline.classes), len(held_out)
    real = transmission.real_codec(channel)
    each = sampler.stored + (1 + count) * sampler.computed
    memory.check(f"batch {settings['batch']} of patches of {settings['patch']}", settings["batch"] * each)
    confusions = {name: np.zeros((photographs, count, count), np.int64) for name in ("differentiable", real)}
    quality = [{"psnr": [], "ssim": []} for _ in held_out]
    for index in tqdm(range(photographs), desc="Evaluate patch by patch", unit="photo", disable=None):
        # One generator a photograph: its patches do not depend on how many photographs there are.
        rng = np.random.default_rng([4, index])
        for start in range(0, settings["patches"], settings["batch"]):
            numbers = np.arange(start, min(start + settings["batch"], settings["patches"]))
            raw, target = sampler.batch([index] * len(numbers), rng)
            developed = pipeline.develop(raw)
            versions = pipeline.manipulate(developed)
            received = transmission.transmit(channel, versions)[1].astype(np.float32) / np.float32(255)
            for name, seen in {"differentiable": channel(versions), real: received}.items():
                predicted = keras.ops.convert_to_numpy(pipeline.fan(seen, training=False)).argmax(axis=1)
                np.add.at(confusions[name][index], (np.repeat(np.arange(count), len(numbers)), predicted), 1)
            compared = numbers % settings["quality_every"] == 0
            if compared.any():
                pictures = keras.ops.convert_to_numpy(developed)[compared], to_unit(target[compared])
                for name, measure_of in (("psnr", fidelity.psnr), ("ssim", fidelity.ssim)):
                    quality[index][name] += keras.ops.convert_to_numpy(measure_of(*pictures)).tolist()
    # Every photograph has as many compared patches, so that means of means are means.
    means = {name: [float(np.mean(of_photograph[name])) for of_photograph in quality] for name in ("psnr", "ssim")}
    return {
        **{name: scores(confusion, settings["patches"]) for name, confusion in confusions.items()},
        **{name: float(np.mean(values)) for name, values in means.items()},
        "patches": photographs * settings["patches"],
        "patches_quality": sum(len(of_photograph["psnr"]) for of_photograph in quality),
        "photographs": {"image": [image.name for image in held_out], **means},
    }
