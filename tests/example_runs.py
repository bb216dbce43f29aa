"""Runs as training and evaluation leave them, small enough to check by hand."""

import json

import numpy as np
import pandas as pd

from neural_imaging.evaluation.grid import points, run_folder

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
