"""Runs as training and evaluation leave them, small enough to check by hand."""

import json
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pandas as pd

from neural_imaging.evaluation.grid import descending, points, run_folder

ROOT = Path(__file__).resolve().parents[1]
CLASSES = ["native", "sharpen", "gaussian", "jpeg", "resample"]


def evaluation(point, *, hits=90, patches=100, psnr=40.0, ssim=0.98, hits_libjpeg=None):
    """What `evaluate_forensics` writes; each class has `patches` patches, of which `hits` are named right."""
    return {
        "kind": "evaluation",
        **point,
        "classes": CLASSES,
        "patches": patches * len(CLASSES),
        "patches_quality": 10,
        "psnr": psnr,
        "ssim": ssim,
        "differentiable": _result(hits, patches),
        "libjpeg": _result(hits if hits_libjpeg is None else hits_libjpeg, patches),
    }


def write(root, grid, values, epochs=3):
    """Write the files of every run; `values(point)` gives the arguments of `evaluation`."""
    for point in points(grid):
        folder = run_folder(root, point)
        folder.mkdir(parents=True)
        (folder / "evaluation.json").write_text(json.dumps(evaluation(point, **values(point))), encoding="utf-8")
        training(epochs, values(point)).to_csv(folder / "training.csv", index=False)


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
        "interval": [max(0, hits / patches - 0.02), min(1, hits / patches + 0.02)],
        "confusion": [[hits if row == column else miss for column in range(count)] for row in range(count)],
    }


def tables(folder, grid):
    """Write the tables of finished runs and return their paths by name; accuracy rises as λ falls."""
    from neural_imaging.evaluation import published
    from neural_imaging.evaluation import tables as made

    order = sorted(grid["lambda_isp"], key=descending)

    def values(point):
        step = order.index(point["lambda_isp"])
        return {"hits": 40 + 20 * step + point["run"], "psnr": 42 - 3 * step + 0.1 * point["run"]}

    write(folder / "runs", grid, values)
    found = made.evaluations(folder / "runs", grid)
    runs = made.runs(found)
    summary = made.summary(runs)
    theirs = made.read(ROOT / "config" / "published" / "unet_d90_tradeoff.csv", published.PUBLISHED)
    contents = {
        "runs": runs,
        "summary": summary,
        "confusion": made.confusion(found),
        "progress": made.progress(folder / "runs", grid),
        "published": published.tradeoff(summary, theirs, "D90", "UNet"),
        "differentiable_jpeg": pd.DataFrame(
            [
                [image, quality, codec, 25 + quality / 10 + offset]
                for image in ("a", "b")
                for quality in range(10, 100, 20)
                for offset, codec in enumerate(("libjpeg", "round", "sin", "soft", "harmonic"))
            ],
            columns=["image", "quality", "codec", "psnr"],
        ),
    }
    for name, content in contents.items():
        made.write(content, folder / f"{name}.csv")
    return {name: folder / f"{name}.csv" for name in contents}


def samples(folder):
    """Write small samples as the sample scripts do and return their paths by name."""
    from neural_imaging.evaluation import arrays

    rng = np.random.default_rng(3)
    photos = rng.integers(0, 256, (3, 48, 64, 3), np.uint8)
    contents = {
        "pipelines": {
            "image": np.array("a"),
            "names": np.array(["target", "INet", "UNet"]),
            "photos": photos,
            "psnr": np.array([np.nan, 30.0, 40.0]),
            "box": np.array([4, 8, 16]),
        },
        "difference": {
            "image": np.array("a"),
            "label": np.array("UNet, λ = 0.1"),
            "photos": photos[:2],
            "psnr": np.array([40.0, 38.0]),
            "amplified": photos[2],
            "amplification": np.array(20),
            "spectra": rng.normal(size=(3, 16, 16)).astype(np.float32),
            "box": np.array([4, 8, 16]),
        },
        "manipulations": {
            "image": np.array("a"),
            "names": np.array(["native", "sharpen:1", "jpeg:80"]),
            "patches": photos[:, :32, :32],
            "amplified": photos[:, 16:, :32],
            "amplification": np.array(5),
        },
    }
    for name, content in contents.items():
        arrays.write(folder / f"{name}.npz", content)
    return {name: folder / f"{name}.npz" for name in contents}


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
