"""The points of an experiment's grid, and where each point's run lies. Light: the workflow imports it too."""

import itertools
from pathlib import Path

from neural_imaging.errors import UserError

KEYS = ("camera", "isp", "channel", "lambda_isp", "run")
FAN_ONLY = "fan-only"
# Weight of the codec loss: a further axis, of channels with a learned codec. Such a codec may stay as it is; the other
# channels have none.
CODEC, LEARNED = "lambda_codec", "learned"
BASIC, NONE = "basic", "none"


def points(grid):
    """List every point of a grid, the run changing fastest.

    Args:
        grid: a mapping of each of `KEYS` to the list of its values, e.g. `{"camera": ["D90"], "isp": ["UNet"],
            "channel": ["jpeg50"], "lambda_isp": ["fan-only", 0.1], "run": [0, 1, 2]}`. The order of the keys
            does not matter, the order of the values is kept. With channels that have a learned codec also
            "lambda_codec", e.g. `["basic", 0.1]`, and "learned", the names of these channels.

    Returns:
        List of dicts, each with all of `KEYS`; where the grid has lambda_codec, with that too: "none" for channels
        without a learned codec, which have one point instead of one for each of its values.

    Raises:
        UserError: a key is missing or unknown, or a list is empty, holds a value twice, or holds a wrong λ.
    """
    unknown, missing = sorted(set(grid) - {*KEYS, CODEC, LEARNED}), [key for key in KEYS if key not in grid]
    if unknown or missing:
        wrong = f"unknown key {unknown[0]!r}" if unknown else f"{missing[0]!r} is missing"
        raise UserError(f"grid: {wrong}; a grid has the keys {', '.join(KEYS)}")
    for key in KEYS if CODEC not in grid else (*KEYS, CODEC):
        _check(key, grid[key])
    found = [dict(zip(KEYS, values, strict=True)) for values in itertools.product(*(grid[key] for key in KEYS))]
    if CODEC not in grid:
        return found
    weights = dict.fromkeys(grid.get(LEARNED, ()), grid[CODEC])
    return [{**point, CODEC: weight} for point in found for weight in weights.get(point["channel"], [NONE])]


def chosen(found, wanted):
    """The points that have one of the values asked for, of each key that is asked for.

    Args:
        found: list of points, as `points` gives them or with texts for values.
        wanted: mapping of keys to lists of texts; None and empty lists ask for nothing.

    Raises:
        UserError: no point has a value that is asked for; the message names the values that there are.
    """
    for key, texts in wanted.items():
        spell = _SPELLINGS.get(key, str)
        there = dict.fromkeys(spell(point.get(key, NONE)) for point in found)
        values = [spell(text) for text in texts or ()]
        for value in values:
            if value not in there:
                raise UserError(f"{key} {value}: there is no such run; there are {', '.join(there) or 'none'}")
        found = [point for point in found if not values or spell(point.get(key, NONE)) in values]
    return found


def run_folder(root, point):
    """Folder of one run: `<root>/camera~D90/isp~UNet/channel~jpeg50/lambda_isp~0.1/run~0`.

    Behind a learned codec its weight stands before the run: `…/lambda_isp~0.1/lambda_codec~basic/run~0`.
    """
    coded = point.get(CODEC, NONE) != NONE
    return Path(root).joinpath(*(f"{key}~{point[key]}" for key in (*KEYS[:-1], *([CODEC] if coded else []), KEYS[-1])))


def described(path):
    """What a run is, from the folders of a path: "UNet, λ = 0.1", or the file's name where they do not say it."""
    labels = dict(part.split("~", 1) for part in Path(path).parts if "~" in part)
    if not {"isp", "lambda_isp"} <= set(labels):
        return Path(path).name
    weight_text = labels["lambda_isp"]
    return f"{labels['isp']}, {'FAN only' if weight_text == FAN_ONLY else f'λ = {weight_text}'}"


def weight(lambda_isp):
    """One spelling of λ for tables: "fan-only", or the number as Python prints a float ("1.0", "0.0001").

    Raises:
        UserError: neither "fan-only" nor a number that is 0 or more.
    """
    if lambda_isp == FAN_ONLY:
        return FAN_ONLY
    try:
        number = float(lambda_isp)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number < float("inf") or isinstance(lambda_isp, bool):
        raise UserError(f'lambda_isp: {lambda_isp!r} is neither "{FAN_ONLY}" nor a number that is 0 or more')
    return str(number)


def codec_weight(lambda_codec):
    """One spelling of the codec's λ for tables: "none", "basic", or the number, see `weight`.

    Raises:
        UserError: neither of these.
    """
    if lambda_codec in (NONE, BASIC):
        return lambda_codec
    try:
        return weight(None if lambda_codec == FAN_ONLY else lambda_codec)
    except UserError:
        raise UserError(f'{CODEC}: {lambda_codec!r} is neither "{BASIC}" nor a number that is 0 or more') from None


def descending(weight):
    """Sorting key of λ: the baseline first, then from the strongest regularisation down, as the papers show it."""
    return -float("inf") if weight in (FAN_ONLY, BASIC, NONE) else -float(weight)


def _check(key, values):
    if not isinstance(values, (list, tuple)) or not values:
        raise UserError(f"grid: {key!r} must be a list of at least one value")
    spelled = [_SPELLINGS.get(key, str)(value) for value in values]
    twice = [value for value in spelled if spelled.count(value) > 1]
    if twice:
        raise UserError(f"grid: {key!r} has {twice[0]} more than once")


_SPELLINGS = {"lambda_isp": weight, CODEC: codec_weight}
