"""Channels that are ready by their names: the papers', sweeps of the field, and guesses at what services do."""

from neural_imaging.base.errors import UserError
from neural_imaging.study.settings import guess

# What messengers and social networks do, they do not publish, and change: longest sides, qualities and second codings
# are assumptions, near to what studies of uploaded photographs report. A channel fitted to pairs of pictures is better.
_ASSUMED = "assumed: "
READY = {
    "cvpr2019": (
        "protocol A of the papers: 2:1 pooling, then JPEG of quality 50 with sinusoidal rounding",
        [{"step": "resize", "kernel": "pool", "factor": 2}, {"step": "jpeg", "quality": 50, "rounding": "sin"}],
    ),
    "iclr2020": (
        "protocol B of the papers with JPEG: no down-sampling, quality 50, one of its 10 to 95",
        [{"step": "jpeg", "quality": 50, "rounding": "soft"}],
    ),
    "blur-sweep": (
        "Gaussian kernels of 3 to 23 pixels, as forensic detectors are tested",
        [{"step": "blur", "size": [3, 23]}],
    ),
    "noise-sweep": (
        "white noise of standard deviation 3 to 23 grey levels, likewise",
        [{"step": "noise", "deviation": [3, 23]}],
    ),
    "jpeg-sweep": ("JPEG of quality 50 to 100, likewise", [{"step": "jpeg", "quality": [50, 100]}]),
    "messenger": (
        _ASSUMED + "the sender makes the longer side 1600 pixels and writes JPEG, the receiver stores it again",
        [
            {"step": "resize", "kernel": "bilinear", "longest": 1600},
            {"step": "jpeg", "quality": 70, "subsampling": "4:2:0"},
            {"step": "jpeg", "quality": 85, "subsampling": "4:2:0"},
        ],
    ),
    "social": (
        _ASSUMED + "uploaded as JPEG of at most 2048 pixels, delivered as WebP",
        [
            {"step": "resize", "kernel": "lanczos", "longest": 2048},
            {"step": "jpeg", "quality": 85, "subsampling": "4:2:0"},
            {"step": "webp", "quality": 75},
        ],
    ),
}


def get(name):
    """The settings of a ready-made channel.

    Raises:
        UserError: there is none of that name.
    """
    if name not in READY:
        raise UserError(f"channel {name!r} is not known{guess([name], READY)}; ready-made are {', '.join(READY)}")
    return {"steps": [dict(step) for step in READY[name][1]]}


def table():
    """A Markdown table of them."""
    rows = [f"| `{name}` | {words} | {'; '.join(map(_text, steps))} |" for name, (words, steps) in READY.items()]
    return "\n".join(["| name | what it is | steps |", "|---|---|---|", *rows]) + "\n"


def _text(step):
    return " ".join([step["step"], *(f"{key} {value}" for key, value in step.items() if key != "step")])
