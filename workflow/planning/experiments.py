"""Experiments of a configuration by their names: the files of their runs, and the networks behind those."""

from neural_imaging.study import channel_facts
from planning import cameras, codecs, figures, grid

# The parts of an experiment's table.
TABLES = ("", "_runs", "_confusion", "_progress", "_photographs", "_detection")


def root(config, name):
    """Folder of an experiment's runs, which those with the same protocol share."""
    return f"results/forensics/{config['experiments'][name]['protocol']}"


def axes(config, name):
    """Its grid, as the library takes it."""
    return grid.axes(config["experiments"][name], codecs.learned_channels(config))


def files(config, name, file):
    """One file of every run."""
    return _files(config, name, grid.points(config["experiments"][name], codecs.learned_channels(config)), file)


def signatures(config, name, chosen=figures.tiled):
    """Samples of the runs whose camera adds a learned tile: of all, or of those that the figure shows.

    Args:
        config: the configuration, checked.
        name: the experiment.
        chosen: `figures.tiled` or `figures.tiles`.
    """
    points = chosen(config["experiments"][name], codecs.learned_channels(config), config["isps"])
    return _files(config, name, points, "signature.npz")


def _files(config, name, points, file):
    return [f"{root(config, name)}/{grid.PATTERN.format_map(point)}/{file}" for point in points]


def phased(config, name):
    """Pipelines of an experiment that have a learned tile."""
    return figures.phased(config["experiments"][name], config["isps"])


def pipelines(config):
    """Folders of the pre-trained pipelines of all experiments."""
    found = [
        f"results/isp/{camera}/{isp}"
        for experiment in config["experiments"].values()
        for camera in experiment["cameras"]
        for isp in cameras.pipelines(experiment)
    ]
    return list(dict.fromkeys(found))


def codec(config, channel):
    """Name of a channel's learned codec, in a list that is empty where it has none."""
    learned = channel_facts.learned(config["channels"][channel])
    return [] if learned is None else [learned]


def networks(config, isp, channel):
    """Names of the networks in a run: its pipeline's, the forensic one, and that of the channel's learned codec."""
    of_codec = [config["codecs"][name]["model"] for name in codec(config, channel)]
    return [config["isps"][isp]["model"], "FAN", *of_codec]
