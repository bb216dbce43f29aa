"""Trained models that become presets: which run's model each is, and what its card is made from."""

from neural_imaging.base.errors import UserError
from neural_imaging.study import networks as known_networks
from planning import checks, codecs, experiments, grid, robustness

SECTION = "presets"
# Keys of presets of each kind, by the one that tells it from the others; of a run all are the experiment's.
_KEYS = {"experiment": {"experiment", *grid.COLUMNS}, "codec": {"codec"}, "isp": {"isp", "camera"}}


def section(config):
    """The section of the configuration, which may be missing: {} then."""
    return config.get(SECTION, {})


def files(config):
    """The archives of all presets."""
    return [f"results/presets/{name}.keras" for name in section(config)]


def folder(config, name):
    """Folder of the model that becomes a preset."""
    entry = section(config)[name]
    if "experiment" in entry:
        protocol = config["experiments"][entry["experiment"]]["protocol"]
        return f"results/{grid.run_path(protocol, _run(config, entry))}"
    return f"results/codecs/{entry['codec']}" if "codec" in entry else f"results/isp/{entry['camera']}/{entry['isp']}"


def made_from(config, name):
    """Files that a preset's card is made from, beside the record of its model: lists by the options that take them."""
    entry, place = section(config)[name], folder(config, name)
    if "experiment" in entry:
        run = _run(config, entry)
        learned = [f"results/pictures/{_pictures(config, codec)}/images.csv" for codec in _codec(config, run)]
        found = {"--images": [*_images(config, run["isp"], run["camera"]), *learned]}
        found["--evaluation"] = [f"{place}/evaluation.json"]
        test = f"{place}/robustness.json".replace("results/forensics/", "results/robustness/")
        tests = robustness.files(config, codecs.learned_channels(config), "results/robustness", "robustness.json")
        return found | ({"--robustness": [test]} if test in tests else {})
    if "isp" in entry:
        return {"--images": _images(config, **entry), "--photographs": [f"{place}/evaluation.csv"]}
    codec = entry["codec"]
    own = [study for study in codecs.studies(config).values() if codec in study["codecs"]]
    sets = dict.fromkeys(data_set for study in own for data_set in study["data_sets"])
    profiles = [f"results/profiles/{name}/{each}.json" for name in sets for each in (codecs.BASELINE, codec)]
    found = {"--images": [f"results/pictures/{_pictures(config, codec)}/images.csv"]}
    return found | ({"--profiles": profiles} if profiles else {})


def inputs(config, name):
    """The same files in one list."""
    return [file for listed in made_from(config, name).values() for file in listed]


def options(config, name):
    """The same as options of the program."""
    return [text for option, listed in made_from(config, name).items() for text in (option, *listed)]


def networks(config, name):
    """Names of the networks in a preset."""
    entry = section(config)[name]
    if "experiment" in entry:
        run = _run(config, entry)
        return experiments.networks(config, run["isp"], run["channel"])
    return [config["isps"][entry["isp"]]["model"] if "isp" in entry else config["codecs"][entry["codec"]]["model"]]


def check(config, learned):
    """Check the section; `learned` are the names of all channels with a learned codec."""
    for name, entry in section(config).items():
        place = f"{SECTION}.{name}"
        if name in known_networks.known():
            raise UserError(f"{place}: is the name of a network; call the preset otherwise")
        kind = next(key for key in _KEYS if key in entry)
        if more := sorted(entry.keys() - _KEYS[kind]):
            raise UserError(f"{place}: a preset with the key '{kind}' has no key '{more[0]}'")
        if kind == "experiment":
            _check_run(place, entry, config, learned)
        elif kind == "isp":
            _check_pipeline(place, entry, config)


def _check_run(place, entry, config, learned):
    experiment = config["experiments"][entry["experiment"]]
    run = _run(config, entry)
    if run not in grid.points(experiment, learned):
        raise UserError(f"{place}: experiments.{entry['experiment']} has no run {grid.PATTERN.format_map(run)}")


def _check_pipeline(place, entry, config):
    if "camera" not in entry:
        raise UserError(f"{place}: missing key 'camera', for which the pipeline was trained")
    isp, camera = config["isps"][entry["isp"]], config["cameras"][entry["camera"]]
    if camera["source"] == "pictures" or known_networks.known()[isp["model"]].takes_rgb:
        raise UserError(f"{place}: {entry['isp']} of {entry['camera']} develops no RAW photographs")
    if "cameras" in isp:
        checks.known(f"{place}.camera", entry["camera"], isp["cameras"], f"isps.{entry['isp']}.cameras")


def _run(config, entry):
    """The run of an experiment: what the entry does not say is as in the experiment's example."""
    experiment = config["experiments"][entry["experiment"]]
    chosen = {key: value for key, value in entry.items() if key in grid.COLUMNS}
    return grid.example(experiment, codecs.learned_channels(config), **chosen)


def _codec(config, run):
    return experiments.codec(config, run["channel"])


def _pictures(config, codec):
    return config["codecs"][codec]["pictures"]


def _images(config, isp, camera):
    """Training sets of a pipeline: of its camera, or of all that it has learned from."""
    return [f"results/data/{name}/images.csv" for name in config["isps"][isp].get("cameras", [camera])]
