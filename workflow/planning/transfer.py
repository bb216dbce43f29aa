"""Tests of forensic networks on other pictures than they have learned from: which runs, which sets, and checks."""

import collections

from planning import checks, grid
from planning.errors import ConfigurationError

SECTION = "transfer"
# Keys that choose among an experiment's runs, and what those are that it need not have.
_DEFAULTS = {"lambda_codec": [grid.BASIC], "signature": [grid.NONE]}
_AXES = ("cameras", "isps", "channels", "lambda_isp", "lambda_codec", "signature")


def section(config):
    """The section of the configuration, which may be missing: {} then."""
    return config.get(SECTION, {})


def sets(config):
    """Sets of pictures that networks are tested on: name to the table of its files."""
    chosen = section(config)
    return {
        **{name: f"results/data_sets/{name}/images.csv" for name in chosen.get("data_sets", [])},
        **{name: f"results/data/{name}/images.csv" for name in chosen.get("cameras", [])},
    }


def trained(config):
    """What is tested: a list of (name, experiment), the experiment with the chosen part of its grid.

    Where no name is given, it is that of the camera, each for itself.
    """
    found = []
    for one in section(config).get("trained", []):
        whole = config["experiments"][one["experiment"]]
        part = {**whole, **{key: one[key] for key in (*_AXES, "runs") if key in one}}
        if "name" in one:
            found.append((one["name"], part))
        else:
            found += [(camera, {**part, "cameras": [camera]}) for camera in part["cameras"]]
    return found


def runs(part, learned):
    """Folders of an experiment's runs, below that of all protocols."""
    return [f"{part['protocol']}/{grid.PATTERN.format_map(point)}" for point in grid.points(part, learned)]


def files(config, learned, root, file):
    """One file of every run that is tested, below a folder with one folder a protocol."""
    found = [f"{root}/{run}/{file}" for _, part in trained(config) for run in runs(part, learned)]
    return list(dict.fromkeys(found))


def described(config, learned):
    """What the table is made of, as JSON types: "trained_on", "protocol" and "grid" of each.

    Args:
        config: the configuration.
        learned: names of all channels with a learned codec.
    """
    return [
        {"trained_on": name, "protocol": part["protocol"], "grid": grid.axes(part, learned)}
        for name, part in trained(config)
    ]


def check(config, learned):
    """Check what a schema cannot.

    Args:
        config: the configuration, valid by the schema, and its experiments and data sets checked.
        learned: names of all channels with a learned codec.

    Raises:
        ConfigurationError: at the first mistake.
    """
    chosen = section(config)
    for key in ("data_sets", "cameras"):
        for name in chosen.get(key, []):
            checks.known(f"{SECTION}.{key}", name, config.get(key, {}))
    both = sorted(set(chosen.get("data_sets", [])) & set(chosen.get("cameras", [])))
    if both:
        raise ConfigurationError(
            f"{SECTION}.cameras: {both[0]} is also the name of a data set, and the table has one line for each"
        )
    for number, one in enumerate(chosen.get("trained", [])):
        place = f"{SECTION}.trained.{number}"
        checks.known(f"{place}.experiment", one["experiment"], config["experiments"])
        whole = config["experiments"][one["experiment"]]
        for key in _AXES:
            values = whole.get(key, _DEFAULTS.get(key))
            for value in one.get(key, []):
                checks.known(f"{place}.{key}", value, values, f"experiments.{one['experiment']}.{key}")
        if one.get("runs", 0) > whole["runs"]:
            raise ConfigurationError(f"{place}.runs: the experiment has {whole['runs']} runs, not {one['runs']}")
        for name in chosen.get("data_sets", []):
            side, protocol = config["data_sets"][name]["side"], whole["protocol"]
            if side < 2 * config["protocols"][protocol]["patch"]:
                raise ConfigurationError(
                    f"{SECTION}.data_sets: pictures of {name} have {side} pixels a side, too few for the patches of "
                    f"protocols.{protocol}, which have {2 * config['protocols'][protocol]['patch']}"
                )
    parts = [(name, runs(part, learned)) for name, part in trained(config)]
    for name, own in parts:
        if not own:
            raise ConfigurationError(
                f"{SECTION}.trained: {name} has no runs; signatures are combined with what does not learn"
            )
    points = [(name, run) for name, own in parts for run in own]
    twice = sorted({name for (name, _), count in collections.Counter(points).items() if count > 1})
    if twice:
        raise ConfigurationError(f"{SECTION}.trained: has a run twice under the name {twice[0]}")
