"""Runs as training and evaluation leave them, small enough to check by hand."""

import json
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pandas as pd

from neural_imaging.study.grid import points, run_folder
from neural_imaging.tables import arrays

ROOT = Path(__file__).resolve().parents[1]
CLASSES = ["native", "sharpen", "gaussian", "jpeg", "resample"]
PHOTOGRAPHS = 4


def evaluation(
    point, *, hits=90, patches=100, psnr=40.0, ssim=0.98, hits_libjpeg=None, hits_cropped=None, hits_patchwise=None,
    psnr_patchwise=None, compression=None,
):  # fmt: skip
    """What `evaluate_forensics` writes: each class has `patches` windows or patches, of which `hits` are named right.

    What is not given of libjpeg is that of the differentiable codec; the other views are those of whole photographs.
    """
    real = "libjpeg" if point["lambda_codec"] == "none" else "bitstream"
    counts = {
        "whole": (hits, hits if hits_libjpeg is None else hits_libjpeg),
        "cropped": (hits if hits_cropped is None else hits_cropped,) * 2,
        "patchwise": (hits if hits_patchwise is None else hits_patchwise,) * 2,
    }
    views = {
        view: {"differentiable": _result(trained, patches), real: _result(sent, patches)}
        for view, (trained, sent) in counts.items()
    }
    views["whole"] |= {"windows": patches // PHOTOGRAPHS, **_fidelity(psnr, ssim)}
    views["cropped"] |= {"origin": [1, 1]}
    views["patchwise"] |= {"patches": patches, "patches_quality": 10}
    views["patchwise"] |= _fidelity(psnr if psnr_patchwise is None else psnr_patchwise, ssim)
    if compression is not None:
        views["whole"]["compression"] = compression
        views["whole"]["photographs"]["compression"] = {
            name: [value] * PHOTOGRAPHS for name, value in compression.items()
        }
    return {"kind": "evaluation", **point, "classes": CLASSES, **views}


def _fidelity(psnr, ssim):
    images = [f"photo-{place}" for place in range(PHOTOGRAPHS)]
    photographs = {"image": images, "psnr": [psnr] * PHOTOGRAPHS, "ssim": [ssim] * PHOTOGRAPHS}
    return {"psnr": psnr, "ssim": ssim, "photographs": photographs}


def write(root, grid, values, epochs=3):
    """Write the files of every run; `values(point)` gives the arguments of `evaluation`."""
    for point in points(grid):
        folder = run_folder(root, point)
        folder.mkdir(parents=True)
        content = evaluation(point, **values(point))
        (folder / "evaluation.json").write_text(json.dumps(content), encoding="utf-8")
        arrays.write(folder / "probabilities.npz", probabilities(content, seed=point["run"]))
        training(epochs, values(point)).to_csv(folder / "training.csv", index=False)


def probabilities(content, seed=0):
    """What `evaluate_forensics` keeps beside an evaluation: probabilities of its windows, right as often as it says."""
    real = "libjpeg" if "libjpeg" in content["whole"] else "bitstream"
    scores, count, rng = content["whole"][real], len(CLASSES), np.random.default_rng(seed)
    kept = rng.dirichlet(np.ones(count), (PHOTOGRAPHS, count, scores["trials"])).astype(np.float32)
    kept.sort(axis=-1)
    for photograph, true in np.ndindex(PHOTOGRAPHS, count):
        for window in range(scores["trials"]):
            right = window < scores["hits"][photograph][true]
            named = true if right else rng.choice([place for place in range(count) if place != true])
            others = [place for place in range(count) if place != named]
            kept[photograph, true, window, [*others, named]] = kept[photograph, true, window].copy()
    images = content["whole"]["photographs"]["image"]
    return {"classes": np.array(CLASSES), "image": np.array(images), "source": np.array(images), f"whole_{real}": kept}


def training(epochs, values):
    """A `training.csv` that approaches the evaluation's values."""
    share = np.linspace(0.1, 1, epochs)
    final = values.get("hits", 90) / values.get("patches", 100)
    return pd.DataFrame(
        {
            "epoch": np.arange(1, epochs + 1) * 50,
            "learning_rate": 1e-4,
            "loss": 2 - share,
            "cross_entropy": 1.6 - share,
            "isp_loss": 10 + share,
            "accuracy": 0.2 + (final - 0.2) * share,
            "validation_loss": 2 - share,
            "validation_cross_entropy": 1.6 - share,
            "validation_isp_loss": 10 + share,
            "validation_accuracy": 0.2 + (final - 0.2) * share,
            "validation_psnr": 43 + (values.get("psnr", 40.0) - 43) * share,
            "validation_ssim": 0.99 - 0.01 * share,
            "seconds": 1.0,
        }
    )


def _result(hits, patches):
    count = len(CLASSES)
    miss = (patches - hits) / (count - 1)
    return {
        "accuracy": hits / patches,
        "confusion": [[hits if row == column else miss for column in range(count)] for row in range(count)],
        # As evenly over the photographs as whole numbers can be.
        "hits": [[(hits + place) // PHOTOGRAPHS] * count for place in range(PHOTOGRAPHS)],
        "trials": patches // PHOTOGRAPHS,
    }


CHANNELS = {
    "jpeg50": {"codec": "jpeg", "quality": 50, "downsampling": "pool", "factor": 2},
    "jpeg10-alone": {"codec": "jpeg", "quality": 10, "downsampling": "none", "factor": 1},
    "jpeg50-alone": {"codec": "jpeg", "quality": 50, "downsampling": "none", "factor": 1},
    "none": {"codec": "none", "downsampling": "none", "factor": 1},
    "16c": {"codec": "dcn", "name": "16c", "downsampling": "none", "factor": 1},
}


SYSTEM = {
    "cameras": ["D90"],
    "isps": {"UNet": "UNet"},
    "channels": {"jpeg50": CHANNELS["jpeg50"]},
    "manipulations": ["sharpen:1", "jpeg:80"],
    "trainable": ["isp"],
    "lambda_isp": ["fan-only", 0.1],
    "isp_loss": "L2",
    "patch": 64,
}


def channel_runs():
    """Two runs behind each of `CHANNELS`, and of the fine-tuned codec; accuracy is higher where there is no JPEG."""
    lines = []
    for name, channel in CHANNELS.items():
        for weight in ["basic", "0.1"] if channel["codec"] == "dcn" else ["none"]:
            for run in range(2):
                accuracy = 0.2 + channel.get("quality", 60) / 100 + 0.02 * run - 0.1 * (channel["factor"] - 1)
                lines.append(["D90", "UNet", name, "fan-only", weight, run, accuracy, accuracy - 0.05])
    columns = ["camera", "isp", "channel", "lambda_isp", "lambda_codec", "run", "accuracy", "accuracy_libjpeg"]
    return pd.DataFrame(lines, columns=columns).assign(signature="none")


def training_set(folder, height=192, width=256):
    """Write a camera's training set of one training and two validation photographs and return its images.csv."""
    rng = np.random.default_rng(5)
    lines = []
    for name, split in (("first", "train"), ("second", "validation"), ("third", "validation")):
        ramp = np.linspace(40, 200, width)[None, :, None] * np.array([1.0, 0.8, 0.6])
        target = np.clip(ramp + rng.normal(0, 12, (height, width, 3)), 0, 255).astype(np.uint8)
        planes = [target[::2, ::2, 0], target[::2, 1::2, 1], target[1::2, ::2, 1], target[1::2, 1::2, 2]]
        stack = np.stack(planes, -1).astype(np.uint16) * 257
        np.save(folder / f"{name}.npy", stack)
        imageio.imwrite(folder / f"{name}.png", target)
        lines.append([name, "used", split, "RGGB", "1 0 0 0 1 0 0 0 1"])
    columns = ["image", "status", "split", "cfa", "camera_to_srgb"]
    pd.DataFrame(lines, columns=columns).to_csv(folder / "images.csv", index=False)
    return folder / "images.csv"


def json_file(path, content):
    """Write a JSON file."""
    path.write_text(json.dumps(content), encoding="utf-8")
