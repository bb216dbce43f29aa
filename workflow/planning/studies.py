"""Studies of codecs by their names: what their tables are made from."""

TABLES = ("rate_distortion", "bd_rate", "channelwise", "codec_runtime", "entropy_estimation")


def profiles(config, name):
    """Profiles of all codecs on all data sets of a study."""
    study = config["codec_studies"][name]
    names = [*study["rivals"], *study["codecs"]]
    return [f"results/profiles/{data_set}/{codec}.json" for data_set in study["data_sets"] for codec in names]


def joined(config, name):
    """Option that makes one curve of its learned codecs; nothing where there is one codec alone."""
    names = config["codec_studies"][name]["codecs"]
    return [f"--join=dcn={','.join(names)}"] if len(names) > 1 else []


def networks(config, name):
    """Names of the networks behind them."""
    return sorted({config["codecs"][codec]["model"] for codec in config["codec_studies"][name]["codecs"]})
