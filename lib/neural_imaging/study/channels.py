"""Channels as settings: what each of their steps takes, and what follows from it. This loads no network.

A channel is a chain of steps, or, in short, a down-sampling with a codec behind it. The configuration, the library and
the documentation all read the declarations here.
"""

from neural_imaging.base.errors import UserError
from neural_imaging.study.settings import (
    NEEDED,
    OPTIONAL,
    Choice,
    Factor,
    Mapping,
    Number,
    Odd,
    Text,
    Whole,
)
from neural_imaging.study.strengths import parse
from neural_imaging.study.structures import Drawn, List, Reference, Section, Variants, fault, inside, keys

CODECS = ("none", "jpeg", "dcn")
DOWNSAMPLING = ("none", "pool", "bilinear")
ROUNDINGS = ("round", "sin", "soft", "harmonic")
SUBSAMPLINGS = ("4:4:4", "4:2:2", "4:2:0")
# Those of `imaging.resampling`, and pooling, which cuts off what is less than a block.
RESIZINGS = ("pool", "bilinear", "bicubic", "lanczos", "area", "bilinear-aliased")
_QUALITY = Whole(1, 100)
# Today's form, which says most channels in a line.
CHANNEL = {
    "downsampling": ("pool", Drawn(Choice(DOWNSAMPLING)), "how pictures become smaller"),
    "factor": (2, Drawn(Whole(1, 64)), "how many times smaller their sides become"),
    "codec": ("jpeg", Choice(CODECS), "`dcn` is a learned codec"),
    "quality": (50, Drawn(_QUALITY, 2, span=True), "of JPEG"),
    "rounding": ("sin", Choice(ROUNDINGS), "of the differentiable JPEG in training"),
    "origin": (0, Drawn(Whole(0, 63), 2, 2, span=True), "pixels cropped from the top and the left before all else"),
}


class _Manipulation(Text):
    """A manipulation, as "name" or "name:strength"."""

    def __init__(self):
        super().__init__("a manipulation as name or name:strength")

    def read(self, name, value, settings=None):
        super().read(name, value)
        try:
            parse(value)
        except UserError as error:
            raise fault(name, error) from None
        return value


def _spread(default, kind, words):
    return default, Drawn(kind, 2, span=True), words


class _Tables(List):
    """Two quantisation tables, row by row."""

    words = "two lists of 64 whole numbers from 1 to 255"

    def __init__(self):
        super().__init__(List(Whole(1, 255), 64, 64, once=False), 2, 2, once=False)


# Each step's settings, without its name.
STEPS = {
    "crop": {
        "origin": _spread(0, Whole(0, 4096), "pixels cut off at the top and, drawn anew, at the left"),
    },
    "resize": {
        "kernel": ("lanczos", Drawn(Choice(RESIZINGS)), "anti-aliased as in Pillow, but for `bilinear-aliased`"),
        "factor": _spread(
            OPTIONAL,
            Factor(1 / 16, 64),
            "how many times smaller the sides become; a range between whole numbers, such as [2, 4] and not "
            "[2.0, 4.0], has whole ones",
        ),
        "longest": _spread(OPTIONAL, Whole(1, 65535), "the longer side in pixels; smaller pictures stay as they are"),
    },
    "jpeg": {
        "quality": _spread(50, _QUALITY, "quality factor"),
        "subsampling": ("4:4:4", Choice(SUBSAMPLINGS), "of the colours"),
        "tables": (
            OPTIONAL,
            _Tables(),
            "of brightness and colour, which quality 50 leaves as they are",
        ),
        "rounding": ("soft", Choice(ROUNDINGS), "of the differentiable JPEG in training"),
    },
    "webp": {"quality": _spread(75, Whole(0, 100), "quality factor")},
    "avif": {"quality": _spread(60, Whole(0, 99), "quality factor")},
    "jpegxl": {"quality": _spread(1.0, Number(0.05, 25), "butteraugli distance; less is better")},
    "jpeg2000": {"quality": _spread(35, Number(1, 100), "target PSNR in dB")},
    "dcn": {"name": (OPTIONAL, Reference("codecs"), "the learned codec; it is the last step")},
    "blur": {
        "size": _spread(5, Odd(3, 63), "side of the Gaussian kernel in pixels"),
        "deviation": _spread(
            OPTIONAL,
            Number(0.01, 100),
            "its standard deviation in pixels; by default 0.15 · size + 0.35, as in OpenCV",
        ),
    },
    "noise": {"deviation": _spread(5.1, Number(0, 255), "of white Gaussian noise, in grey levels")},
    "sharpen": {"strength": _spread(1, Number(0, 100), "as of the manipulation `sharpen`")},
    "gamma": {"exponent": _spread(1.1, Number(0.1, 10), "samples are raised to its inverse: above 1 is lighter")},
    "round": {},
    "manipulation": {"manipulation": (NEEDED, _Manipulation(), "one of the library's or of your own")},
}
# Steps that write files, which real programs decode again.
REAL_CODECS = ("jpeg", "webp", "avif", "jpegxl", "jpeg2000")
LEARNED = "dcn"
# Their blocks are predicted from those before, or filtered over all borders.
ENDLESS = ("webp", "avif", "jpegxl", "jpeg2000")


def choices(kind, value):
    """What a setting can be: a list, or None where it is any number of a range.

    Args:
        kind: its declared kind.
        value: a value of the kind.
    """
    if not isinstance(kind, Drawn) or not isinstance(value, list | tuple):
        return [value]
    # What a longer list names twice is there once, so that [2, 4, 4] is 2 or 4, and no range.
    return kind.kind.between(*value) if spans(kind, value) else list(dict.fromkeys(value))


def spans(kind, value):
    """Whether a value is a range [low, high]."""
    return isinstance(kind, Drawn) and kind.span and isinstance(value, list | tuple) and len(value) == 2


def steady(kind, value):
    """What a setting is outside of trainings: the middle of a range, the first of a list."""
    known = choices(kind, value)
    if known is None:
        return (value[0] + value[1]) / 2
    return known[(len(known) - 1) // 2] if spans(kind, value) else known[0]


def resized(resize):
    """What the factor of a resize step can be: a list, or None where that is any number of a range."""
    return choices(STEPS["resize"]["factor"][1], resize["factor"])


def whole(resize):
    """Whether all factors of a resize step are whole numbers from 1 on."""
    known = resized(resize)
    return known is not None and all(factor == int(factor) and factor >= 1 for factor in known)


def _section(step):
    return Section({"step": (NEEDED, Choice((step,)), "its name"), **STEPS[step]}, (), _EITHER.get(step, ()))


_EITHER = {"resize": ("factor", "longest")}


class Steps(List):
    """The steps of a channel, the first first.

    Args:
        named: a learned codec must be named, as in the configuration.
    """

    def __init__(self, named=False):
        super().__init__(Variants("step", {step: _section(step) for step in STEPS}), once=False)
        self._named = named

    words = "a non-empty list of steps, each a mapping with `step` and the step's settings"

    def read(self, name, value, settings=None):
        super().read(name, value)
        for index, step in enumerate(value):
            self._check(inside(name, index), step, last=index == len(value) - 1)
            if step["step"] == "crop" and value[-1]["step"] == LEARNED and min(listed(step.get("origin", 0))):
                raise fault(inside(name, index), "before a learned codec, which takes whole cells, a crop begins at 0")
        return value

    def _check(self, name, step, last):
        """Refuse settings that do not go together."""
        if step["step"] == "resize":
            if {"factor", "longest"} <= step.keys():
                raise fault(name, "a resize has a `factor` or a `longest` side, not both")
            if "pool" in listed(step.get("kernel", "")) and not ("factor" in step and whole(step)):
                raise fault(name, "pool takes whole factors; area has the same result for these, and takes others")
        if step["step"] == LEARNED:
            if not last:
                raise fault(name, "a learned codec is the last step of a channel")
            if self._named and "name" not in step:
                raise fault(name, f"missing {keys(['name'])}: which of `codecs` it is")


class Form(Variants):
    """A channel: `steps`, or the short form, whose other sections stand under the value of `codec`.

    Args:
        sections: of the short form, by the codec.
        more: declared settings of both.
        named: as for `Steps`.
    """

    def __init__(self, sections, more=None, named=False):
        chain = Section({"steps": (NEEDED, Steps(named), "what is done, one after the other"), **(more or {})})
        super().__init__("codec", {**sections, "steps": chain})

    def read(self, name, value, settings=None):
        Mapping.read(self, name, value)
        if "steps" not in value:
            return self._short(name, value)
        if short := [key for key in value if key in CHANNEL or key == "name"]:
            raise fault(name, f"has steps, so {keys(short)} must not be there; each step has settings of its own")
        return self.sections["steps"].read(name, value)

    def _short(self, name, value):
        if value.get(self.key) == "steps":
            Choice(CODECS).read(inside(name, self.key), "steps")
        return super().read(name, value)

    def references(self, name, value):
        section = self.sections["steps" if "steps" in value else value[self.key]]
        return section.references(name, value)


class Defaulted(Form):
    """A channel that may leave out what has a default, as those of trainings."""

    def __init__(self, more):
        super().__init__({codec: Section({**CHANNEL, **more}) for codec in CODECS}, more)

    def read(self, name, value, settings=None):
        Mapping.read(self, name, value)
        default = {} if "steps" in value else {self.key: CHANNEL[self.key][0]}
        super().read(name, {**default, **value})
        return value


def listed(value):
    """A setting's values: those of its list, or the one that it is."""
    return list(value) if isinstance(value, list | tuple) else [value]
