"""What follows from a channel's settings in the configuration. This loads no network."""

import math

from neural_imaging.base.errors import UserError
from neural_imaging.study.channels import ENDLESS, LEARNED, REAL_CODECS, STEPS, listed, resized, steady, whole

_BLOCK = 8
# What other steps look around themselves, at most or usually, in pixels.
_LITTLE = {"resize": 3, "sharpen": 1, "manipulation": _BLOCK}


def steps(channel):
    """The steps of a channel of the configuration, also of one in the short form."""
    if "steps" in channel:
        return channel["steps"]
    chain = []
    if channel.get("origin", 0) != 0:
        chain.append({"step": "crop", "origin": channel["origin"]})
    kernels = ["bilinear-aliased" if each == "bilinear" else each for each in listed(channel["downsampling"])]
    if set(kernels) != {"none"}:
        factors = listed(channel["factor"])
        # In the short form two factors are a list; in a step, where they would be a range, one of them stands twice.
        factor = [*factors, factors[-1]] if len(factors) == 2 else channel["factor"]
        chain.append({"step": "resize", "kernel": kernels, "factor": factor})
    of_codec = ("name",) if channel["codec"] == LEARNED else ("quality", "rounding")
    own = {key: channel[key] for key in of_codec if key in channel}
    return chain if channel["codec"] == "none" else [*chain, {"step": channel["codec"], **own}]


def codec(channel):
    """The codec that a channel of the configuration ends with, as `Channel.codec`."""
    if "steps" not in channel:
        return channel["codec"]
    last = channel["steps"][-1]["step"]
    return last if last in (*REAL_CODECS, LEARNED) else "none"


def learned(channel):
    """The name of a channel's learned codec in the configuration; None where it has none."""
    if "steps" not in channel:
        return channel.get("name") if channel.get("codec") == LEARNED else None
    last = channel["steps"][-1]
    return last.get("name") if last["step"] == LEARNED else None


def anonymous(channel):
    """A channel of the configuration without the name of its learned codec."""
    own = {key: value for key, value in channel.items() if key != "name"}
    if "steps" in own:
        own["steps"] = [{key: value for key, value in step.items() if key != "name"} for step in own["steps"]]
    return own


def renamed(channel, name):
    """A channel of the configuration whose learned codec is called otherwise, such as by its file."""
    if "steps" not in channel:
        return {**channel, "name": name}
    return {**channel, "steps": [*channel["steps"][:-1], {**channel["steps"][-1], "name": name}]}


def endless(channel):
    """The first step of a channel that has no limit to how far it looks; None where there is none."""
    return next((step["step"] for step in steps(channel) if step["step"] in ENDLESS), None)


def short(channel):
    """What figures say of a channel: the short form, where it is one of a codec behind a down-sampling.

    Returns:
        mapping with "downsampling", "factor" and "codec", which is "chain" where there are other steps; and with
        "quality" or "name".
    """
    if "steps" not in channel:
        return channel
    chain = [step["step"] for step in channel["steps"]]
    resize = next((step for step in channel["steps"] if step["step"] == "resize" and "factor" in step), {})
    last = channel["steps"][-1]
    simple = chain[1:] if chain[:1] == ["resize"] and resize else chain
    form = {"downsampling": resize.get("kernel", "lanczos") if resize else "none", "factor": resize.get("factor", 1)}
    if simple == ["jpeg"]:
        return {**form, "codec": "jpeg", "quality": last.get("quality", 50)}
    if simple == [LEARNED]:
        return {**form, "codec": LEARNED, "name": last["name"]}
    return {**form, "codec": "chain" if simple else "none"}


def factors(channel):
    """By how much a channel of the configuration makes pictures smaller, for each of its draws.

    Of a range of any numbers they are its ends.
    """
    if "steps" in channel:
        resize = next((step for step in channel["steps"] if step["step"] == "resize" and "factor" in step), None)
        return [1] if resize is None else resized(resize) or listed(resize["factor"])
    downsampling = listed(channel["downsampling"])
    reductions = [factor for factor in listed(channel["factor"]) if set(downsampling) != {"none"}]
    return [1] * ("none" in downsampling) + reductions


def most_origin(channel):
    """The most pixels that a channel of the configuration cuts off in training before all other steps."""
    first = steps(channel)[:1]
    return max(listed(first[0].get("origin", 0))) if first and first[0]["step"] == "crop" else 0


def received(channel, height, width):
    """Sides in pixels of what a channel of the configuration makes of a picture outside of trainings; 0 for nothing."""
    return [(height, width), *(size for _, _, size in geometry(channel, height, width))][-1]


def geometry(channel, height, width):
    """What a channel of the configuration does to the size of a picture outside of trainings, step by step.

    Yields:
        (cut, factor, size): rows and columns that are cut off at the top and left; how many times smaller sides become,
        None where nothing or a longest side says it; and (height, width) behind the step, 0 for nothing.
    """
    for step in steps(channel):
        if step["step"] == "crop" and "steps" in channel:
            cut = min(listed(step.get("origin", 0)))
            height, width = (max(0, side - cut) for side in (height, width))
            yield cut, None, (height, width)
        elif step["step"] == "resize" and height and width:
            kinds = {key: STEPS["resize"][key][1] for key in ("factor", "longest")}
            factor, longest = (steady(kind, step[key]) if key in step else None for key, kind in kinds.items())
            height, width = shrunk(height, width, factor, longest)
            yield 0, factor, (height, width)


def shrunk(height, width, factor, longest):
    """Sides of a picture behind a resize by a factor, or, where that is None, to a longest side at most."""
    if longest is None:
        return tuple(int(side // factor) for side in (height, width))
    share = min(1.0, longest / max(height, width))
    return tuple(max(1, math.floor(side * share + 0.5)) for side in (height, width))


def trainable(chain):
    """What keeps a chain of steps from being trained with, in words; None where nothing does."""
    rest, reduced = [step["step"] for step in chain], chain
    if rest[:1] == ["crop"]:
        rest, reduced = rest[1:], reduced[1:]
    if rest[:1] == ["resize"]:
        if "longest" in reduced[0]:
            return "a longest side makes each photograph smaller by another factor; give a factor"
        given = reduced[0]["factor"]
        if resized(reduced[0]) is None:
            return f"factors from {given[0]} to {given[1]} need not be whole; with whole ends a range has whole ones"
        if not whole(reduced[0]):
            return f"a factor of {given} is not whole"
        rest = rest[1:]
    moved = next((step for step in rest if step in ("crop", "resize")), None)
    return moved and f"a crop and then a resize may stand before all other steps; there is another {moved}"


def around(channel):
    """Pixels that a chain looks around itself beside what one JPEG does, in received ones: an estimate for plans."""
    chain, pixels = channel.get("steps", ()), 0
    for place, step in enumerate(chain):
        if step["step"] == "blur":
            pixels += max(listed(step.get("size", 5))) // 2
        elif step["step"] == "jpeg":
            again = any(before["step"] == "jpeg" for before in chain[:place])
            pixels += _BLOCK * (again + 2 * (step.get("subsampling", "4:4:4") != "4:4:4"))
        elif step["step"] in _LITTLE:
            pixels += _LITTLE[step["step"]]
    return pixels


def check_trainable(name, reason):
    """Refuse a channel that cannot be trained with.

    Args:
        name: what the message begins with.
        reason: what `trainable` says of its steps.

    Raises:
        UserError: it cannot.
    """
    if reason:
        raise UserError(f"{name}: cannot be trained with: {reason}; pictures can be sent through it")
