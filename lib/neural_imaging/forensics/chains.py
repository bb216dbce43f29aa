"""How a channel's settings become steps: those of a chain, and those of the short form."""

from neural_imaging.base import memory
from neural_imaging.base.errors import UserError
from neural_imaging.forensics import steps as known
from neural_imaging.forensics import steps_codecs, steps_sizes, steps_tones  # noqa: F401  they register themselves
from neural_imaging.models.jpeg import Quality
from neural_imaging.study import channel_facts, channels, settings

# The short form's name of an interpolation without low-pass filter.
SHORT = {"bilinear-aliased": "bilinear"}


def check(steps, others):
    """Refuse steps that are wrong, and settings of the short form beside them: a `UserError`."""
    channels.Steps().read("steps", steps)
    defaults = {name: default for name, (default, *_) in channels.CHANNEL.items()}
    if given := [name for name, value in others.items() if value is not defaults[name] and value != defaults[name]]:
        raise UserError(f"a channel with steps takes no {', '.join(given)}; each step has settings of its own")


def of_short_form(given, codec):
    """The steps of a channel in the short form.

    Args:
        given: its downsampling, factor, quality, rounding and origin.
        codec: its codec.

    Returns:
        (steps, given), the quality as plain numbers.

    Raises:
        UserError: a wrong setting.
    """
    settings.Choice(channels.CODECS).read("codec", codec)
    kinds = [given["downsampling"]] if isinstance(given["downsampling"], str) else list(given["downsampling"])
    if not kinds:
        raise UserError(
            f"downsampling is {given['downsampling']!r}; it must name one of {', '.join(channels.DOWNSAMPLING)}"
        )
    for kind in kinds:
        settings.Choice(channels.DOWNSAMPLING).read("downsampling", kind)
    for name in ("factor", "origin"):
        _check_numbers(name, given[name])
    if codec == "jpeg":
        given = {**given, "quality": Quality(given["quality"]).setting}
    return channel_facts.steps({**given, "downsampling": kinds, "codec": codec}), given


def _check_numbers(name, value):
    """Refuse what is no number, range [low, high] or longer list, within the bounds that are declared."""
    kind = channels.CHANNEL[name][1]
    numbers = list(value) if isinstance(value, list | tuple) else [value]
    for number in numbers:
        kind.kind.read(name, number)
    if not numbers or (channels.spans(kind, numbers) and numbers[0] > numbers[1]):
        raise UserError(f"{name} is {value!r}; it should be a number, a range [low, high] or a longer list")


def made(chain, seed):
    """The steps of a chain. The first JPEG draws with the channel's seed, others with seeds of their own."""
    coded = 0
    for step in chain:
        own = None if seed is None else seed + coded
        coded += step["step"] == "jpeg"
        yield known.make(step, own)


def first(name, steps):
    """The first step of a name, or None."""
    return next((step for step in steps if step.name == name), None)


def sent(picture, steps):
    """A picture of 8 bits after some real steps.

    Raises:
        UserError: nothing is left of it.
    """
    for step in steps:
        height, width = step.received(*picture.shape[:2])
        if height < 1 or width < 1:
            raise UserError(
                f"a {step.name} leaves nothing of a picture of {picture.shape[1]} × {picture.shape[0]} pixels"
            )
        memory.check(f"a {step.name} to {width} × {height} pixels", 3 * height * width)
        picture = step.real(picture)
    return picture
