"""Tests of forensic networks on other pictures than they have learned from: which runs, which sets, and checks."""

import collections

from neural_imaging.base.errors import UserError
from planning import checks, grid

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
    named = []
    for entry in section(config).get("trained", []):
        whole = config["experiments"][entry["experiment"]]
        part = {**whole, **{key: entry[key] for key in (*_AXES, "runs") if key in entry}}
        if "name" in entry:
            named.append((entry["name"], part))
        else:
            named += [(camera, {**part, "cameras": [camera]}) for camera in part["cameras"]]
    return named


def runs(part, learned):
    """Folders of an experiment's runs, below that of all protocols."""
    return [f"{part['protocol']}/{grid.PATTERN.format_map(point)}" for point in grid.points(part, learned)]


def files(config, learned, root, file):
    """One file of every run that is tested, below a folder with one folder a protocol."""
    paths = [f"{root}/{run}/{file}" for _, part in trained(config) for run in runs(part, learned)]
    return list(dict.fromkeys(paths))


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
    """Check the section.

    Args:
        config: the configuration, its form, experiments and data sets checked.
        learned: names of all channels with a learned codec.

    Raises:
        UserError: at the first mistake.
    """
    chosen = section(config)
    both = sorted(set(chosen.get("data_sets", [])) & set(chosen.get("cameras", [])))
    if both:
        raise UserError(
            f"{SECTION}.cameras: {both[0]} is also the name of a data set, and the table has one line for each"
        )
    for number, entry in enumerate(chosen.get("trained", [])):
        place, name = f"{SECTION}.trained.{number}", entry["experiment"]
        whole = config["experiments"][name]
        for key in _AXES:
            for value in entry.get(key, []):
                checks.known(f"{place}.{key}", value, whole.get(key, _DEFAULTS.get(key)), f"experiments.{name}.{key}")
        if entry.get("runs", 0) > whole["runs"]:
            raise UserError(f"{place}.runs: the experiment has {whole['runs']} runs, not {entry['runs']}")
        pixels = 2 * config["protocols"][whole["protocol"]]["patch"]
        for data_set in chosen.get("data_sets", []):
            side = config["data_sets"][data_set]["side"]
            if side < pixels:
                raise UserError(
                    f"{SECTION}.data_sets: pictures of {data_set} have {side} pixels a side, too few for the patches "
                    f"of protocols.{whole['protocol']}, which have {pixels}"
                )
    parts = [(name, runs(part, learned)) for name, part in trained(config)]
    for name, own in parts:
        if not own:
            raise UserError(f"{SECTION}.trained: {name} has no runs; signatures are combined with what does not learn")
    points = collections.Counter((name, run) for name, own in parts for run in own)
    twice = sorted(name for (name, _), count in points.items() if count > 1)
    if twice:
        raise UserError(f"{SECTION}.trained: has a run twice under the name {twice[0]}")
