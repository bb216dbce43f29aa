"""Conditions of a test of robustness, built for one run: its pictures, manipulations and channel, or others."""

import json
from dataclasses import dataclass, field

import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.coding.libjpeg import to_8_bits
from neural_imaging.developing import pipelines
from neural_imaging.evaluation import isp as developers
from neural_imaging.evaluation import learned, whole
from neural_imaging.forensics.channel import Channel
from neural_imaging.study import channel_facts, ready_channels
from neural_imaging.study.channels import Defaulted
from neural_imaging.study.conditions import CONDITION, OWN, check_name, known
from neural_imaging.study.settings import OPTIONAL, Kind, Text
from neural_imaging.study.structures import Section

# Its learned codec is called by its file.
_CHANNEL = Defaulted({"name": (OPTIONAL, Text(), "model.keras of the learned codec, where `codec` is `dcn`")})
_CONDITION = Section(
    {"channel": (OPTIONAL, Kind(), "settings of a channel, or the name of a ready-made one"), **CONDITION},
    either=("channel", *CONDITION),
)


@dataclass(frozen=True)
class Condition:
    """What is done with photographs before a forensic network sees windows of them.

    Attributes:
        camera: which of several cameras develops them: the text of another pipeline, or "" for the run's own.
        rounded: they are rounded to 8 bits before they are manipulated.
        manipulations: texts of what is done to them, behind `native`.
        known: whether these are the network's classes.
        channel: text that tells channels apart; "" for the run's own.
    """

    name: str
    camera: str = ""
    rounded: bool = False
    manipulations: tuple = ()
    known: bool = True
    channel: str = ""

    @property
    def versions(self):
        """Its versions of a photograph: the place of each behind `native`, and what was done; native is (0, "")."""
        return [(0, ""), *enumerate(self.manipulations, start=1)]

    def looks(self):
        """What is looked at under it: camera, rounding, version and channel of each; conditions may share some."""
        return [(self.camera, self.rounded, version, self.channel) for version in self.versions]


@dataclass
class Conditions:
    """All conditions of a run, with the cameras and channels that they name.

    Attributes:
        each: list of `Condition`; the run's own comes first.
        cameras: functions of a photograph to its developed picture, float32 in [0, 1], shape (height, width, 3).
        channels: `Channel` that draws nothing, by the text that conditions have.
    """

    each: list
    cameras: dict = field(repr=False)
    channels: dict = field(repr=False)


def check(given):
    """Check the form of conditions: a mapping of names to mappings, see `build`.

    Raises:
        UserError: at the first mistake.
    """
    for name, condition in given.items():
        check_name(f"condition {name}", Text().read("the name of a condition", name))
        _CONDITION.read(f"condition {name}", condition)
        if "channel" in condition and not isinstance(condition["channel"], str):
            _CHANNEL.read(f"condition {name}.channel", condition["channel"])


def build(pipeline, given):
    """The conditions of a joint model, `own` first.

    Another pipeline takes the place of the run's whole camera: a signature, which that camera adds, is not there
    either; and its photographs have 8 bits, as files do.

    Args:
        pipeline: the `ForensicPipeline`.
        given: mapping of names to mappings, each with some of "channel" (settings of `Channel`, where the "name" of a
            learned codec is that of its model.keras; or the name of a ready-made one), "manipulations", "round" and
            "isp" (see `isp.parse`).

    Raises:
        UserError: at the first mistake.
    """
    check(given)
    cameras = {"": own_camera(pipeline)}
    channels, each = {"": pipeline.channel.fixed()}, [Condition(OWN, manipulations=tuple(pipeline.manipulations))]
    for name, settings in given.items():
        place, chosen = f"condition {name}", settings.get("manipulations", pipeline.manipulations)
        camera, channel = settings.get("isp", ""), settings.get("channel")
        if camera and camera not in cameras:
            cameras[camera] = other_camera(pipeline, f"{place}.isp", camera)
        text = "" if channel is None else json.dumps(channel, sort_keys=True)
        if text not in channels:
            channels[text] = _channel(f"{place}.channel", channel)
        is_known = known(f"{place}: manipulations", pipeline.manipulations, chosen)
        each.append(Condition(name, camera, settings.get("round", False), tuple(chosen), is_known, text))
    return Conditions(each, cameras, channels)


def fitting(pipeline, given):
    """Of conditions for any run those that can be of this one, and the others: mappings of "name" and "reason".

    Others have some of its manipulations and not all, or another pipeline for photographs without RAW.
    """
    fit, left_out = {}, []
    for name, settings in given.items():
        try:
            known("manipulations", pipeline.manipulations, settings.get("manipulations", pipeline.manipulations))
            _check_raw(pipeline, "isp", settings.get("isp"))
        except UserError as error:
            left_out.append({"name": name, "reason": str(error)})
        else:
            fit[name] = settings
    return fit, left_out


def own_camera(pipeline):
    """The run's camera: its pipeline, and the signature that it may add."""
    render = whole.renderer(pipeline)
    return lambda image: whole.develop(pipeline, image, render=render)


def other_camera(pipeline, place, text):
    """A camera with another pipeline than the run's; `place` is what messages begin with."""
    _check_raw(pipeline, place, text)
    try:
        _, name, settings = developers.parse(text)
        other = pipelines.configured(name, settings)
    except UserError as error:
        raise UserError(f"{place}: {error}") from None
    if other.takes_rgb or isinstance(other, pipelines.LibRAW):
        raise UserError(f"{place}: {name} takes no Bayer stacks; name a pipeline that does, such as Python")

    def develop(image):
        if any(other.cut(image.cfa)):
            raise UserError(f"{place}: {text} has not learned the colour filters of {image.name} ({image.cfa})")
        picture = other.render(np.asarray(image.stack), image.cfa, image.camera_to_srgb)
        return picture.astype(np.float32) / np.float32(255)

    return develop


def _check_raw(pipeline, place, text):
    if text and getattr(pipeline.isp, "takes_rgb", False):
        raise UserError(f"{place}: the photographs have no RAW that {text} could develop")


def rounded(picture):
    """A picture of 8 bits a sample, in [0, 1] as before."""
    return to_8_bits(picture).astype(np.float32) / np.float32(255)


def _channel(place, settings):
    """The channel of settings that are checked, or of the name of a ready-made one, which draws nothing."""
    try:
        settings = ready_channels.get(settings) if isinstance(settings, str) else settings
        model = channel_facts.learned(settings)
        network = {} if model is None else {"network": learned.find(model).model}
        return Channel(**channel_facts.anonymous(settings), **network).fixed()
    except UserError as error:
        raise UserError(f"{place}: {error}") from None
