"""Which photographs are for validation: so many as asked, and all parts of one photograph on the same side."""

from neural_imaging.errors import UserError


def validation(sources, count, what="photographs"):
    """Choose what is for validation.

    Sources are taken from the front as long as the rest can still be filled exactly. Where each has one part, these are
    the first `count`.

    Args:
        sources: what each photograph is a part of, any values that can be compared, in the drawn order.
        count: how many photographs are for validation.
        what: the photographs in a word or two, for the message.

    Returns:
        Set of places in `sources`.

    Raises:
        UserError: no choice of whole sources has exactly so many parts.
    """
    parts = {}
    for place, source in enumerate(sources):
        parts.setdefault(source, []).append(place)
    groups = list(parts.values())
    # Bit n of reach[i] says whether sources i and those after it can have n parts together.
    reach = [1]
    for group in reversed(groups):
        reach.append(reach[-1] | reach[-1] << len(group))
    reach.reverse()
    if count < 0 or not reach[0] >> count & 1:
        possible = [number for number in range(len(sources) + 1) if reach[0] >> number & 1]
        near = sorted(possible, key=lambda number: abs(number - count))[:2]
        raise UserError(
            f"{count} of {len(sources)} {what} cannot be for validation: all parts of one source stay together; "
            f"{' and '.join(map(str, sorted(near)))} are the nearest numbers that can"
        )
    chosen = set()
    for group, rest in zip(groups, reach[1:], strict=True):
        left = count - len(chosen)
        if len(group) <= left and rest >> left - len(group) & 1:
            chosen.update(group)
    return chosen
