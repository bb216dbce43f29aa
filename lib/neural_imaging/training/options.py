"""Settings of a training, checked: unknown names and wrong values are refused by name."""

from pathlib import Path

from neural_imaging.base import files, records
from neural_imaging.base.errors import UserError
from neural_imaging.study.grid import BASIC, FAN_ONLY
from neural_imaging.study.settings import choose
from neural_imaging.study.trainings import (
    ATTACKS,
    CODEC,
    EVALUATION,
    FINGERPRINTS,
    FORENSIC,
    ISP,
    LOCALISATION,
    PARTS,
    SCHEDULE,
    TRANSFER,
)

__all__ = [
    "ATTACKS", "BASIC", "CODEC", "EVALUATION", "FAN_ONLY", "FINGERPRINTS", "FORENSIC", "ISP", "LOCALISATION", "PARTS",
    "SCHEDULE", "TRANSFER",
    "avoided", "check_output", "complete", "joint", "schedule",
]  # fmt: skip


def complete(given, declared, what):
    """All settings by name, those given checked; `declared` is as for `study.settings.choose`.

    A `UserError` about unknown or wrong ones says `what` they are for.
    """
    unknown = [name for name in given if name not in declared]
    if unknown:
        raise UserError(f"{what}: unknown setting {', '.join(unknown)}; known: {', '.join(declared)}")
    return choose(declared, given, lambda name: f"{what}: setting {name}")[0]


def avoided(settings):
    """Patches that validations avoid: the training's own, where nothing else is set."""
    return settings["validation_discard"] or settings["discard"]


def check_output(path, models=()):
    """Make sure, before a training starts, that its model can be written, and writes over none that it starts from.

    Of the `models` that it starts from, None stands for one that was not given. A record lies beside each model.
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
    """Weights of the losses of a joint training by name, and the paths of the models that it starts from.

    Arguments are as for `training.forensics.train`.
    """
    weights, models = {"lambda_isp": lambda_isp}, [isp_model]
    if codec_model is not None:
        weights, models = {**weights, "lambda_codec": lambda_codec or BASIC}, [*models, codec_model]
    if signature is not None:
        # Beside the setting `signature`, which says what signatures are like.
        weights["signature_strength"] = signature
    return weights, models


def schedule(settings):
    """The `training.loop.Schedule` among complete settings."""
    # With Keras, which settings are checked without.
    from neural_imaging.training.loop import Schedule

    chosen = {name: settings[name] for name in SCHEDULE}
    # Keras takes no whole number for a learning rate.
    return Schedule(**{**chosen, "learning_rate": float(chosen["learning_rate"])})
