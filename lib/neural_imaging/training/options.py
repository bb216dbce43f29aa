"""Settings of a training, checked: unknown names and wrong types are refused by name."""

import math
from pathlib import Path

from neural_imaging.base import files, records
from neural_imaging.base.errors import UserError
from neural_imaging.models.margin import REACH

SCHEDULE = {
    "epochs": 1,
    "steps": 6,
    "batch": 20,
    "learning_rate": 1e-4,
    "decay": 1.0,
    "decay_every": 100,
    "first_decay": False,
    "validation_every": 100,
    "patience": 0,
    "tolerance": 0.0,
    "drop": 1.0,
    "drop_above": 1.2,
    "keep": "last",
}
KEEP = ("last", "best")
# Of every whole number; the products of two of them are whole numbers of 64 bits.
MOST = 2**31 - 1
COMMON = {"patch": 64, "discard": "flat", "flips": False, "precision": "float32", "deterministic": True}
ISP = {
    **SCHEDULE,
    **COMMON,
    "model": "UNet",
    "settings": {},
    "loss": "L2",
    "validation_patch": 256,
    "margin": REACH,
    "epochs": 25000,
    "tolerance": 1e-4,
}
# An epoch of protocol B is one pass over its 10,000 pictures.
CODEC = {
    **SCHEDULE,
    "model": "TwitterDCN",
    "settings": {},
    "patch": 128,
    "validation_patch": 128,
    "flips": True,
    "random_gamma": 0.5,
    "random_resize": 0.0,
    "epochs": 2500,
    "steps": 200,
    "batch": 50,
    "decay": 0.5,
    "decay_every": 1000,
    "tolerance": 1e-5,
    "precision": "float32",
    "deterministic": True,
}
FORENSIC = {
    **SCHEDULE,
    **COMMON,
    "manipulations": ["sharpen:1", "gaussian:0.83", "jpeg:80", "resample:50"],
    "channel": {},
    "fan": {},
    "trainable": ["isp"],
    "isp_loss": "L2",
    "augment": False,
    "scratch": False,
    "patch": 128,
    "epochs": 1001,
    "decay": 0.85,
    "validation_every": 50,
    "validation_patches": 1,
    "margin": REACH,
    "signature": {},
    "double_softmax": False,
    "warmup": 0,
    "phase_start": 0.0,
    "rates": {},
    "lead": 0,
}
# Weights that leave a pipeline or a codec as it is.
FAN_ONLY, BASIC = "fan-only", "basic"

# Settings that may be zero; all other numbers are above it.
FROM_ZERO = ("patience", "tolerance", "warmup", "lead", "phase_start", "random_gamma", "random_resize")
_KINDS = {
    bool: "true or false",
    int: "a whole number above 0,",
    float: "a number above 0,",
    str: "text",
    dict: "a mapping",
}
_KINDS |= {list: "a list", tuple: "a list"}


def complete(given, defaults, what):
    """Fill in defaults.

    Args:
        given: settings by name.
        defaults: every known setting with its default; a default of None takes any type.
        what: what the settings are for, for messages.

    Returns:
        All settings by name.

    Raises:
        UserError: an unknown setting, or one of the wrong type or below its least value.
    """
    unknown = [name for name in given if name not in defaults]
    if unknown:
        raise UserError(f"{what}: unknown setting {', '.join(unknown)}; known: {', '.join(defaults)}")
    settings = {**defaults, **given}
    for name, value in settings.items():
        if not _fits(name, value, defaults[name]):
            kind = "a number of at least 0," if name in FROM_ZERO else _KINDS[type(defaults[name])]
            kind = "a whole number from 0 up, or" if name == "margin" else kind
            raise UserError(f"{what}: setting {name} is {value!r}, and should be {kind} like {defaults[name]!r}")
        if type(value) is int and value > MOST:
            raise UserError(f"{what}: setting {name} is {value!r}, and should be at most {MOST}")
    return settings


def _fits(name, value, default):
    if default is None:
        return True
    if name == "margin":
        return value == default or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, int | float):
        number = int if isinstance(default, int) else (int, float)
        return isinstance(value, number) and (value > 0 or (value == 0 and name in FROM_ZERO)) and math.isfinite(value)
    if isinstance(default, str):
        return value is None or isinstance(value, str)
    return isinstance(value, list | tuple if isinstance(default, list | tuple) else type(default))


def check_output(path, models=()):
    """Make sure, before a training starts, that its model can be written, and writes over none that it starts from.

    Args:
        path: the model to write; its record is written beside it.
        models: the models that it starts from; None among them stands for one that was not given.

    Raises:
        UserError: not the name of a Keras archive, or nothing can be written there, or one of these models or its
            record is there.
    """
    path = Path(path)
    if path.suffix != ".keras":
        raise UserError(f"{path}: a model's name ends with .keras")
    files.check_output(path)
    for model in map(Path, filter(None, models)):
        same_folder = model.resolve().parent == path.resolve().parent
        if same_folder and (model.name == path.name or model.with_name(records.NAME).is_file()):
            raise UserError(f"{path}: would be written over {model}, or over its record; name another folder")


def joint(settings, isp_model, lambda_isp, codec_model=None, lambda_codec=None, signature=None):
    """Settings of a joint training with the weights of its losses, and the models that it starts from.

    Args:
        settings: complete, see `FORENSIC`.
        isp_model, lambda_isp, codec_model, lambda_codec, signature: as for `training.forensics.train`.

    Returns:
        (weights, models): the weights by name, and the models' paths.
    """
    weights, models = {"lambda_isp": lambda_isp}, [isp_model]
    if codec_model is not None:
        weights, models = {**weights, "lambda_codec": lambda_codec or BASIC}, [*models, codec_model]
    if signature is not None:
        # Beside the setting `signature`, which says what signatures are like.
        weights["signature_strength"] = signature
    return weights, models


def schedule(settings):
    """The `training.loop.Schedule` among complete settings.

    Raises:
        UserError: `keep` is neither "last" nor "best", or `drop` or `drop_above` is out of range.
    """
    if settings["keep"] not in KEEP:
        raise UserError(f"setting keep is {settings['keep']!r}; known: {', '.join(KEEP)}")
    if settings["drop"] > 1:
        raise UserError(f"setting drop is {settings['drop']}; it lowers the learning rate, so it must be at most 1")
    if settings["drop_above"] < 1:
        raise UserError(
            f"setting drop_above is {settings['drop_above']}; it must be at least 1, the lowest loss itself"
        )
    # With Keras, which these settings are checked without.
    from neural_imaging.training.loop import Schedule

    chosen = {name: settings[name] for name in SCHEDULE}
    # Keras takes no whole number for a learning rate.
    return Schedule(**{**chosen, "learning_rate": float(chosen["learning_rate"])})
