"""A forensic network that judges photographs, and what is known of it."""

import os
from dataclasses import dataclass
from pathlib import Path

from neural_imaging import models, presets
from neural_imaging.analysis import windows
from neural_imaging.analysis.stated import NOTHING, Stated, find
from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_tables
from neural_imaging.forensics.joint import ForensicPipeline
from neural_imaging.models.fan import FAN
from neural_imaging.study import channel_facts


@dataclass(frozen=True)
class Judge:
    """A model that judges photographs.

    Attributes:
        name: what it was called.
        fan: its forensic network.
        look: that as `evaluation.scores.network` gives it.
        classes: names of the classes.
        pipeline: the joint model; None for a network alone, which develops no RAW files.
        path: of its archive; None for one that was given as a model.
        stated: what its card or evaluation says.
    """

    name: str
    fan: FAN
    look: object
    classes: tuple
    pipeline: ForensicPipeline | None = None
    path: Path | None = None
    stated: Stated = NOTHING

    @property
    def steps(self):
        """Steps of the channel behind which it has learned, each in words; none where they are not known."""
        if self.pipeline is None:
            return []
        return [_words(step) for step in _steps(self.pipeline.channel)]

    @property
    def jpeg_table(self):
        """Table of brightness, (8, 8), of the JPEG that its channel ends with; None where it ends otherwise."""
        channel = None if self.pipeline is None else self.pipeline.channel.fixed()
        if channel is None or channel.jpeg is None:
            return None
        step = _steps(channel)[-1]
        return None if step.get("tables") is not None else jpeg_tables.pair(channel.quality)[0]

    def facts(self):
        """What there is to say of it, JSON types."""
        known = {"name": self.name, "classes": list(self.classes), "channel": self.steps}
        if self.path is not None:
            known["sha256"] = files.sha256(self.path)
        said = self.stated
        known |= {"temperature": said.temperature, "accuracy": None, "problem": said.problem or None}
        if said.accuracy is not None:
            ends = ("percent", "low", "high")
            known["accuracy"] = {**dict(zip(ends, said.accuracy, strict=True)), "source": said.source}
        return known


def load(model=None):
    """A `Judge`.

    Args:
        model: path of a `model.keras`, name of a preset, or a model: a joint model or a FAN; by default the preset
            "fan".

    Raises:
        UserError: there is none, or it has no forensic network.
    """
    if model is None:
        model = presets.path(presets.FORENSIC, "name the model.keras of a run")
    if not isinstance(model, str | os.PathLike):
        return _judge(model, type(model).__name__)
    path = presets.located(model)
    name = path.stem if path.parent == presets.FOLDER else str(model)
    return _judge(models.load(path), name, path, find(path))


def _judge(model, name, path=None, known=NOTHING):
    fan = getattr(model, "fan", model)
    if not isinstance(fan, FAN):
        raise UserError(f"{name}: a {type(model).__name__} has no forensic network; give a joint model or a FAN")
    count = fan.settings["n_classes"]
    classes = tuple(getattr(model, "classes", [str(number) for number in range(count)]))
    pipeline = model if isinstance(model, ForensicPipeline) else None
    return Judge(name, fan, windows.network(fan), classes, pipeline, path, known)


def _steps(channel):
    return channel_facts.steps(channel.get_config())


def _words(step):
    """A step's name and what tells it from others; of what varies, all of it."""
    shown = ("kernel", "factor", "longest", "quality", "subsampling", "size", "deviation", "exponent", "origin", "text")
    values = [step[key] for key in shown if key in step]
    texts = ["/".join(map(str, value)) if isinstance(value, list) else str(value) for value in values]
    return " ".join([step["step"], *texts])
