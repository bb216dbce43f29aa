"""What trainings compute: so much of each part, counted from the configuration.

A part is what `training.rates` can measure: the training step of a network, a manipulation, a channel without its
learned codec, and what a step costs beside all work. Networks count in operations (`study.operations`), manipulations
and channels in pixels, once for each time that they are gone through, and steps as such. Names of parts are JSON, so
that measured rates can be kept in a file.
"""

import json
import math

from neural_imaging.study import channel_facts, networks, operations, trainings
from neural_imaging.study.channels import LEARNED
from neural_imaging.study.grid import BASIC, FAN_ONLY, NONE
from neural_imaging.study.operations import BACKWARDS, FORWARDS, LEARNING
from neural_imaging.study.settings import choose

# Cells that manipulations and a channel need around a patch at most, and a channel with a learned codec.
CHANNEL_REACH, CODEC_REACH = 16, 52
# JPEG and learned codecs repeat after so many cells, each two pixels wide.
_BLOCK = 4
# What a plugin's pipeline reaches at most, in cells.
_PLUGIN_REACH = 16
# What a step costs beside all work.
STEP = {"step": "alone"}
# Settings of codecs that change their rate little, or not at all.
_SAME_RATE = ("n_features", "entropy_weight", "start", "v", "gamma")
# On what manipulations, channels and forensic networks are measured, which see all classes of a batch: the papers'.
_PICTURES = {"side": 128, "batch": 100}
# Cells of a photograph of which the configuration does not say how large it is: 12 megapixels.
_PHOTOGRAPH = 3_000_000


def of_job(config, rule, wildcards):
    """What the job of a rule computes.

    Args:
        config: the checked configuration.
        rule: its name.
        wildcards: their values, texts, by name.

    Returns:
        dict of amounts, numbers, by the names of parts; empty for jobs that train nothing.
    """
    if rule in ("train_isp", "train_shared_isp"):
        return isp(config, wildcards["isp"], wildcards.get("camera"))
    if rule == "train_dcn":
        return codec(config, wildcards["codec"])
    if rule == "train_forensics":
        return forensic(config, **{key: value for key, value in wildcards.items() if key != "run"})
    return {}


def operations_of(amounts):
    """Operations of the networks among the amounts of parts."""
    return sum(amount for part, amount in amounts.items() if "network" in json.loads(part))


def isp(config, name, camera=None):
    """What a pipeline's pre-training computes, with the validation photographs of a camera, or of its own cameras."""
    entry = config["isps"][name]
    training, _ = choose(trainings.ISP, entry["training"])
    model, settings = entry["model"], _with(entry, training["precision"], own=True)
    steps, validations = training["epochs"] * training["steps"], training["epochs"] // training["validation_every"]
    if not operations.learns(model, settings):
        steps = validations = 1
    around = 2 * _own_margin(model, settings, training["margin"])
    cameras = entry.get("cameras", [camera] if camera is not None else [])
    held_out = sum(config["cameras"][each].get("validation") or 0 for each in cameras)
    amount = steps * training["batch"] * LEARNING * operations.forward(model, settings, training["patch"] + around)
    amount += validations * held_out * operations.forward(model, settings, training["validation_patch"] + around)
    return _amounts((STEP, steps), (_isp_part(config, name, training["precision"], own=True), amount))


def codec(config, name):
    """What a learned codec's training computes."""
    entry = config["codecs"][name]
    training, _ = choose(trainings.CODEC, entry["training"])
    model, settings = entry["model"], _with(entry, training["precision"], own=True)
    validations = training["epochs"] // training["validation_every"]
    held_out = config["pictures"][entry["pictures"]].get("validation") or 0
    steps = training["epochs"] * training["steps"]
    amount = steps * training["batch"] * LEARNING * operations.forward(model, settings, training["patch"])
    amount += validations * held_out * operations.forward(model, settings, training["validation_patch"])
    return _amounts((STEP, steps), (_codec_part(config, name, training["precision"], own=True), amount))


def forensic(config, protocol, channel, isp, camera=None, lambda_isp="1", lambda_codec="1", signature=NONE):
    """What a joint training computes; by default one of which all learns, without validations.

    Weights are texts, as in the paths of runs.
    """
    given = {key: value for key, value in config["protocols"][protocol].items() if key != "evaluation"}
    training, _ = choose(trainings.FORENSIC, given)
    channel, pipeline = config["channels"][channel], config["isps"][isp]
    coder = channel_facts.learned(channel)
    learns = {
        "isp": lambda_isp != FAN_ONLY,
        "codec": coder is not None and lambda_codec not in (NONE, BASIC),
        "signature": signature != NONE,
    }
    learns = {part: chosen and part in training["trainable"] for part, chosen in learns.items()}
    entry = config["cameras"].get(camera, {}) if camera is not None else {}
    # Such a pipeline has developed whole photographs before.
    before = not learns["isp"] and training["margin"] != 0 and pipeline["model"] != "ONet"
    cells, inner = margins(training, None if before else pipeline, channel)
    through = learns["isp"] or learns["signature"]
    batch, classes = training["batch"], 1 + len(training["manipulations"])
    steps = training["epochs"] * training["steps"]
    held_out = training["epochs"] // training["validation_every"] * training["validation_patches"]
    held_out *= entry.get("validation") or 0

    def patches(passes):
        """Patches that are gone through, those of validations once."""
        return steps * batch * passes + held_out * FORWARDS

    developed, sent = training["patch"] + 2 * cells, 2 * (training["patch"] + 2 * (cells - inner))
    smaller, precision = math.ceil(max(channel_facts.factors(channel))), training["precision"]
    settings = _with(pipeline, precision)
    if before:
        photographs = sum(entry.get(key) or 0 for key in ("train", "validation"))
        scenes = entry.get("scenes", {})
        size = scenes["height"] * scenes["width"] / 4 if {"height", "width"} <= scenes.keys() else _PHOTOGRAPH
        # Networks do the same at each cell.
        amount = photographs * size / 64**2 * operations.forward(pipeline["model"], settings, 64)
    else:
        passes = LEARNING if learns["isp"] else FORWARDS
        amount = patches(passes) * operations.forward(pipeline["model"], settings, developed)
    parts = [(STEP, steps), (_isp_part(config, isp, precision), amount)]
    handled = patches(FORWARDS + BACKWARDS * through) * sent**2
    parts += [({"manipulation": text.partition(":")[0], **_PICTURES}, handled) for text in training["manipulations"]]
    if without_codec := _without_codec(channel):
        # Sides that each of its factors divides, and blocks of 8 pixels behind it.
        unit = 2 * _BLOCK * math.lcm(*map(math.ceil, channel_facts.factors(channel)))
        side = max(1, _PICTURES["side"] // unit) * unit
        parts.append(({"channel": without_codec, **_PICTURES, "side": side}, handled * classes))
    if coder is not None:
        own = config["codecs"][coder]
        passes = LEARNING if learns["codec"] else FORWARDS + BACKWARDS * through
        amount = patches(passes) * classes * operations.forward(own["model"], _with(own, precision), sent // smaller)
        parts.append((_codec_part(config, coder, precision), amount))
    side = 2 * training["patch"] // smaller
    fan = {"n_classes": classes, "precision": precision, **training["fan"]}
    amount = patches(LEARNING) * classes * operations.forward("FAN", {**fan, "patch_size": side}, side)
    # How many classes there are changes little of a patch's work.
    kept = {key: value for key, value in fan.items() if key != "n_classes"}
    parts.append(({"network": "FAN", "settings": kept, "side": side, "batch": _PICTURES["batch"]}, amount))
    return _amounts(*parts)


def margins(training, isp, channel):
    """Cells around a patch that are developed with it, and how many of them only the pipeline needs.

    An estimate where the margin is what all parts reach; the training itself asks each of them.

    Args:
        training: settings of a joint training.
        isp: a pipeline of the configuration; None where it develops nothing in the training.
        channel: a channel of the configuration.

    Returns:
        (cells, inner), whole numbers.
    """
    smaller = math.ceil(max(channel_facts.factors(channel)))
    around = CODEC_REACH if channel_facts.learned(channel) else CHANNEL_REACH
    around += math.ceil((smaller * channel_facts.around(channel) + channel_facts.most_origin(channel)) / 2)
    reach, unit = 0, 1
    if isp is not None:
        settings = _with(isp, None)
        reach = operations.reach(isp["model"], settings)
        reach = _PLUGIN_REACH if reach is None else reach
        unit = _unit(isp["model"], settings)
    unit = math.lcm(unit, _BLOCK * smaller)
    inner, rest = _rounded(reach, unit), _rounded(around, unit)
    given = training.get("margin", trainings.REACH)
    if given == trainings.REACH:
        return inner + rest, inner
    return given, inner if given >= inner + rest else 0


def _own_margin(model, settings, given):
    """Cells around a patch in a pipeline's own training."""
    if given != trainings.REACH:
        return given
    return _rounded(operations.reach(model, settings) or 0, _unit(model, settings))


def _unit(model, settings):
    """Cells after which a pipeline repeats."""
    return math.lcm(
        networks.known()[model].unit(networks.complete(model, settings)), settings.get("phase", 0) // 2 or 1
    )


def _rounded(cells, unit):
    return -(-cells // unit) * unit


def _with(entry, precision, own=False):
    """Settings of a network in a training of a precision; in its `own` it may have another one.

    Those of plugins need not know one.
    """
    settings = dict(entry["settings"])
    declared = networks.known()[entry["model"]].settings
    if precision is None or declared is None:
        return settings
    return {"precision": precision, **settings} if own else {**settings, "precision": precision}


def _isp_part(config, name, precision, own=False):
    return _network_part(config["isps"][name], trainings.ISP, precision, own, "loss")


def _codec_part(config, name, precision, own=False):
    return _network_part(config["codecs"][name], trainings.CODEC, precision, own)


def _network_part(entry, declared, precision, own, *more):
    """A network in its own training, with whose patches and batches its rate is measured."""
    training, _ = choose(declared, entry["training"])
    settings = {key: value for key, value in _with(entry, precision, own).items() if key not in _SAME_RATE}
    facts = {"network": entry["model"], "settings": settings, "side": training["patch"], "batch": training["batch"]}
    return facts | {key: training[key] for key in more}


def _without_codec(channel):
    """A channel without its learned codec and without numbers that change no work; {} where nothing is left."""
    if "steps" in channel:
        chain = channel["steps"][: -1 if channel_facts.learned(channel) else None]
        return (
            {"steps": [{key: each for key, each in step.items() if key != "quality"} for step in chain]}
            if chain
            else {}
        )
    left = {key: channel[key] for key in ("downsampling", "factor", "codec", "rounding") if key in channel}
    if left["codec"] == LEARNED:
        left["codec"] = NONE
    return {} if left["codec"] == NONE and left["downsampling"] == NONE else left


def _amounts(*parts):
    """Amounts by the names of their parts, those of nothing left out."""
    amounts = {}
    for part, amount in parts:
        if amount:
            key = json.dumps(part, sort_keys=True)
            amounts[key] = amounts.get(key, 0) + amount
    return amounts
