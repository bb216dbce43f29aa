"""What figures show of photographs and networks: what each program sample_….py takes, by the sample's name.

Each sample is of an experiment, but crops and the architecture of a codec are of a study.
"""

import itertools

from planning import codecs, experiments, figures, grid, studies
from planning.jobs import as_json

ARCHITECTURE = "architecture"


def of(config, subject, sample, part):
    """A part of a sample: "images", the table of photographs; "models", archives of networks; "networks", names of the
    networks in them; or "options" of the program."""
    return SAMPLES[sample](config, subject)[part]


def _pipelines(config, name):
    shown = config["experiments"][name]["examples"]["pipelines"]
    models = {config["isps"][isp]["model"] for isp in shown}
    return _sample(config, name, {f"--model={isp}=": _isp(config, name, isp) for isp in shown}, models)


def _difference(config, name):
    shown = config["experiments"][name]["examples"]
    archives = {"--plain=": _isp(config, name, shown["isp"]), "--optimised=": _run(config, name)}
    return _sample(config, name, archives, experiments.networks(config, shown["isp"], shown["channel"]))


def _manipulations(config, name):
    protocol = config["protocols"][config["experiments"][name]["protocol"]]
    return _sample(config, name, {}, [], "--manipulations", *protocol["manipulations"])


def _spectra(config, name):
    patch = config["protocols"][config["experiments"][name]["protocol"]]["patch"]
    channels = _coded(config, name)
    return _sample(config, name, *_tuned(config, name, channels), f"--patch={2 * patch}")


def _codec_example(config, name):
    """The codec of the example, or the first where that has none, with a few weights."""
    shown, coded = config["experiments"][name]["examples"], _coded(config, name)
    channel = shown["channel"] if shown["channel"] in coded else coded[0]
    archives, networks = _tuned(config, name, [channel], figures.VERSIONS)
    return _sample(config, name, {"--isp=": _isp(config, name, shown["isp"]), **archives}, networks)


def _crops(config, name):
    shown = config["codec_studies"][name]["examples"]
    folder, archive = f"results/data_sets/{shown['data_set']}", f"results/codecs/{shown['codec']}/model.keras"
    options = [f"--images={folder}", f"--model={shown['codec']}={archive}"]
    return {
        "images": f"{folder}/images.csv",
        "models": [archive],
        "networks": studies.networks(config, name),
        "options": [*options, f"--count={shown['images']}", f"--crop={shown['side']}"],
    }


SAMPLES = {
    "pipelines": _pipelines,
    "difference": _difference,
    "manipulations": _manipulations,
    "spectra": _spectra,
    "codec_example": _codec_example,
    "crops": _crops,
}


def drawn(config, subject, sample, part):
    """Networks whose layers are drawn, a study's codec, or a standard pipeline and ours: "networks", or "options"."""
    if sample == ARCHITECTURE:
        shown = [config["codecs"][config["codec_studies"][subject]["examples"]["codec"]]]
    else:
        isp = config["isps"][config["experiments"][subject]["examples"]["isp"]]
        shown = [{"model": "ClassicISP", "settings": {}}, isp]
    if part == "networks":
        return [network["model"] for network in shown]
    options = [(f"--network={network['model']}", f"--settings={as_json(network['settings'])}") for network in shown]
    return [*itertools.chain.from_iterable(options)]


def _sample(config, name, archives, networks, *more):
    """A sample of an experiment; archives stand by the options that name them, and there are `more` options."""
    images = f"results/data/{config['experiments'][name]['examples']['camera']}/images.csv"
    named = [f"{option}{archive}" for option, archive in archives.items()]
    return {
        "images": images,
        "models": list(archives.values()),
        "networks": sorted(networks),
        "options": [f"--images={images}", *named, *more],
    }


def _isp(config, name, isp):
    return f"results/isp/{config['experiments'][name]['examples']['camera']}/{isp}/model.keras"


def _coded(config, name):
    """Channels of an experiment that have a learned codec."""
    return [channel for channel in config["experiments"][name]["channels"] if experiments.codec(config, channel)]


def _run(config, name, **other):
    """The jointly trained model that serves as an example, or one with other values of some columns."""
    experiment = config["experiments"][name]
    run = grid.example(experiment, codecs.learned_channels(config), **other)
    return f"results/{grid.run_path(experiment['protocol'], run)}/model.keras"


def _tuned(config, name, channels, most=None):
    """Codecs with each of their weights: archives of their own, or of the runs that fine-tuned them; and networks."""
    experiment, archives, networks = config["experiments"][name], {}, set()
    # A signature is not learned beside a codec, unless the experiment says so.
    alone = {} if experiment.get("signature_jointly", False) else {"signature": grid.NONE}
    for channel in channels:
        (codec,) = experiments.codec(config, channel)
        networks.update(experiments.networks(config, experiment["examples"]["isp"], channel))
        for weight in figures.weights(experiment, most):
            run = _run(config, name, channel=channel, lambda_codec=weight, **alone)
            own = f"results/codecs/{codec}/model.keras"
            archives[f"--model={channel}:{weight}="] = own if weight == grid.BASIC else run
    return archives, networks
