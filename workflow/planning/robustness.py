"""Tests of forensic networks under conditions that they were not trained for: which runs, conditions, and checks."""

import math

from neural_imaging.base.errors import UserError
from neural_imaging.study import channel_facts, conditions, networks
from planning import cameras, checks, chosen

SECTION = "robustness"
# What its table and figure are called behind `results/tables/`.
TABLES = (SECTION, f"{SECTION}_gains")
# Sides of pictures that codecs can write.
LONGEST = 65535

_TESTS = chosen.Tests(SECTION)
section, trained, files, described = _TESTS.section, _TESTS.trained, _TESTS.files, _TESTS.described


def settings(config):
    """Settings of a test."""
    return {"windows": section(config)["windows"]}


def named(config, camera, protocol):
    """The conditions of runs with a camera and a protocol, as the program takes them.

    Channels are their settings there, and models their files.
    """
    entries = section(config).get("conditions", {}).items()
    return {name: _condition(config, camera, entry) for name, entry in entries if _is_for(entry, protocol)}


def models(config, camera, protocol):
    """Trained pipelines and learned codecs that the conditions of such runs need."""
    found = []
    for condition in named(config, camera, protocol).values():
        found += [condition["isp"]] if condition.get("isp", "").endswith(".keras") else []
        codec = channel_facts.learned(condition["channel"]) if "channel" in condition else None
        found += [] if codec is None else [codec]
    return list(dict.fromkeys(found))


def codecs(config):
    """Names of the learned codecs in channels of conditions."""
    channels = (config["channels"][entry["channel"]] for entry in _entries(config) if "channel" in entry)
    return [codec for codec in map(channel_facts.learned, channels) if codec is not None]


def of_networks(config):
    """Names of the networks that conditions need beside those of the run."""
    isps = [config["isps"][entry["isp"]]["model"] for entry in _entries(config) if entry.get("isp") in config["isps"]]
    return [*isps, *(config["codecs"][name]["model"] for name in codecs(config))]


def developed(config, camera, entry):
    """An entry with the file of its pipeline in place of its name, where that is one of the configuration."""
    if entry.get("isp") not in config["isps"]:
        return dict(entry)
    return {**entry, "isp": f"results/isp/{camera}/{entry['isp']}/model.keras"}


def check(config, learned):
    """Check the section.

    Args:
        config: the configuration, its form and experiments checked.
        learned: names of all channels with a learned codec.

    Raises:
        UserError: at the first mistake.
    """
    _TESTS.check(config, learned)
    for name, condition in section(config).get("conditions", {}).items():
        place = f"{SECTION}.conditions.{name}"
        conditions.check_name(place, name)
        there = list(dict.fromkeys(part["protocol"] for part in trained(config)))
        for protocol in condition.get("protocols", []):
            checks.known(f"{place}.protocols", protocol, there, f"{SECTION}.trained")
        for part in trained(config):
            if not _is_for(condition, part["protocol"]):
                continue
            if "manipulations" in condition:
                _check_manipulations(place, condition["manipulations"], part["protocol"], config)
            if "isp" in condition:
                check_isp(f"{place}.isp", condition["isp"], part["cameras"], config)
            if "channel" in condition:
                _check_size(f"{place}.channel", condition["channel"], part, config)


def _is_for(condition, protocol):
    """Whether a condition is for the runs of a protocol."""
    return protocol in condition.get("protocols", [protocol])


def _check_manipulations(place, manipulations, protocol, config):
    """Manipulations must be all that runs of a protocol have learned, or none of these."""
    try:
        conditions.known(f"{place}.manipulations", config["protocols"][protocol]["manipulations"], manipulations)
    except UserError as error:
        raise UserError(f"{error} (protocol {protocol}; with `protocols` it is for runs of these alone)") from None


def check_isp(place, name, names, config):
    """Refuse a pipeline that is not there, or does not develop the RAW photographs of all cameras of these names."""
    if conditions.is_standard(place, name):
        entry = {}
    else:
        checks.known(place, name, [*config["isps"], conditions.STANDARD])
        entry = config["isps"][name]
        if networks.known()[entry["model"]].takes_rgb:
            raise UserError(f"{place}: {name} passes developed pictures through; name a pipeline that develops RAW")
    for camera in names:
        if config["cameras"][camera]["source"] == "pictures":
            raise UserError(f"{place}: {name} develops RAW, and camera {camera} has pictures without RAW")
        if camera not in entry.get("cameras", [camera]):
            raise UserError(f"{place}: pipeline {name} is not for camera {camera}; add it to its cameras")


def _check_size(place, name, part, config):
    """A window must be received of a simulated camera's photographs, whose size the configuration says."""
    channel = config["channels"][name]
    factors = [max(channel_facts.factors(config["channels"][own])) for own in part["channels"]]
    window = 2 * config["protocols"][part["protocol"]]["patch"] // min(factors)
    for camera in part["cameras"]:
        size = cameras.scene_size(config["cameras"][camera])
        if size[0] == math.inf:
            continue
        shorter, longer = sorted(channel_facts.received(channel, *size))
        if shorter < window:
            raise UserError(
                f"{place}: of photographs of camera {camera} {shorter} pixels a side are received behind {name}, "
                f"and the network sees windows of {window}"
            )
        if longer > LONGEST:
            raise UserError(
                f"{place}: of photographs of camera {camera} {longer} pixels a side are received behind {name}; codecs "
                f"take {LONGEST}"
            )


def _entries(config):
    return section(config).get("conditions", {}).values()


def _condition(config, camera, entry):
    condition = developed(config, camera, {key: value for key, value in entry.items() if key != "protocols"})
    if "channel" in entry:
        channel = config["channels"][entry["channel"]]
        codec = channel_facts.learned(channel)
        file = None if codec is None else f"results/codecs/{codec}/model.keras"
        condition["channel"] = channel if file is None else channel_facts.renamed(channel, file)
    return condition
