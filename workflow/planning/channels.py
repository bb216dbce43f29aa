"""Distribution channels in the configuration, whose settings may be lists to draw from."""

from planning.errors import ConfigurationError

# Settings that may be a range of two numbers, from the lower to the higher.
RANGES = ("quality", "origin")


def drawn(value):
    """The values that a setting can have: those of its list, or the one that it is."""
    return value if isinstance(value, list) else [value]


def factors(channel):
    """By how much the channel makes pictures smaller, for each of its draws."""
    kinds = drawn(channel["downsampling"])
    return [1] * ("none" in kinds) + [factor for factor in drawn(channel["factor"]) if set(kinds) != {"none"}]


def check(place, channel):
    """Refuse a range that ends before it begins.

    Args:
        place: where the channel stands in the configuration.
        channel: its entry.

    Raises:
        ConfigurationError: there is one.
    """
    for key in RANGES:
        ends = channel.get(key)
        if isinstance(ends, list) and len(ends) == 2 and ends[0] > ends[1]:
            raise ConfigurationError(f"{place}.{key}: a range has its lower end first, so it is [{ends[1]}, {ends[0]}]")
