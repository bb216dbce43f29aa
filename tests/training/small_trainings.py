"""Trainings small enough for tests, and what their weights are compared by."""

from pathlib import Path

import numpy as np

from neural_imaging import models
from neural_imaging.training import forensics

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
ISP = {"model": "INet", "epochs": 4, "steps": 2, "batch": 3, "patch": 16, "validation_patch": 24, "validation_every": 2}
JOINT = {
    "manipulations": ["sharpen:1", "awgn:5.1", "median:3"],
    "channel": {"quality": 50},
    "fan": {"n_filters": 4, "n_convolutions": 2, "dense": [8]},
    "patch": 16,
    "batch": 2,
    "epochs": 6,
    "steps": 2,
    "learning_rate": 1e-3,
    "validation_every": 2,
}
CODED = {"channel": {"downsampling": "none", "codec": "dcn"}, "trainable": ["isp", "codec"]}


def weights(path):
    return [np.asarray(value) for value in models.load(path).get_weights()]


def assert_same_weights(a, b):
    for one, other in zip(weights(a), weights(b), strict=True):
        np.testing.assert_array_equal(one, other)


def train(training_set, isp_model, folder, lambda_isp=0.01, run=0, codec=(), **settings):
    output, checkpoints, named = folder / "model.keras", folder / "checkpoints", {**JOINT, **settings}
    codec = dict(zip(("codec_model", "lambda_codec"), codec, strict=False))
    forensics.train(training_set, isp_model, lambda_isp, run, named, output, checkpoints, **codec)
    return output
