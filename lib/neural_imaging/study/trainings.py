"""Settings of trainings and evaluations. The library's programs and the check of the configuration both read them."""

from neural_imaging.study.channels import Defaulted
from neural_imaging.study.networks import PRECISION, NetworkSettings
from neural_imaging.study.settings import (
    OPTIONAL,
    SEED,
    Boolean,
    Choice,
    Eights,
    Either,
    Even,
    Mapping,
    Number,
    Text,
    Whole,
)
from neural_imaging.study.strengths import Manipulations
from neural_imaging.study.structures import List, Section

REACH = "reach"
# Parts that can learn beside the forensic network.
PARTS = ("isp", "codec", "signature")
LOSSES = ("L2", "L1", "SSIM", "MS-SSIM")
_SHARE, _ABOVE_0 = Number(0, 1), Number(0, above=True)
_PATCH = Even(8, 8192)
_POLICIES = Choice(("none", "flat", "flat-aggressive", "dark-n-textured"))
_DISCARD = ("flat", _POLICIES, "patches that are avoided")


def _other(declared, **defaults):
    """Some of declared settings with other defaults."""
    return {name: (default, *declared[name][1:]) for name, default in defaults.items()}


SCHEDULE = {
    "epochs": (1, Whole(1), "at most so many"),
    "steps": (6, Whole(1), "steps an epoch"),
    "batch": (20, Whole(1, 100_000), "pictures a step; in joint training each becomes a patch of every class"),
    "learning_rate": (1e-4, _ABOVE_0, "of Adam"),
    "decay": (1.0, Number(0, 1, above=True), "the learning rate is multiplied by it every `decay_every` epochs"),
    "decay_every": (100, Whole(1), "epochs"),
    "first_decay": (False, Boolean(), "the learning rate also falls after the first epoch"),
    "validation_every": (100, Whole(1), "epochs between validations"),
    "patience": (0, Whole(0), "validations without improvement that end the training; 0 never ends it"),
    "tolerance": (0.0, Number(0), "least relative improvement that counts for `patience`"),
    "drop": (1.0, Number(0, 1, above=True), "factor on the learning rate at each deterioration"),
    "drop_above": (1.2, Number(1), "a validation loss of more than so many times the lowest is a deterioration"),
    "keep": (
        "last",
        Choice(("last", "best", "average")),
        "weights that a training ends with: its last, those of its best validation, or an average of many steps",
    ),
    "averaged": (100, Whole(1), "steps that an average reaches back, where `keep` is `average`"),
}
_OF_ALL = {
    "precision": (*PRECISION, "`mixed_bfloat16` is for deep convolutions alone"),
    "deterministic": (True, Boolean(), "the same bits in each run, at some cost in speed"),
}
COMMON = {
    "patch": (64, _PATCH, "side in pixels of the half-size Bayer stack; the developed patch is twice that"),
    "discard": _DISCARD,
    "validation_discard": (None, _POLICIES, "the same in validations and evaluations, where they avoid others"),
    "flips": (False, Boolean(), "flip patches, keeping the CFA's phase"),
    **_OF_ALL,
}
_MARGIN = (
    REACH,
    Either(REACH, Whole(0, 4096)),
    "cells around a patch that are developed with it and cut off last; `reach`: as far as the parts look",
)
ISP = {
    **SCHEDULE,
    **COMMON,
    "model": ("UNet", Text(), "the pipeline"),
    "settings": ({}, Mapping(), "its settings"),
    "loss": ("L2", Choice(LOSSES), "on the 0-255 scale"),
    "validation_patch": (256, _PATCH, "side of the patches for validation"),
    "margin": _MARGIN,
    **_other(SCHEDULE, epochs=25000, tolerance=1e-4),
}
# An epoch of protocol B is one pass over its 10,000 pictures.
CODEC = {
    **SCHEDULE,
    "model": ("TwitterDCN", Text(), "the codec's network"),
    "settings": ({}, Mapping(), "its settings"),
    "patch": (128, Eights(16, 8192), "side in pixels"),
    "validation_patch": (128, Eights(16, 8192), "side of the patches for validation"),
    "flips": (True, Boolean(), "flip patches"),
    "random_gamma": (0.5, _SHARE, "share of patches whose brightness is changed"),
    "random_resize": (0.0, _SHARE, "share of patches that are made smaller"),
    **_other(SCHEDULE, epochs=2500, steps=200),
    "batch": (50, Whole(1, 100_000), "patches a step"),
    **_other(SCHEDULE, decay=0.5, decay_every=1000),
    "tolerance": (1e-5, Number(0), "least relative growth of SSIM that counts for `patience`"),
    **_OF_ALL,
}

SIGNATURE = {
    "period": (16, Whole(2, 1024), "side of the tile in developed pixels"),
    "start": (
        OPTIONAL,
        Number(1e-3, 255),
        "strength at the start of the warm-up in grey levels rms; by default the signature's",
    ),
    "rate": (20, Number(1e-6, 1e6), "grey levels that the tile changes where its weights change by 1"),
}
_SEEDED = {"seed": (None, SEED, "of what is drawn; by default the run's")}
_RATES = {part: (1.0, Number(0, 1000, above=True), f"of the {part}") for part in PARTS}
FORENSIC = {
    **SCHEDULE,
    **COMMON,
    "manipulations": (
        ["sharpen:1", "gaussian:0.83", "jpeg:80", "resample:50"],
        Manipulations(),
        "the classes beside `native`, as `name` or `name:strength`",
    ),
    "channel": ({}, Defaulted(_SEEDED), "the distribution channel, in short or by `steps`"),
    "fan": (
        {},
        NetworkSettings("FAN", {"n_classes": "manipulations", "patch_size": "patch and channel"}),
        "settings of the forensic network",
    ),
    "trainable": (
        ["isp"],
        List(Choice(PARTS), 0),
        "parts that learn beside the forensic network where their λ is a number, or there is a signature",
    ),
    "isp_loss": ("L2", Choice(LOSSES), "on the 0-255 scale"),
    "augment": (False, Boolean(), "draw the manipulations' strengths from their ranges"),
    "scratch": (False, Boolean(), "pipelines that learn start from random weights"),
    **_other(COMMON, patch=128),
    **_other(SCHEDULE, epochs=1001, decay=0.85, validation_every=50),
    "validation_patches": (1, Whole(1, 1_000_000), "patches an image at each validation"),
    "margin": _MARGIN,
    "signature": ({}, Section({**SIGNATURE, **_SEEDED}), "the tile that is learned where there is a signature"),
    "double_softmax": (False, Boolean(), "take probabilities for logits, as the papers' code does"),
    "warmup": (0, Whole(0, 1_000_000), "epochs over which the weights of the other losses rise from 0"),
    "phase_start": (0.0, Number(0), "random start of a learning pipeline's tile in grey levels rms; 0 leaves it"),
    "rates": ({}, Section(_RATES), "factors on the learning rate of what learns beside the forensic network"),
    "lead": (0, Whole(0, 1_000_000), "epochs before which the forensic network learns alone"),
}

_WINDOWS = Whole(1, 1_000_000)
EVALUATION = {
    "windows": (100, _WINDOWS, "windows of each whole photograph"),
    "patches": (100, Whole(1, 1_000_000), "patches a photograph, for the papers' way"),
    "quality_every": (50, Whole(1), "PSNR and SSIM are measured on every so manieth patch"),
    **_other(COMMON, patch=128),
    "discard": _DISCARD,
    "batch": (25, Whole(1, 100_000), "patches at once"),
}
TRANSFER = {"windows": (10, _WINDOWS, "windows of each picture")}
FINGERPRINTS = {
    "enrolment": (20, Whole(1, 100_000), "photographs of each device that its fingerprint is estimated from"),
    "patches": ([64, 128, 256], List(Whole(32, 16384)), "sides of patches, in received pixels"),
    "windows": (4, Whole(1, 1000), "patches of each size of each photograph"),
    "sigma": (5.0, Number(0.01, 255), "standard deviation of the noise that the residual's filter looks for"),
    "uncleaned": (
        False,
        Boolean(),
        "also without taking out what devices share, where pipelines of enrolment and test are the same",
    ),
}
ATTACKS = {
    "photographs": (
        [1, 2, 5, 10, 20, 50],
        List(Whole(1, 100_000)),
        "that an attacker has, of those for training; of too large numbers all that there are",
    ),
    "windows": (10, _WINDOWS, "windows of each version of a photograph"),
    # Waves of a tile are stronger than noise where wavelets are coarse.
    "sigma": (10.0, *FINGERPRINTS["sigma"][1:]),
}
_REGION_SHARE = Number(0.01, 0.6)
LOCALISATION = {
    "window": (
        None,
        Whole(2, 8192),
        "side of windows in received pixels; null for what a network learned from; one with `use_gap` takes others too",
    ),
    "stride": (16, Whole(1, 8192), "received pixels from one window to the next, at most a window's side"),
    "smallest": (0.1, _REGION_SHARE, "share of a photograph that a region takes at least"),
    "largest": (0.3, _REGION_SHARE, "and at most"),
    "seed": (0, SEED, "of shapes and places of regions"),
}
