"""Codecs in the configuration: what they learn from, what they are compared on, and checks of both."""

from neural_imaging.study import networks
from planning import checks
from planning.errors import ConfigurationError

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
    return {name: one["name"] for name, one in config["channels"].items() if one["codec"] == "dcn"}


def used_pictures(config):
    """Names of the codecs that are trained, for studies and in channels, and of the data sets that they are compared
    on, or that forensic networks are tested on."""
    codecs, learned = {}, learned_channels(config)
    sets = dict.fromkeys(config.get("transfer", {}).get("data_sets", []))
    for experiment in config["experiments"].values():
        codecs.update({learned[name]: None for name in experiment["channels"] if name in learned})
    for study in studies(config).values():
        codecs.update(dict.fromkeys(study["codecs"]))
        sets.update(dict.fromkeys(study["data_sets"]))
    return list(codecs), list(sets)


def used_cameras(config):
    """Cameras whose developed photographs codecs learn from or are compared on."""
    codecs, sets = used_pictures(config)
    learned = {config["codecs"][name]["pictures"] for name in codecs}
    wanted = [config["pictures"][name] for name in learned] + [config["data_sets"][name] for name in sets]
    return sorted({camera for one in wanted for camera in one.get("cameras", [])})


def used_sets(config):
    """Sets of pictures that codecs learn from and are compared on: pairs of their section and name."""
    learners, compared = used_pictures(config)
    learned = sorted({config["codecs"][name]["pictures"] for name in learners})
    return [*(("pictures", name) for name in learned), *(("data_sets", name) for name in compared)]


def tables_of_cameras(one):
    """Training sets of the cameras of a set of pictures or a data set."""
    return [f"results/data/{camera}/images.csv" for camera in one.get("cameras", [])]


def compared_on(config, name):
    """Names of the data sets that codecs are compared on that learn from a set of pictures: they are kept apart."""
    learners = {codec for codec, one in section(config, "codecs").items() if one["pictures"] == name}
    found = {}
    for study in studies(config).values():
        if learners & set(study["codecs"]):
            found.update(dict.fromkeys(study["data_sets"]))
    return sorted(found)


def pictures_settings(config, name):
    """Settings of the program that makes a set of pictures to learn from."""
    pictures = config["pictures"][name]
    keys = ("side", "train", "validation", "seed")
    more = {"split_by": pictures["split_by"]} if "split_by" in pictures else {}
    return {**{key: pictures[key] for key in keys}, "scenes": pictures.get("scenes"), **more}


def data_set_settings(config, name):
    """Settings of the program that makes a data set to compare codecs on."""
    return {key: value for key, value in config["data_sets"][name].items() if key in ("side", "cut", "count")}


def training_settings(config, name):
    """Settings of a codec's training."""
    codec = config["codecs"][name]
    return {"model": codec["model"], "settings": codec["settings"], **codec["training"]}


def check(config):
    """Check what a schema cannot.

    Args:
        config: the configuration, valid by the schema.

    Raises:
        ConfigurationError: at the first mistake.
    """
    for kind in ("pictures", "data_sets"):
        for name, one in section(config, kind).items():
            for camera in one.get("cameras", []):
                checks.known(f"{kind}.{name}.cameras", camera, config["cameras"])
    for name, codec in section(config, "codecs").items():
        checks.known(f"codecs.{name}.pictures", codec["pictures"], section(config, "pictures"))
        if name in standards(config):
            raise ConfigurationError(f"codecs.{name}: {name} is the name of a standard; call the codec otherwise")
        side = config["pictures"][codec["pictures"]]["side"]
        for key in ("patch", "validation_patch"):
            if codec["training"].get(key, 0) > side:
                raise ConfigurationError(
                    f"codecs.{name}.training.{key}: is {codec['training'][key]}, and pictures of {codec['pictures']} "
                    f"have {side} pixels a side"
                )
        checks.known(f"codecs.{name}.model", codec["model"], networks.named(networks.CODEC), "the library's codecs")
        checks.network(f"codecs.{name}.settings", codec["settings"], codec["model"])
    for channel, one in config["channels"].items():
        if "name" in one and one["codec"] != "dcn":
            raise ConfigurationError(
                f"channels.{channel}.name: names a learned codec, so codec must be dcn, not {one['codec']}"
            )
    for channel, codec in learned_channels(config).items():
        checks.known(f"channels.{channel}.name", codec, section(config, "codecs"))
    for name, experiment in config["experiments"].items():
        _check_weights(f"experiments.{name}", experiment, config)
    for name, study in studies(config).items():
        place = f"codec_studies.{name}"
        for key in ("codecs", "data_sets"):
            for value in study[key]:
                checks.known(f"{place}.{key}", value, section(config, key))
        if BASELINE not in study["rivals"]:
            raise ConfigurationError(
                f"{place}.rivals: rates are compared with those of {BASELINE}, so it must be among them"
            )
        checks.known(f"{place}.examples.codec", study["examples"]["codec"], study["codecs"], f"{place}.codecs")
        for part in ("examples", "channelwise"):
            checks.known(f"{place}.{part}.data_set", study[part]["data_set"], study["data_sets"], f"{place}.data_sets")
        largest, side = (
            max(study["channelwise"]["sizes"]),
            config["data_sets"][study["channelwise"]["data_set"]]["side"],
        )
        if largest > side:
            raise ConfigurationError(
                f"{place}.channelwise.sizes: pictures have {side} pixels a side, too few for patches of {largest}"
            )


def _check_weights(place, experiment, config):
    """The weights of the codec's loss need a learned codec in a channel, and one that may learn."""
    weights = experiment.get("lambda_codec", ())
    if weights and not learned_channels(config).keys() & set(experiment["channels"]):
        raise ConfigurationError(f"{place}.lambda_codec: no channel of the experiment has a learned codec (codec: dcn)")
    if set(weights) - {"basic"} and "codec" not in config["protocols"][experiment["protocol"]]["trainable"]:
        raise ConfigurationError(
            f"{place}.lambda_codec: these codecs shall learn, but protocols.{experiment['protocol']}.trainable has no "
            "codec; add it, or take [basic]"
        )
