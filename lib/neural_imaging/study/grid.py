"""The points of an experiment's grid, and where each point's run lies. Light: the workflow imports it too."""

import itertools
import math
from pathlib import Path

from neural_imaging.base.errors import UserError

KEYS = ("camera", "isp", "channel", "lambda_isp", "lambda_codec", "signature", "run")
FAN_ONLY = "fan-only"
# Weight of the codec loss, of channels with a learned codec. Such a codec may stay as it is; the other channels have
# none.
CODEC, LEARNED = "lambda_codec", "learned"
# Strength of a learned signature in grey levels rms, and whether it is combined with what else learns.
SIGNATURE, JOINTLY = "signature", "signature_jointly"
BASIC, NONE = "basic", "none"
# What readers see of codecs that write files.
REAL = "real codec"
# What a grid may leave out.
_DEFAULTS = {CODEC: [BASIC], LEARNED: [], SIGNATURE: [NONE], JOINTLY: False}


def points(grid):
    """List every point of a grid, as dicts with all of `KEYS`, the run changing fastest.

    Args:
        grid: a mapping of each of `KEYS` to the list of its values, e.g. `{"camera": ["D90"], "isp": ["UNet"],
            "channel": ["jpeg50"], "lambda_isp": ["fan-only", 0.1], "run": [0, 1, 2]}`. "lambda_codec", `["basic"]`
            without it, is for the channels with a learned codec, which "learned" names; the others have one point
            with "none". "signature" is `["none"]` without it; a signature is combined with points where nothing else
            learns, or, with "signature_jointly", with all.

    Raises:
        UserError: a key is missing or unknown, or a list is empty, holds a value twice, or holds a wrong λ.
    """
    grid = {**_DEFAULTS, **grid}
    unknown, missing = sorted(set(grid) - {*KEYS, *_DEFAULTS}), [key for key in KEYS if key not in grid]
    if unknown or missing:
        wrong = f"unknown key {unknown[0]!r}" if unknown else f"{missing[0]!r} is missing"
        raise UserError(f"grid: {wrong}; a grid has the keys {', '.join(KEYS)}")
    for key in KEYS:
        _check(key, grid[key])
    combined = []
    for first in itertools.product(*(grid[key] for key in KEYS[:4])):
        codecs = grid[CODEC] if first[2] in grid[LEARNED] else [NONE]
        for rest in itertools.product(codecs, grid[SIGNATURE], grid["run"]):
            point = dict(zip(KEYS, (*first, *rest), strict=True))
            if grid[JOINTLY] or point[SIGNATURE] == NONE or not others_learn(point):
                combined.append(point)
    return combined


def others_learn(point):
    """Whether the pipeline or the codec of a point learns, beside the forensic network and a signature."""
    return point["lambda_isp"] != FAN_ONLY or point[CODEC] not in (BASIC, NONE)


def with_tiles(runs, phased=()):
    """The points whose camera adds a learned tile: a signature, or that of a pipeline that learned, one of `phased`."""
    return [
        point
        for point in runs
        if point[SIGNATURE] != NONE or (point["isp"] in phased and point["lambda_isp"] != FAN_ONLY)
    ]


def chosen(runs, wanted):
    """The points, perhaps with texts for values, that have one of the values asked for, of each key that is asked for.

    `wanted` maps keys to lists of texts; None and empty lists ask for nothing. A value of no point is a `UserError`.
    """
    for key, texts in wanted.items():
        spell = SPELLINGS.get(key, str)
        known = dict.fromkeys(spell(point[key]) for point in runs)
        values = [spell(text) for text in texts or ()]
        for value in values:
            if value not in known:
                raise UserError(f"{key} {value}: there is no such run; there are {', '.join(known) or 'none'}")
        runs = [point for point in runs if not values or spell(point[key]) in values]
    return runs


def run_folder(root, point):
    """Folder of one run, with every column:
    `<root>/camera~D90/isp~UNet/channel~jpeg50/lambda_isp~0.1/lambda_codec~none/signature~none/run~0`."""
    return Path(root, *(f"{key}~{number(point[key])}" for key in KEYS))


def number(value):
    """A λ or a signature as it stands in paths: words stay, 1.0 becomes 1."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def parsed(text):
    """The value behind its text in a path, the other way round than `number`: "0.1" is 0.1, "fan-only" stays."""
    try:
        return number(float(text))
    except ValueError:
        return text


def real_codec(table):
    """What readers see of the real codec of a table's channels: "bitstream" where all are learned."""
    return "bitstream" if len(table) and (table[CODEC] != NONE).all() else REAL


def codec_name(stored):
    """What readers see of a codec that evaluations call so: files of all channels are "libjpeg" there, also of WebP."""
    return REAL if stored == "libjpeg" else stored


def described(path):
    """What a run is, from the folders of a path: "UNet, λ = 0.1", or the file's name where they do not say it."""
    labels = dict(part.split("~", 1) for part in Path(path).parts if "~" in part)
    if not {"isp", "lambda_isp"} <= set(labels):
        return Path(path).name
    weight_text, signature = labels["lambda_isp"], labels.get(SIGNATURE, NONE)
    learns = [] if weight_text == FAN_ONLY else [f"λ = {weight_text}"]
    learns += [] if signature == NONE else [f"signature {signature}"]
    return ", ".join([labels["isp"], *(learns or [FAN_ONLY])])


def weight(lambda_isp):
    """One spelling of λ for tables: "fan-only", or the number as Python prints a float ("1.0", "0.0001")."""
    return _spelled("lambda_isp", lambda_isp, FAN_ONLY)


def codec_weight(lambda_codec):
    """The same of the codec's λ, which can be "none" or "basic"."""
    return NONE if lambda_codec == NONE else _spelled(CODEC, lambda_codec, BASIC)


def strength(signature):
    """The same of a signature's strength, which is "none" or a number above 0."""
    return _spelled(SIGNATURE, signature, NONE, "a number above 0 (grey levels rms)")


def _spelled(key, value, word, numbers="a number that is 0 or more"):
    if value == word:
        return word
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number < math.inf or isinstance(value, bool) or (key == SIGNATURE and number == 0):
        raise UserError(f'{key}: {value!r} is neither "{word}" nor {numbers}')
    return str(number)


def descending(weight):
    """Sorting key of λ: the baseline first, then from the strongest regularisation down, as the papers show it."""
    return -float("inf") if weight in (FAN_ONLY, BASIC, NONE) else -float(weight)


def order(point):
    """Sorting key of what learns at a point: see `descending`, and then signatures as they grow stronger."""
    signature = 0.0 if point[SIGNATURE] == NONE else float(point[SIGNATURE])
    return descending(point["lambda_isp"]), descending(point[CODEC]), signature


def _check(key, values):
    if not isinstance(values, (list, tuple)) or not values:
        raise UserError(f"grid: {key!r} must be a list of at least one value")
    spelled = [SPELLINGS.get(key, str)(value) for value in values]
    twice = [value for value in spelled if spelled.count(value) > 1]
    if twice:
        raise UserError(f"grid: {key!r} has {twice[0]} more than once")


# Spellings of the columns whose values tables have as text.
SPELLINGS = {"lambda_isp": weight, CODEC: codec_weight, SIGNATURE: strength}
