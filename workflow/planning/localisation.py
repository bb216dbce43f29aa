"""Tests whether forensic networks find regions that were forged: which runs, which regions, and checks."""

import math

from neural_imaging.base.errors import UserError
from neural_imaging.study import channel_facts, regions, trainings
from planning import cameras, chosen, robustness

SECTION = "localisation"
# What its tables are called behind `results/tables/`; its figure is drawn from the second.
TABLES = (SECTION, f"{SECTION}_gains")

_TESTS = chosen.Tests(SECTION, trainings.LOCALISATION)
section, settings, trained = _TESTS.section, _TESTS.settings, _TESTS.trained
files, described = _TESTS.files, _TESTS.described


def named(config, camera):
    """Regions beside those with a run's own manipulations, as the program takes them: pipelines are their files."""
    entries = section(config).get("regions", {})
    return {name: robustness.developed(config, camera, entry) for name, entry in entries.items()}


def models(config, camera):
    """Trained pipelines that the regions need."""
    isps = [entry.get("isp", "") for entry in named(config, camera).values()]
    return list(dict.fromkeys(isp for isp in isps if isp.endswith(".keras")))


def of_networks(config):
    """Names of the networks that regions need beside those of the run."""
    entries = section(config).get("regions", {}).values()
    return [config["isps"][entry["isp"]]["model"] for entry in entries if entry.get("isp") in config["isps"]]


def check(config, learned):
    """Check the section.

    Args:
        config: the configuration, its form and experiments checked.
        learned: names of all channels with a learned codec.

    Raises:
        UserError: at the first mistake.
    """
    if not section(config):
        return
    _TESTS.check(config, learned)
    test = settings(config)
    if test["smallest"] > test["largest"]:
        raise UserError(f"{SECTION}.smallest: {test['smallest']} is more than largest, {test['largest']}")
    given = section(config).get("regions", {})
    for name, region in given.items():
        regions.check(f"{SECTION}.regions.{name}", name, region)
    for part in trained(config):
        regions.all_of(f"{SECTION}.regions", config["protocols"][part["protocol"]]["manipulations"], given)
        for name, region in given.items():
            if "isp" in region:
                robustness.check_isp(f"{SECTION}.regions.{name}.isp", region["isp"], part["cameras"], config)
        for channel in part["channels"]:
            _check_windows(part, channel, test, config)


def _check_windows(part, name, test, config):
    """Windows must be such as the network takes, lie close enough, and fit into what is received."""
    channel, protocol = config["channels"][name], config["protocols"][part["protocol"]]
    own = 2 * protocol["patch"] // math.ceil(max(channel_facts.factors(channel)))
    window = test["window"] or own
    if window != own and not protocol["fan"].get("use_gap", True):
        raise UserError(
            f"{SECTION}.window: is {window}, and networks of protocols.{part['protocol']} take {own} pixels behind "
            f"{name} alone, since they have no use_gap"
        )
    if test["stride"] > window:
        raise UserError(
            f"{SECTION}.stride: is {test['stride']}, and windows of protocols.{part['protocol']} have "
            f"{window} pixels behind {name}, so that pixels between them would not be seen"
        )
    for camera in part["cameras"]:
        size = cameras.scene_size(config["cameras"][camera])
        if size[0] != math.inf and (shorter := min(channel_facts.received(channel, *size))) < window:
            raise UserError(
                f"{SECTION}.window: is {window}, and of photographs of camera {camera} {shorter} pixels a side are "
                f"received behind {name}"
            )
