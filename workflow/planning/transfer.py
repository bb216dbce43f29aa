"""Tests of forensic networks on other pictures than they have learned from: which runs, which sets, and checks."""

import collections

from neural_imaging.base.errors import UserError
from planning import chosen

SECTION = "transfer"


def section(config):
    """The section of the configuration, which may be missing: {} then."""
    return config.get(SECTION, {})


def sets(config):
    """Sets of pictures that networks are tested on: name to the table of its files."""
    own = section(config)
    return {
        **{name: f"results/data_sets/{name}/images.csv" for name in own.get("data_sets", [])},
        **{name: f"results/data/{name}/images.csv" for name in own.get("cameras", [])},
    }


def trained(config):
    """What is tested: a list of (name, experiment), the experiment with the chosen part of its grid.

    Where no name is given, it is that of the camera, each for itself.
    """
    named = []
    for entry in section(config).get("trained", []):
        part = chosen.part(config, entry)
        if "name" in entry:
            named.append((entry["name"], part))
        else:
            named += [(camera, {**part, "cameras": [camera]}) for camera in part["cameras"]]
    return named


def files(config, learned, root, file):
    """One file of every run that is tested, below a folder with one folder a protocol."""
    return chosen.files([part for _, part in trained(config)], learned, root, file)


def described(config, learned):
    """What the table is made of, as JSON types: "trained_on", "protocol" and "grid" of each.

    Args:
        config: the configuration.
        learned: names of all channels with a learned codec.
    """
    return [{"trained_on": name, **chosen.described(part, learned)} for name, part in trained(config)]


def check(config, learned):
    """Check the section.

    Args:
        config: the configuration, its form, experiments and data sets checked.
        learned: names of all channels with a learned codec.

    Raises:
        UserError: at the first mistake.
    """
    own = section(config)
    both = sorted(set(own.get("data_sets", [])) & set(own.get("cameras", [])))
    if both:
        raise UserError(
            f"{SECTION}.cameras: {both[0]} is also the name of a data set, and the table has one line for each"
        )
    for number, entry in enumerate(own.get("trained", [])):
        chosen.check(f"{SECTION}.trained.{number}", entry, config, learned)
        whole = config["experiments"][entry["experiment"]]
        pixels = 2 * config["protocols"][whole["protocol"]]["patch"]
        for data_set in own.get("data_sets", []):
            side = config["data_sets"][data_set]["side"]
            if side < pixels:
                raise UserError(
                    f"{SECTION}.data_sets: pictures of {data_set} have {side} pixels a side, too few for the patches "
                    f"of protocols.{whole['protocol']}, which have {pixels}"
                )
    parts = [(name, run) for name, part in trained(config) for run in chosen.runs(part, learned)]
    twice = sorted(name for (name, _), count in collections.Counter(parts).items() if count > 1)
    if twice:
        raise UserError(f"{SECTION}.trained: has a run twice under the name {twice[0]}")
