"""Settings of a training, checked: unknown names and wrong types are refused by name."""

import math
from pathlib import Path

from neural_imaging import files
from neural_imaging.errors import UserError
from neural_imaging.training.loop import Schedule

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
COMMON = {"patch": 64, "discard": "flat", "flips": False, "precision": "float32", "deterministic": True}

# Settings that may be zero; all other numbers are above it.
FROM_ZERO = ("patience", "tolerance", "warmup", "phase_start", "random_gamma", "random_resize")
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
        if same_folder and (model.name == path.name or model.with_name("record.json").is_file()):
            raise UserError(f"{path}: would be written over {model}, or over its record; name another folder")


def schedule(settings):
    """The `Schedule` among complete settings.

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
    chosen = {name: settings[name] for name in SCHEDULE}
    # Keras takes no whole number for a learning rate.
    return Schedule(**{**chosen, "learning_rate": float(chosen["learning_rate"])})
