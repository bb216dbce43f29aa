"""Codecs in the configuration: what they learn from, what they are compared on, and checks of both."""

from neural_imaging.base.errors import UserError
from neural_imaging.study import channel_facts
from planning import checks, robustness

# The standard that rates are compared with.
BASELINE = "jpeg"


def section(config, name):
    """A section of the configuration that may be missing: {} then."""
    return config.get(name, {})


def studies(config):
    return section(config, "codec_studies")


def standards(config):
    """Names of the standard codecs in studies."""
    return sorted({rival for study in studies(config).values() for rival in study["rivals"]})


def learned_channels(config):
    """Channels with a learned codec: the channel's name to that of its codec."""
    learned = {name: channel_facts.learned(channel) for name, channel in config["channels"].items()}
    return {name: codec for name, codec in learned.items() if codec is not None}


def used_pictures(config):
    """Names of the codecs that are trained, for studies, in channels, in conditions of tests and as presets; and of the
    data sets that they are compared on, or that forensic networks are tested on."""
    codecs, learned = {}, learned_channels(config)
    codecs.update(dict.fromkeys(robustness.codecs(config)))
    codecs.update({entry["codec"]: None for entry in section(config, "presets").values() if "codec" in entry})
    sets = dict.fromkeys(config.get("transfer", {}).get("data_sets", []))
    for experiment in config["experiments"].values():
        codecs.update({learned[name]: None for name in experiment["channels"] if name in learned})
    for study in studies(config).values():
        codecs.update(dict.fromkeys(study["codecs"]))
        sets.update(dict.fromkeys(study["data_sets"]))
    return list(codecs), list(sets)


def used_sets(config):
    """Sets of pictures that codecs learn from and are compared on: pairs of their section and name."""
    codecs, compared = used_pictures(config)
    learned = sorted({config["codecs"][name]["pictures"] for name in codecs})
    return [*(("pictures", name) for name in learned), *(("data_sets", name) for name in compared)]


def used_cameras(config):
    """Cameras whose developed photographs codecs learn from or are compared on."""
    return sorted({camera for part, name in used_sets(config) for camera in config[part][name].get("cameras", [])})


def compared_on(config, name):
    """Names of the data sets that codecs are compared on that learn from a set of pictures: they are kept apart."""
    learners = {codec for codec, entry in section(config, "codecs").items() if entry["pictures"] == name}
    own = [study for study in studies(config).values() if learners & set(study["codecs"])]
    return sorted({data_set for study in own for data_set in study["data_sets"]})


def pictures_settings(config, name):
    """Settings of the program that makes a set of pictures to learn from."""
    pictures = config["pictures"][name]
    return {"scenes": None, **{key: value for key, value in pictures.items() if key not in ("folders", "cameras")}}


def data_set_settings(config, name):
    """Settings of the program that makes a data set to compare codecs on."""
    return {key: value for key, value in config["data_sets"][name].items() if key in ("side", "cut", "count")}


def training_settings(config, name):
    """Settings of a codec's training."""
    codec = config["codecs"][name]
    return {"model": codec["model"], "settings": codec["settings"], **codec["training"]}


def check(config):
    """Check codecs, their channels and their studies."""
    for name, codec in section(config, "codecs").items():
        if name in standards(config):
            raise UserError(f"codecs.{name}: {name} is the name of a standard; call the codec otherwise")
        side = config["pictures"][codec["pictures"]]["side"]
        for key in ("patch", "validation_patch"):
            if codec["training"].get(key, 0) > side:
                raise UserError(
                    f"codecs.{name}.training.{key}: is {codec['training'][key]}, and pictures of {codec['pictures']} "
                    f"have {side} pixels a side"
                )
    for name, channel in config["channels"].items():
        if "name" in channel and channel.get("codec") != "dcn":
            raise UserError(
                f"channels.{name}.name: names a learned codec, so codec must be dcn, not {channel['codec']}"
            )
    for name, experiment in config["experiments"].items():
        _check_weights(f"experiments.{name}", experiment, config)
    for name, study in studies(config).items():
        _check_study(f"codec_studies.{name}", study, config)


def _check_study(place, study, config):
    if BASELINE not in study["rivals"]:
        raise UserError(f"{place}.rivals: rates are compared with those of {BASELINE}, so it must be among them")
    checks.known(f"{place}.examples.codec", study["examples"]["codec"], study["codecs"], f"{place}.codecs")
    for part in ("examples", "channelwise"):
        checks.known(f"{place}.{part}.data_set", study[part]["data_set"], study["data_sets"], f"{place}.data_sets")
    sizes = {"channelwise.sizes": max(study["channelwise"]["sizes"]), "examples.side": study["examples"]["side"]}
    for key, size in sizes.items():
        side = config["data_sets"][study[key.partition(".")[0]]["data_set"]]["side"]
        if size > side:
            raise UserError(f"{place}.{key}: is {size}, and pictures have {side} pixels a side")


def _check_weights(place, experiment, config):
    """The weights of the codec's loss need a learned codec in a channel, and one that may learn."""
    weights = experiment.get("lambda_codec", ())
    if weights and not learned_channels(config).keys() & set(experiment["channels"]):
        raise UserError(f"{place}.lambda_codec: no channel of the experiment has a learned codec (codec: dcn)")
    if set(weights) - {"basic"} and "codec" not in config["protocols"][experiment["protocol"]]["trainable"]:
        raise UserError(
            f"{place}.lambda_codec: these codecs shall learn, but protocols.{experiment['protocol']}.trainable has no "
            "codec; add it, or take [basic]"
        )
