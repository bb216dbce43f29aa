"""Distribution channels in the configuration, whose settings may be lists to draw from."""


def factors(channel):
    """By how much the channel makes pictures smaller, for each of its draws."""
    downsampling = _drawn(channel["downsampling"])
    reductions = [factor for factor in _drawn(channel["factor"]) if set(downsampling) != {"none"}]
    return [1] * ("none" in downsampling) + reductions


def _drawn(value):
    """The values that a setting can have: those of its list, or the one that it is."""
    return value if isinstance(value, list) else [value]
